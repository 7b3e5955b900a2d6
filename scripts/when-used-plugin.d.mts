import type { Plugin } from 'vite';

export function whenUsed(): Plugin;
