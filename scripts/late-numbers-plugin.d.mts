import type { Plugin } from 'vite';

export function lateNumbers(): Plugin;
