/**
 * Imported before jax-js: without a `Worker` to start, its WASM backend computes on this thread alone, as the other WASM engines here do.
 * (With SharedArrayBuffer and Worker it would start one worker per core, and post each kernel to them.)
 */
Reflect.deleteProperty(globalThis, 'Worker');
if ('Worker' in globalThis) Object.defineProperty(globalThis, 'Worker', { value: undefined });

/** Memories made from here on, so that an engine that hides its own can still be weighed. */
export const memories: WebAssembly.Memory[] = [];
const { Memory } = WebAssembly;
WebAssembly.Memory = class extends Memory {
  constructor(descriptor: WebAssembly.MemoryDescriptor) {
    super(descriptor);
    memories.push(this);
  }
};
