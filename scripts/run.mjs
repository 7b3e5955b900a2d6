/**
 * Runs a TypeScript file of this project under Node through Vite, with the same resolution, `?raw` and `?url` imports as the page:
 *   node scripts/run.mjs scripts/recipe.ts names-dpo --seed 1
 * The file exports `main(args)` and may return an exit code.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { createServer } from 'vite';
import { vulkanFolder } from './vulkan.mjs';

// TF.js's WASM loader is CommonJS at heart: under Node it asks for these two names.
Object.assign(globalThis, { require: createRequire(import.meta.url), __dirname: process.cwd() });

const [file, ...args] = process.argv.slice(2);

// Folders of libraries can only be named before a program starts.
const LOADER = vulkanFolder();
const { LD_LIBRARY_PATH: folders = '' } = process.env;
if (args.includes('webgpu') && LOADER && !folders.split(':').includes(LOADER)) {
  const { status } = spawnSync(process.execPath, process.argv.slice(1), { stdio: 'inherit', env: { ...process.env, LD_LIBRARY_PATH: [...folders.split(':').filter(Boolean), LOADER].join(':') } });
  process.exit(status ?? 1);
}

const server = await createServer({
  root: resolve(import.meta.dirname, '..'),
  logLevel: 'error',
  appType: 'custom',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true, include: [] },
});
try {
  const { main } = await server.ssrLoadModule(resolve(file));
  process.exitCode = (await main(args)) ?? 0;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await server.close();
}
