/** What computes: WebGPU where there is a real adapter, else WASM. `cpu` is the plain reference, for tests only. */
export type EngineName = 'webgpu' | 'wasm' | 'cpu';
/** `auto` takes WebGPU only on a hardware adapter: a software one is slower than WASM. */
export type EngineChoice = 'auto' | EngineName;

export interface EngineInfo {
  engine: EngineName;
  /** Name for people: the GPU's, or what kind of WASM. */
  adapter: string;
  /** Why this one, when another was asked for or tried first. Empty when there is nothing to explain. */
  note: string;
}
