/** What the engine of this thread holds: bytes (the WASM memory, which never shrinks, or what TF.js's pool has of the GPU) and tensors. */
import { backend, getBackend, memory } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** Emscripten's module has this view of its memory, though TF.js's type leaves it out. */
interface Heap {
  HEAPU8: Uint8Array;
}

export function engineBytes(): number {
  if (getBackend() === 'wasm') return ((backend() as BackendWasm).wasm as unknown as Heap).HEAPU8.buffer.byteLength; // that backend's
  const { numBytes, numBytesInGPUAllocated } = memory() as { numBytes: number; numBytesInGPUAllocated?: number }; // only the WebGPU backend has the second
  return numBytesInGPUAllocated ?? numBytes;
}

export const engineTensors = (): number => memory().numTensors;
