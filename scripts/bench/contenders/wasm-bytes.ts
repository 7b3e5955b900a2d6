/** Length of the memory of TF.js's WASM backend, which our engine shares. */
import { backend } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** Emscripten's module has this view of its memory, though TF.js's type leaves it out. */
interface Heap {
  HEAPU8: Uint8Array;
}

/** The WASM backend is running. @returns bytes */
export const wasmBytes = (): number => ((backend() as BackendWasm).wasm as unknown as Heap).HEAPU8.buffer.byteLength;
