/** What one engine under measurement can be asked, in whatever thread or process it runs. */
import type { Size, WeightMap } from './protocol';
import type { Spread } from './report';

export type Library = 'nudge' | 'tfjs' | 'jax';
export type Device = 'wasm' | 'webgpu';

export interface ContenderName {
  library: Library;
  device: Device;
  /** Our relaxed-SIMD build; only with nudge on wasm. */
  isFast?: boolean;
}

export const nameOf = ({ library, device, isFast = false }: ContenderName): string => `${library === 'jax' ? 'jax-js' : library} ${device}${isFast ? ' fast' : ''}`;

export const CONTENDERS: readonly ContenderName[] = [
  { library: 'nudge', device: 'wasm' },
  { library: 'nudge', device: 'wasm', isFast: true },
  { library: 'tfjs', device: 'wasm' },
  { library: 'jax', device: 'wasm' },
  { library: 'nudge', device: 'webgpu' },
  { library: 'tfjs', device: 'webgpu' },
  { library: 'jax', device: 'webgpu' },
];

export interface Trained {
  /** One per step, nats. */
  losses: number[];
  /** From the first step's first call to the last loss in hand. Each step reads its loss before the next begins, as the product does. */
  milliseconds: number;
}

export interface GenerateRequest {
  batch: number;
  /** 0 takes the likeliest token, which lets engines be compared; 1 draws. */
  temperature: 0 | 1;
  /** New tokens per row. An engine that always goes on to the end of its context says so by returning more. */
  tokens: number;
  /** Lengths to measure instead of all, for an engine without a cache that would take minutes; then rows are not grown. */
  lengths?: number[];
  round: number;
}

export interface Generated {
  milliseconds: number;
  /** [batch][new tokens] */
  rows: number[][];
}

export interface MemoryUse {
  /** Most bytes in GPU buffers at once, or the WASM memory's length, which never shrinks. */
  bytes: number;
  /** Live tensors where the library counts them. */
  tensors?: number;
}

/** One launch of a training step, run by itself. */
export interface LaunchTime {
  launch: string;
  sizes: Record<string, number>;
  /** How often a step runs it. */
  times: number;
  /** Of one run. */
  milliseconds: Spread;
}

/** An engine with one model and its optimizer. */
export interface Contender {
  train(steps: number): Promise<Trained>;
  generate(request: GenerateRequest): Promise<Generated>;
  memory(): MemoryUse;
  /** What a step is made of; only of our own engine. */
  launches?(): Promise<LaunchTime[]>;
}

export interface OpenRequest {
  name: ContenderName;
  size: Size;
  weights: WeightMap;
  /** Positions the model has; training and generating need different ones. */
  context: number;
}

/** Starts an engine and copies the weights to it. `undefined` where this version of the engine is not there to be measured. */
export type OpenContender = (request: OpenRequest) => Promise<Contender | undefined>;

export type Command =
  | ({ kind: 'open' } & OpenRequest)
  | { kind: 'train'; steps: number }
  | ({ kind: 'generate' } & GenerateRequest)
  | { kind: 'memory' }
  | { kind: 'launches' }
  | { kind: 'matmul-peak' };

/** Answer to each kind of command. */
export interface Answers {
  open: boolean;
  train: Trained & { dispatches: number };
  generate: Generated;
  memory: MemoryUse;
  launches: LaunchTime[];
  'matmul-peak': number;
}
