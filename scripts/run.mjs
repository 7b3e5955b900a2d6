/**
 * Runs a TypeScript file of this project under Node (scripts/bundled.mjs makes one module of it):
 *   node scripts/run.mjs scripts/recipe.ts names-dpo --seed 1
 * The file exports `main(args)` and may return an exit code.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { bundled } from './bundled.mjs';
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

try {
  const { main } = await import(await bundled(file));
  process.exitCode = (await main(args)) ?? 0;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
