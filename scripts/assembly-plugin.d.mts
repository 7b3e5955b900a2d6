import type { Plugin } from 'vite';

export function compileAssembly(build: 'plain' | 'relaxed'): Promise<Uint8Array>;
export function assembly(): Plugin;
