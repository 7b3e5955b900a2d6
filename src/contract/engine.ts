/** What computes, and how fast it was measured to be. */
import * as v from 'valibot';
import type { Detail } from './details';

/** What computes: WebGPU where there is a real adapter, else WASM. `cpu` is the plain reference, for tests only. */
export type EngineName = 'webgpu' | 'wasm' | 'cpu';
/**
 * `auto` takes WebGPU only on a hardware adapter: a software one is slower than WASM. `wasm-fast` is WASM with fused multiply-adds where the browser has
 * them (relaxed SIMD): faster on some machines, but not the same bits on every one, so only by name.
 */
export type EngineChoice = 'auto' | EngineName | 'wasm-fast';

export interface EngineInfo {
  engine: EngineName;
  /** Name for people: the GPU's, or what kind of WASM. */
  adapter: string;
  /** Why this one, when another was asked for or tried first. Empty when there is nothing to explain. */
  note: string;
  /** The note, for a page in another language. */
  told?: Detail;
}

const Positive = v.pipe(v.number(), v.finite(), v.gtValue(0));

/** What the time of a training step is made of on one engine. Milliseconds, and floating-point operations a second of a large matrix product. */
export const EngineSpeed = v.object({ flops: Positive, launch: Positive, read: Positive });
export type EngineSpeed = v.InferOutput<typeof EngineSpeed>;

/** The speeds of this machine's engines; those that could not be started, or are known to be slower (a software adapter), are left out. */
export const Measured = v.object({ wasm: v.optional(EngineSpeed), webgpu: v.optional(EngineSpeed) });
export type Measured = v.InferOutput<typeof Measured>;
