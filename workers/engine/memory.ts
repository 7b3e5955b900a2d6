/** What the engine of this thread can hold, and what it holds. */
import { backend, getBackend, memory } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

/** What an engine can hold, in bytes. */
export interface EngineRoom {
  /** One model's numbers stand in one buffer. */
  one: number;
  /** All together; undefined where the engine does not say. */
  all?: number;
}

/** As far as TF.js's memory grows: 65,536 pages of 64 KiB, less one. */
const WASM_MOST = 2 ** 32 - 2 ** 16;

/** Of the engine of this thread; of the tests' plain engine nothing is known. */
export function engineRoom(): EngineRoom {
  if (getBackend() === 'wasm') return { one: WASM_MOST, all: WASM_MOST };
  if (getBackend() !== 'webgpu') return { one: Infinity };
  const { maxBufferSize, maxStorageBufferBindingSize } = (backend() as WebGPUBackend).device.limits; // that backend's
  return { one: Math.min(maxBufferSize, maxStorageBufferBindingSize) };
}

/** Emscripten's module has this view of its memory, though TF.js's type leaves it out. */
interface Heap {
  HEAPU8: Uint8Array;
}

/** Bytes: the WASM memory, which never shrinks, or what TF.js's pool has of the GPU. */
export function engineBytes(): number {
  if (getBackend() === 'wasm') return ((backend() as BackendWasm).wasm as unknown as Heap).HEAPU8.buffer.byteLength; // that backend's
  const { numBytes, numBytesInGPUAllocated } = memory() as { numBytes: number; numBytesInGPUAllocated?: number }; // only the WebGPU backend has the second
  return numBytesInGPUAllocated ?? numBytes;
}

export const engineTensors = (): number => memory().numTensors;
