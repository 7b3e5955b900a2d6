/** Which of many candidates a person should be asked about: the rules of active preference learning (Muldrew et al. 2024, arXiv:2402.08114). Pure. */
import type { STRATEGIES } from '../../src/contract/algorithms/labels';

export type Strategy = (typeof STRATEGIES)[number];

/**
 * @param scores what the strategy goes by, one a candidate: the entropy under its prompt, or the gap between the implicit rewards of its sides; not looked at by `random`
 * @returns numbers of the candidates to ask about, at most `count`; of those that score alike the first drawn
 */
export function picked(strategy: Strategy, scores: readonly number[], count: number): number[] {
  const order = scores.map((_, i) => i);
  if (strategy !== 'random') {
    const sign = strategy === 'uncertainty' ? 1 : -1; // smallest first, else largest
    order.sort((i, j) => sign * (scores[i]! - scores[j]!)); // stable
  }
  return order.slice(0, count);
}

/** How undecided a policy is about the answer to one prompt: −1/N Σ log π(y|x) over N answers it gave, nats. @param logProbs of whole answers */
export const promptEntropy = (logProbs: Float32Array): number => -logProbs.reduce((sum, logProb) => sum + logProb, 0) / logProbs.length;

/**
 * |r(y₁) − r(y₂)| / β of each pair, with the implicit reward r = β(log π − log ref): how surely the policy says which side is better. The order does not depend on β.
 * @param logRatios log π − log ref of first sides, then of second sides, nats, [2P] -> [P]
 */
export function implicitGaps(logRatios: ArrayLike<number>): number[] {
  const P = logRatios.length / 2;
  return Array.from({ length: P }, (_, i) => Math.abs(logRatios[i]! - logRatios[P + i]!)); // [2P]
}
