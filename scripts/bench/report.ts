/** The bench's result as it is written by `--json`. Times are milliseconds, sizes bytes; a ratio is the peer's median over ours, so more is better for us. */
import type { KernelLine } from './kernels';
import type { Size } from './protocol';

export interface Spread {
  rounds: number;
  median: number;
  min: number;
  max: number;
  /** One per round, in the order they were taken. */
  all: number[];
}

export interface Parity {
  /** How many of the curve's 50 steps were compared. */
  steps: number;
  /** Largest |loss − reference| / reference. */
  largest_deviation: number;
  last_loss: number;
  reference_loss: number;
}

export interface TrainingRow {
  engine: string;
  size: Size;
  parameters: number;
  steps_per_round: number;
  milliseconds_per_step: Spread;
  tokens_per_second: number;
  gflops: number;
  /** Of the adapter's measured matmul; only on a hardware adapter. */
  share_of_peak: number | null;
  peak_bytes: number;
  parity: Parity;
  /** False where the losses are too far from the reference for the time to mean anything. */
  counts: boolean;
  /** Peer -> its median over this one's. Only in our rows. */
  ratios: Record<string, number>;
}

export interface GenerationRow {
  engine: string;
  size: Size;
  batch: number;
  new_tokens: number;
  /** How it was done: with a cache or the whole text for each token. */
  method: string;
  milliseconds: Spread;
  tokens_per_second: number;
  /** Columns that were measured where all would take minutes; the time of all is their mean, times all. */
  sampled_columns: number | null;
  /** Share of greedy tokens that are those of our WASM engine. */
  agreement: number;
  ratios: Record<string, number>;
}

export interface HostRow {
  engine: string;
  size: Size;
  dispatches_per_step: number;
  milliseconds_per_step: Spread;
  peak_bytes: number;
  ratios: Record<string, number>;
}

export interface FlatRow {
  engine: string;
  size: Size;
  early: { step: number; tensors: number; bytes: number };
  late: { step: number; tensors: number; bytes: number };
  is_flat: boolean;
}

export interface Claim {
  id: string;
  says: string;
  wanted: number;
  /** Nothing where it was not measured. */
  reached: number | null;
  holds: boolean;
}

/** A contender that could not be measured, and why. */
export interface Trouble {
  engine: string;
  where: string;
  error: string;
}

export interface Report {
  version: 1;
  date: string;
  seconds: number;
  settings: Record<string, unknown>;
  machine: {
    cpu: string;
    cores: number;
    memory_bytes: number;
    /** Of the minute before the bench: another program beside it makes figures worth less. */
    load_before: number;
    platform: string;
    node: string;
    browser: string;
    adapter: string;
    is_software_adapter: boolean;
    /** Measured by TF.js's matmul of 1024 × 1024; only on a hardware adapter. */
    matmul_peak_gflops: number | null;
  };
  protocol: { tokens_per_step: number; threads: string; timing: string; peers: string };
  training: TrainingRow[];
  generation: GenerationRow[];
  host: HostRow[];
  kernels: KernelLine[];
  flat: FlatRow[];
  troubles: Trouble[];
  claims: Claim[];
}
