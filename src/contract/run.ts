/**
 * What is kept of a run. A run is one press of Train: one recipe's configuration, one seed, its stages in order.
 * (The design papers call each stage a run; here the whole recipe is one, so that one file can go on with every later stage.)
 */
import type { RunConfig } from './config';
import type { EngineInfo } from './engine';
import type { RunId } from './ids';
import type { RandomState } from './random';
import type { RewardReport } from './reward-report';

/** The part the page owns: written when the run is made or renamed, never by a worker. */
export interface RunRecord {
  id: RunId;
  name: string;
  config: RunConfig;
  /** Milliseconds since 1970. */
  created: number;
  appVersion: string;
  /** Where borrowed stages and imported files came from. */
  parents: CheckpointRef[];
  /** Words that somebody put on it; left out where there are none. */
  tags?: string[];
  /** Checkpoints that stay beside the newest, as chosen when the run was made; left out where none do. */
  keep?: Retention;
}

export const RETENTIONS = ['best', 'spread'] as const;
/** best: the one with the highest gold reward. spread: one for every tenth of each stage. */
export type Retention = (typeof RETENTIONS)[number];

/** The part the training worker owns: written with each checkpoint. A stage that has not begun has none. */
export interface StageRecord {
  run: RunId;
  stage: string;
  /** Optimizer steps done, as of the last checkpoint. */
  step: number;
  total: number;
  finished: boolean;
  engine: EngineInfo | null;
  updated: number;
  /** Seconds of training so far. */
  seconds: number;
  /** What a reward model was found to be worth at the end of its stage. */
  report?: RewardReport;
  /** The stage was not trained here: its result is a copy of this checkpoint. */
  borrowed?: CheckpointRef;
}

export interface CheckpointRef {
  run: RunId;
  stage: string;
  step: number;
}

/** Everything but the numbers themselves. */
export interface CheckpointState {
  /** Random streams by name. */
  random: Record<string, RandomState>;
  /** Numbers an algorithm must remember between steps (optimizer step, adaptive KL coefficient, tokens seen). */
  counters: Record<string, number>;
  /** Texts as tokens that it must remember. */
  lists?: Record<string, readonly (readonly number[])[]>;
  /** Rows of finite numbers that it must remember: what was measured of texts, how sure labels are. */
  numbers?: Record<string, readonly (readonly number[])[]>;
}

/** Everything needed to go on: one row per (run, stage, step). */
export interface CheckpointRecord extends CheckpointRef {
  created: number;
  state: CheckpointState;
  /**
   * Safetensors file. Names are `<model>/<parameter>` for weights (`policy`, `reference`, `reward`, `critic`)
   * and `<optimizer>.m/<parameter>`, `<optimizer>.v/<parameter>` for AdamW's moments; where adapters were trained, `<optimizer>.lora/<adapter>`,
   * their moments `<optimizer>.lora.m/<adapter>`, `<optimizer>.lora.v/<adapter>`, and `<optimizer>.frozen/<parameter>`, what the matrices they are added to were.
   */
  tensors: Uint8Array<ArrayBuffer>;
}

/** What a method that learns from rewards made of one token. Only in completions of the model as it is now. */
export interface TokenCredit {
  /** What the token brings in itself: minus its share of the KL penalty, plus the score at the last. */
  reward?: number;
  /** The critic's guess, before the token, of all the reward from it on. */
  value?: number;
  /** How much better than expected the token turned out, before it is divided by any deviation: above 0 it is made likelier. */
  advantage?: number;
}

/** One token of a completion as both models see it. */
export interface SampleToken extends TokenCredit {
  text: string;
  /** Log-probability under the policy and under the model it started from, in nats. */
  logProb: number;
  referenceLogProb: number;
  /** KL from the policy to that model over all tokens that could stand here, exactly, nats. */
  kl?: number;
  /** The five likeliest next tokens at this place, by either model. */
  odds: { text: string; policy: number; reference: number }[];
}

export interface Completion {
  tokens: SampleToken[];
  /** The whole answer with its prompt, as a person reads it. */
  text: string;
  ended: boolean;
  /** True reward, where the task has one. */
  gold?: number;
  /** Reward model's score, where the stage has one. */
  proxy?: number;
}

/** One token of a side of a pair, as the models of the stage read it: policies give the first three, reward models the last two. */
export interface ReadToken {
  text: string;
  /** As in a sample. */
  logProb?: number;
  referenceLogProb?: number;
  kl?: number;
  /** Of the text up to and including this token; only that at the end is trained. */
  score?: number;
  /** By how much this token moved the score. */
  reward?: number;
}

/** A held-out pair. */
export interface SamplePair {
  prompt: string;
  chosen: ReadToken[];
  rejected: ReadToken[];
}

/** The same fixed prompts answered by the model the stage started from and by the model now. */
export interface SampleSet {
  step: number;
  prompts: { prompt: string; before: Completion; now: Completion }[];
  /** The same few held-out pairs each time, where the stage learns from pairs. */
  pairs?: SamplePair[];
}

/** Something that happened, for the event marks on the charts and the log in the run file. */
export interface RunEvent {
  time: number;
  stage: string;
  step: number;
  kind: 'started' | 'resumed' | 'paused' | 'finished' | 'failed' | 'saved';
  text: string;
}
