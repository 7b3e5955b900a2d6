/**
 * One build set-up for everything: the page and its workers, the batch door (scripts/run.mjs) and the tests.
 * TF.js is bundled as one ES module graph on every side: mixing its CommonJS and ES builds would lose registered gradients.
 */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { assembly } from './scripts/assembly-plugin.mjs';
import { BROWSER_FLAGS } from './scripts/browser-flags.mjs';
import { buildSentences } from './scripts/build-sentences.mjs';
import { firstChunks } from './scripts/first-chunks-plugin.mjs';
import { offline } from './scripts/offline-plugin.mjs';
import { singleFile } from './scripts/single-file-plugin.mjs';
import { whenUsed } from './scripts/when-used-plugin.mjs';

const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as { version: string };

/** Cross-origin isolation: precise timers now, SharedArrayBuffer when a kernel wants it. */
const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

const TFJS = [
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-core/dist/register_all_gradients',
  '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-backend-webgpu',
  '@tensorflow/tfjs-backend-cpu',
];

/** Where tests of the page and of WebGPU run. */
const inChromium = {
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider: playwright({ launchOptions: { ...(process.env['CHROME_PATH'] ? { executablePath: process.env['CHROME_PATH'] } : {}), args: BROWSER_FLAGS } }),
  instances: [{ browser: 'chromium' as const }],
};

// Every door comes through here: the build, the tests, the batch door. Takes a millisecond where the data is fresh.
buildSentences();

/** The mode `single` makes one file of everything (scripts/single-file-plugin.mjs), `production` the page that is served; what the bench builds is neither. */
export default defineConfig(({ mode }) => ({
  base: './',
  define: { __APP_VERSION__: JSON.stringify(version) },
  plugins: [svelte(), assembly(), whenUsed(), mode === 'single' && singleFile(), mode === 'production' && firstChunks(), mode === 'production' && offline()],
  build: { target: 'esnext', modulePreload: { polyfill: false }, chunkSizeWarningLimit: 2500 },
  worker: { format: 'es', plugins: () => [assembly(), whenUsed()] },
  server: { headers },
  preview: { headers, port: 4173, strictPort: true },
  optimizeDeps: { include: [...TFJS, 'comlink', 'idb', 'fflate', 'uplot', 'valibot', 'papaparse', 'hyparquet', 'hyparquet-writer'] },
  ssr: { noExternal: [/@tensorflow/], optimizeDeps: { include: TFJS, noDiscovery: true } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['test/unit/**/*.test.ts', 'test/backend/**/*.test.ts', 'test/learning/**/*.test.ts', 'test/cli/**/*.test.ts', 'test/*.test.ts'],
          setupFiles: ['test/node-setup.ts'],
          deps: { optimizer: { ssr: { enabled: true, include: TFJS } } },
          testTimeout: 120_000,
          maxWorkers: '100%', // of the cores; by itself vitest leaves one free for somebody who watches
        },
      },
      {
        extends: true,
        test: {
          name: 'slow', // learning tests of minutes, by a command of their own: npm test -- slow
          include: ['test/slow/**/*.test.ts'],
          setupFiles: ['test/node-setup.ts'],
          deps: { optimizer: { ssr: { enabled: true, include: TFJS } } },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/serve-built-page.ts'],
          testTimeout: 120_000,
          maxWorkers: 2, // a visitor's training takes one core
        },
      },
      {
        extends: true,
        test: {
          name: 'timed', // by the clock, and therefore one at a time
          include: ['test/timed/**/*.test.ts'],
          globalSetup: ['test/e2e/serve-built-page.ts'],
          testTimeout: 90_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/page/**/*.test.ts', 'test/backend/**/*.test.ts'],
          testTimeout: 60_000,
          browser: inChromium,
        },
      },
      {
        extends: true,
        test: {
          name: 'ways', // of every kernel, by a command of their own: npm test -- ways
          include: ['test/ways/**/*.test.ts'],
          testTimeout: 60_000,
          browser: inChromium,
        },
      },
    ],
  },
}));
