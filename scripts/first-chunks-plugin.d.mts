import type { Plugin } from 'vite';

export function firstChunks(): Plugin;
