/** Estimators of KL(policy ‖ reference) from one sampled token (Schulman 2020), and the controller of its weight. l = log π − log ref. */
import { exp, square } from '../../src/contract/exact';

export type KlEstimator = 'k1' | 'k2' | 'k3';

/** Unbiased, signed. The standard in rewards. */
export const klK1 = (logProb: number, referenceLogProb: number): number => logProb - referenceLogProb;

/** Biased, low variance. */
export const klK2 = (logProb: number, referenceLogProb: number): number => square(logProb - referenceLogProb) / 2;

/** Unbiased and never negative. The standard in losses. */
export const klK3 = (logProb: number, referenceLogProb: number): number => exp(referenceLogProb - logProb) - 1 + (logProb - referenceLogProb);

/**
 * The estimator chosen for rewards, of one token.
 * @param klClip estimates beyond ± this are cut to it (OpenRLHF: 10); 0 for no limit
 */
export function klPenalty({ klEstimator, klClip }: { klEstimator: KlEstimator; klClip: number }): (logProb: number, referenceLogProb: number) => number {
  const estimate = { k1: klK1, k2: klK2, k3: klK3 }[klEstimator];
  return klClip === 0 ? estimate : (logProb, referenceLogProb) => Math.min(klClip, Math.max(-klClip, estimate(logProb, referenceLogProb)));
}

/** What each completion token brings: −β of its KL, and with the last of a completion the score too. @param kls nats, rows [B] of as many numbers as tokens @param scores [B] -> as `kls` */
export const tokenRewards = (scores: ArrayLike<number>, kls: readonly (readonly number[])[], klCoef: number): number[][] =>
  kls.map((row, i) => row.map((kl, t) => -klCoef * kl + (t === row.length - 1 ? scores[i]! : 0)));

/** An estimate of each completion token's KL, rows [B] of as many numbers as tokens. */
export const tokenKls = (logProbs: readonly (readonly number[])[], referenceLogProbs: readonly (readonly number[])[], estimate: (logProb: number, referenceLogProb: number) => number): number[][] =>
  logProbs.map((row, i) => row.map((logProb, t) => estimate(logProb, referenceLogProbs[i]![t]!)));

/** Ziegler et al. 2019, section 2.2: a log-space proportional controller whose error is clipped to ±0.2. @param episodes completions since the last call */
export function adaptedKlCoef(klCoef: number, kl: number, { klTarget, klHorizon }: { klTarget: number; klHorizon: number }, episodes: number): number {
  const error = Math.min(0.2, Math.max(-0.2, kl / klTarget - 1));
  return klCoef * (1 + (error * episodes) / klHorizon);
}
