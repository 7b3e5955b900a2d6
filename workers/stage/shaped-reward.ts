/**
 * From the judge's scores to rewards, in plain numbers and in this order: normalised, plus λ times a bias that is planted on purpose, what did not end penalised,
 * what nearly filled its room penalised, clipped. Every method that samples shares it. The KL penalty is not in here: some methods add it per token, some in the loss.
 *
 * Penalties come after normalisation, as OpenRLHF has them after its reward model's own, so that a penalty of 1 means the same from step to step.
 */
import { square } from '../../src/contract/exact';
import type { BIAS_FEATURES, MISSING_EOS_RULES, REWARD_NORMS } from '../../src/contract/algorithms/reward-knobs';
import type { MetricRow } from '../../src/contract/metrics';
import { correlation } from '../../src/contract/statistics';
import type { Example } from '../../src/tasks/task';
import { EOS } from '../../src/tasks/task';
import { hasEnded } from './evaluate';
import type { Stage } from './stage';

export interface RewardKnobs {
  rewardNorm: (typeof REWARD_NORMS)[number];
  biasWeight: number;
  biasFeature: (typeof BIAS_FEATURES)[number];
  missingEosRule: (typeof MISSING_EOS_RULES)[number];
  missingEosPenalty: number;
  overlongBuffer: number;
  overlongFactor: number;
  rewardClip: number;
}

/** Count, mean, and sum of squared differences from the mean. */
export interface Moments {
  count: number;
  mean: number;
  squares: number;
}

export const NO_MOMENTS: Moments = { count: 0, mean: 0, squares: 0 };

/** Moments of two samples taken together (Chan et al. 1979). */
export function merged(a: Moments, b: Moments): Moments {
  const count = a.count + b.count;
  if (count === 0) return NO_MOMENTS;
  const apart = b.mean - a.mean;
  return { count, mean: a.mean + (apart * b.count) / count, squares: a.squares + b.squares + (apart * apart * a.count * b.count) / count };
}

export function momentsOf(numbers: ArrayLike<number>): Moments {
  const all = Array.from(numbers);
  const mean = all.reduce((sum, x) => sum + x, 0) / Math.max(1, all.length);
  return { count: all.length, mean, squares: all.reduce((sum, x) => sum + square(x - mean), 0) };
}

/** (score − mean) / deviation, Bessel-corrected. Scores without spread become 0, never NaN. */
export const normalised = (score: number, { count, mean, squares }: Moments): number => (score - mean) / Math.sqrt(squares / Math.max(1, count - 1) + 1e-8);

/** Plain counts of a completion, its end token left out. */
export const BIASES: Record<RewardKnobs['biasFeature'], (completion: readonly number[]) => number> = {
  length: (completion) => wordsOf(completion).length,
  repetition: (completion) => wordsOf(completion).length - new Set(wordsOf(completion)).size,
};

const wordsOf = (completion: readonly number[]): readonly number[] => (completion.at(-1) === EOS ? completion.slice(0, -1) : completion);

/** A score after what is done to completions that did not end. */
export function withMissingEos(score: number, { missingEosRule, missingEosPenalty }: Pick<RewardKnobs, 'missingEosRule' | 'missingEosPenalty'>): number {
  const rules = { subtract: score - missingEosPenalty, replace: -missingEosPenalty, scale: score * missingEosPenalty };
  return rules[missingEosRule];
}

/**
 * Soft overlong punishment (DAPO, Yu et al. 2025, arXiv:2503.14476, eq. 13): 0 up to the buffer, then falling in a line to −factor where the room is full.
 * @param length tokens of the completion @param room tokens it might have had
 */
export function overlongPenalty(length: number, room: number, { overlongBuffer, overlongFactor }: Pick<RewardKnobs, 'overlongBuffer' | 'overlongFactor'>): number {
  if (overlongBuffer === 0) return 0;
  const into = Math.min(length - (room - overlongBuffer), overlongBuffer);
  return into > 0 ? -(into / overlongBuffer) * overlongFactor : 0;
}

/**
 * One completion's reward from its score.
 * @param room tokens the completion might have had @param moments of the scores that normalisation goes by; not read where there is none
 */
export function shapedScore(score: number, row: Example, { room, moments }: { room: number; moments: Moments }, knobs: RewardKnobs): number {
  let reward = knobs.rewardNorm === 'none' ? score : normalised(score, moments);
  if (knobs.biasWeight !== 0) reward += knobs.biasWeight * BIASES[knobs.biasFeature](row.completion);
  if (!hasEnded(row)) reward = withMissingEos(reward, knobs);
  reward += overlongPenalty(row.completion.length, room, knobs);
  return knobs.rewardClip === 0 ? reward : Math.min(knobs.rewardClip, Math.max(-knobs.rewardClip, reward));
}

/** A stage's shaping: what running normalisation remembers is in the stage's counters, so it is saved with it. */
export class RewardShaping {
  #moments: Moments;

  constructor(
    private readonly stage: Stage,
    private readonly knobs: RewardKnobs,
  ) {
    const saved = (name: string) => (knobs.rewardNorm === 'running' ? stage.counter(`scores.${name}`) : 0);
    this.#moments = { count: saved('count'), mean: saved('mean'), squares: saved('squares') };
  }

  /** Rewards of the step's own completions; normalisation learns from them first. @param scores of the judge, [B] -> [B] */
  learn(rows: readonly Example[], scores: ArrayLike<number>): number[] {
    if (this.knobs.rewardNorm !== 'none') this.#moments = this.knobs.rewardNorm === 'batch' ? momentsOf(scores) : this.#remember(merged(this.#moments, momentsOf(scores)));
    return this.shape(rows, scores);
  }

  /** Rewards of any other completions, from which nothing is learned. @param scores of the judge, [B] -> [B] */
  shape(rows: readonly Example[], scores: ArrayLike<number>): number[] {
    return rows.map((row, i) => shapedScore(scores[i]!, row, { room: this.stage.task.context - row.prompt.length, moments: this.#moments }, this.knobs));
  }

  /** What a method's charts say of a rollout's rewards. */
  measures(rows: readonly Example[], scores: ArrayLike<number>): MetricRow {
    const { biasWeight, biasFeature } = this.knobs;
    const lengths = rows.map(({ completion }) => completion.length);
    const together = correlation(Array.from(scores), lengths);
    return {
      'objective/raw_scores': momentsOf(scores).mean,
      ...(together === undefined ? {} : { 'objective/length_correlation': together }),
      ...(biasWeight === 0 ? {} : { 'objective/bias': momentsOf(rows.map(({ completion }) => BIASES[biasFeature](completion))).mean }),
    };
  }

  #remember(moments: Moments): Moments {
    for (const [name, number] of Object.entries(moments)) this.stage.setCounter(`scores.${name}`, number);
    return moments;
  }
}
