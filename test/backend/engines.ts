/** Engines a backend test runs on: what this side of the world has. WebGPU needs a browser, plain JavaScript is only worth it in Node. */
import type { EngineChoice, EngineName } from '../../src/contract/engine';

export const ENGINES: readonly EngineName[] = import.meta.env.SSR ? ['wasm', 'cpu'] : ['webgpu', 'wasm'];

/** The same with the relaxed build, which Node 20 cannot read. */
export const BUILDS: readonly EngineChoice[] = import.meta.env.SSR ? ENGINES : [...ENGINES, 'wasm-fast'];
