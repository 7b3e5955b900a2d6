import type { Plugin } from 'vite';

/** Headers of everything that is served. */
export const HEADERS: Record<string, string>;
export function offline(): Plugin;
/** Writes the service worker of what lies in a folder, and what hosts read beside it. */
export function writeServiceWorker(root: string, folder: string): Promise<void>;
