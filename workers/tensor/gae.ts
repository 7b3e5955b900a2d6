/**
 * Generalised advantage estimation (Schulman et al. 2016, eq. 16) and whitening, in plain numbers: rollouts are small,
 * were read back for the metrics anyway, and every engine then makes the same bits.
 */
import { square } from '../../src/contract/exact';

/**
 * One completion. @param rewards, values [T] per completion token; the value after the last token is 0
 * @returns advantages [T] and returns [T] = advantages + values
 */
export function gae(rewards: ArrayLike<number>, values: ArrayLike<number>, gamma: number, gaeLambda: number): { advantages: number[]; returns: number[] } {
  const T = rewards.length;
  const advantages = new Array<number>(T);
  let following = 0;
  for (let t = T - 1; t >= 0; t--) {
    const delta = rewards[t]! + gamma * (t + 1 < T ? values[t + 1]! : 0) - values[t]!;
    following = delta + gamma * gaeLambda * following;
    advantages[t] = following;
  }
  return { advantages, returns: advantages.map((advantage, t) => advantage + values[t]!) };
}

export interface Whitening {
  /** Variance over n, as OpenAI's code of 2019 has it; else over n − 1, as TRL. */
  isBiased?: boolean;
  /** The mean is added again: rewards keep their level. */
  keepsMean?: boolean;
}

/** What whitening goes by: (x − mean)·scale, where scale is 1/√(var + 1e-8). */
export function spreadOf(numbers: readonly number[], isBiased = false): { mean: number; scale: number } {
  const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  const variance = numbers.reduce((sum, x) => sum + square(x - mean), 0) / (isBiased ? numbers.length : Math.max(1, numbers.length - 1));
  return { mean, scale: 1 / Math.sqrt(variance + 1e-8) };
}

/** By the mean and deviation of `numbers`. @returns what whitens one of them */
export function whitener(numbers: readonly number[], { isBiased = false, keepsMean = false }: Whitening = {}): (x: number) => number {
  const { mean, scale } = spreadOf(numbers, isBiased);
  return keepsMean ? (x) => (x - mean) * scale + mean : (x) => (x - mean) * scale;
}

/** All of `numbers` by their own mean and deviation. */
export const whiten = (numbers: readonly number[], how: Whitening = {}): number[] => numbers.map(whitener(numbers, how));
