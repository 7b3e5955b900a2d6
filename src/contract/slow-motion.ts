/**
 * The interface of the worker that makes one training step over to show what happens in it, and holds two models against their own last step. It reads what is stored and writes nothing:
 * the step is made by the training loop itself, from a stored checkpoint, on a stage that is thrown away.
 */
import type { AlgorithmId } from './algorithms';
import type { StageConfig } from './config';
import type { EngineChoice, EngineInfo } from './engine';
import type { RunId } from './ids';
import type { MetricRow } from './metrics';

/** Methods whose steps can be looked at. */
export const WATCHED = ['pretrain', 'sft', 'reward-model', 'dpo', 'simpo', 'orpo', 'online-dpo', 'ppo', 'rloo', 'grpo', 'reinforce-plus-plus', 'rejection-sampling'] as const satisfies readonly AlgorithmId[];
export type WatchedId = (typeof WATCHED)[number];
export const isWatched = (id: AlgorithmId): id is WatchedId => WATCHED.some((watched) => watched === id);

export interface StepOrder {
  engine: EngineChoice;
  run: RunId;
  stage: string;
  /** Step of the checkpoint to start from, 0 for none; null, and one that is not kept, mean the newest with a step left to make. */
  from: number | null;
}

/**
 * What can be known of a token. Nats: `before` and `after` the update, and `reference`, log-probabilities; `kl`, the method's own estimate. Rewards: `reward` the token brings, `used` the same
 * whitened where that is wanted, `value` before it, `return` from it on, `advantage` before it is normalised, `weight` what the loss takes. `score` and `scoreAfter`: a reward model's, of the text so far.
 */
export const TOKEN_NUMBERS = ['before', 'after', 'reference', 'kl', 'reward', 'used', 'value', 'return', 'advantage', 'weight', 'score', 'scoreAfter'] as const;
export type TokenNumber = (typeof TOKEN_NUMBERS)[number];

/** A token that could stand at a place, as a probability. */
export interface Candidate {
  text: string;
  before: number;
  after: number;
}

export interface WatchedToken {
  text: string;
  numbers: Partial<Record<TokenNumber, number>>;
  /** The likeliest at its place, by the policy before or after. */
  odds?: Candidate[];
}

export interface WatchedText {
  prompt: string;
  tokens: WatchedToken[];
}

export interface WatchedCompletion extends WatchedText {
  /** What the judge said, and what was made of it. */
  judged: number;
  score: number;
  /** k1 to the reference over the whole completion, nats. */
  kl: number;
  /** What completions are compared by, the others of its prompt, and what comes of it; only where the method compares them. */
  compared?: { reward: number; mean: number; deviation: number; advantage: number };
}

/** What the method takes for the reward of a side, and what follows from the two. */
export interface PairStand {
  chosen: number;
  rejected: number;
  margin: number;
  /** Of this pair alone. */
  loss: number;
}

export interface WatchedPair {
  prompt: string;
  chosen: WatchedToken[];
  rejected: WatchedToken[];
  /** log π(y|x) of both sides before, nats, and what the reference says; not of a reward model. */
  sums?: Record<'chosen' | 'rejected', { policy: number; reference: number | null }>;
  before: PairStand;
  after: PairStand;
  /** How hard the loss of this pair pulls the chosen side up before the update: −∂loss/∂x, where x is the chosen side's part in it before β. */
  pull: number;
  /** That the label is right. */
  probability: number;
}

export type Watched =
  | { kind: 'texts'; texts: WatchedText[] }
  | { kind: 'pairs' | 'scores'; pairs: WatchedPair[] }
  | {
      kind: 'rollout';
      texts: WatchedCompletion[];
      klCoef: number;
      /** What weights are made by: (advantage − mean) / deviation over the batch, where the method does so. */
      spread: { mean: number; deviation: number } | null;
      /** Whether the policy moved. */
      hasPolicy: boolean;
    };

export interface UnrolledStep {
  run: RunId;
  stage: string;
  train: StageConfig['train'];
  engine: EngineInfo;
  /** Step of the checkpoint it was made from. */
  from: number;
  /** Steps from which one can be made. */
  starts: number[];
  /** What training reports of this very step. */
  row: MetricRow;
  /** What each update of the step measured. */
  updates: Readonly<Record<string, number>>[];
  /** Texts or pairs of the batch, of which some are shown. */
  batch: number;
  watched: Watched;
}

/** A policy and the reward model it learns from. */
export interface TurnOrder {
  engine: EngineChoice;
  run: RunId;
  policy: string;
  reward: string;
}

export interface TurnText {
  /** With its prompt. */
  text: string;
  /** By each reward model. */
  scores: number[];
}

/** The newest of each and the one before it, earlier first; one alone where there is no other. */
export interface Turns {
  policySteps: number[];
  rewardSteps: number[];
  /** Answers of each policy to the same prompts, from the same draws. */
  prompts: { prompt: string; texts: TurnText[] }[];
  /** Mean score, of each policy by each reward model. */
  means: number[][];
}

export interface SlowMotionApi {
  /** As `ModelApi.useStores`. */
  useStores(store: MessagePort, datasets: MessagePort): Promise<void>;
  /** Throws what training the stage throws, and `unwatched-step`. */
  unroll(order: StepOrder): Promise<UnrolledStep>;
  /** Throws `missing-checkpoint` where one of them has never been saved. */
  turns(order: TurnOrder): Promise<Turns>;
}
