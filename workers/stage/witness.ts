/**
 * Whoever looks on while one step is made, out of its middle (session/slow-motion). A loop says two things: what the step is about to learn from, before any model moves, and what
 * each of several updates measured. In training there is no witness, and `stage.witness?.…` then evaluates nothing, not even its arguments: no number is made or read back for it.
 * Models are handed over as views, which follow their weights: once the step is made, the same views are the models after it.
 */
import type { Example, PreferencePair } from '../../src/tasks/task';
import type { Views } from '../model/parameters';
import type { LogProbs, PerToken } from './rollout';

/** Texts to become likelier. */
export interface TextsScene {
  kind: 'texts';
  rows: readonly Example[];
  policy: Views;
}

/** Pairs a policy learns from. */
export interface PairsScene {
  kind: 'pairs';
  pairs: readonly PreferencePair[];
  policy: Views;
  /** Left out where the method has none. */
  reference?: Views;
  /** log ref(y|x) of whole completions, chosen first, nats [2P]; with the reference. */
  referenceLogProbs?: ArrayLike<number>;
}

/** Pairs a reward model learns from; of an ensemble those of its first member. */
export interface ScoresScene {
  kind: 'scores';
  pairs: readonly PreferencePair[];
  model: Views;
}

/** The policy's own completions and what became of them, in plain numbers. */
export interface RolloutScene {
  kind: 'rollout';
  rows: readonly Example[];
  /** What the judge said, [B]. */
  judged: ArrayLike<number>;
  /** That, shaped: the reward of a completion. [B] */
  scores: readonly number[];
  policy: Views;
  reference: Views;
  /** What the loss weighs each token by. */
  advantages: PerToken;
  /** Of a method with a critic. */
  critic?: LogProbs & {
    values: PerToken;
    returns: PerToken;
    klCoef: number;
    /** From a token's reward to the one advantages are made of. */
    whitenReward: (reward: number) => number;
    /** Whether the policy moves in this step; while the critic warms up it does not. */
    hasPolicy: boolean;
  };
}

export type Scene = TextsScene | PairsScene | ScoresScene | RolloutScene;

export interface Witness {
  /** Before the models move. */
  sees(scene: Scene): Promise<void>;
  /** Of each update of a step that makes several, as it was read back. */
  updated(measures: readonly Readonly<Record<string, number>>[]): void;
}
