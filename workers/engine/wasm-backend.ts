/**
 * The WASM engine: TF.js's SIMD build on one thread, so that the same seed gives the same bits whatever number of cores there is.
 * Only that binary is named below: TF.js would take its threaded build by itself in a cross-origin-isolated page.
 */
import { env } from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';

/** Only the batch door and tests have it; the page's build drops the line that reads it. */
declare const process: { cwd(): string };

/** Where the binaries are. In Node `?url` gives a path of the dev server, which nobody serves. */
function binaries(): Parameters<typeof setWasmPaths>[0] {
  if (import.meta.env.SSR) return `${process.cwd()}/node_modules/@tensorflow/tfjs-backend-wasm/dist/`;
  // TF.js wants a place for the threaded build too, though it is never loaded.
  return { 'tfjs-backend-wasm.wasm': simd, 'tfjs-backend-wasm-simd.wasm': simd, 'tfjs-backend-wasm-threaded-simd.wasm': simd };
}

let prepared = false;

/** Safe to call again; TF.js refuses new paths once its module is loaded. */
export async function prepareWasm(): Promise<void> {
  if (prepared) return;
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (!(await env().getAsync('WASM_HAS_SIMD_SUPPORT'))) throw new Error('this browser has no WebAssembly SIMD');
  setWasmPaths(binaries());
  prepared = true;
}
