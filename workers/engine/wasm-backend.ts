/**
 * The WASM engine: TF.js's SIMD build on one thread, so that the same seed gives the same bits whatever number of cores there is.
 * Only that binary is named below: TF.js would take its threaded build by itself in a cross-origin-isolated page.
 */
import { backend, env } from '@tensorflow/tfjs-core';
import { setWasmPaths, type BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { setMachine } from '../kernels';
import { WasmMachine } from '../kernels/machines/wasm';

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

/** Our kernels beside TF.js's, once its backend stands. `isRelaxed`: fused multiply-add, faster, not the same bits on every machine. */
export async function addWasmKernels(isRelaxed: boolean): Promise<void> {
  const { default: base64 } = isRelaxed ? await import('nudge:assembly/relaxed') : await import('nudge:assembly/plain');
  const of = backend() as BackendWasm; // just set
  setMachine(of, await WasmMachine.over(of, Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))));
}
