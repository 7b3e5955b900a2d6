/** Estimators of KL(policy ‖ reference) from one sampled token (Schulman 2020), and the controller of its weight. l = log π − log ref. */

export type KlEstimator = 'k1' | 'k2' | 'k3';

/** Unbiased, signed. The standard in rewards. */
export const klK1 = (logProb: number, referenceLogProb: number): number => logProb - referenceLogProb;

/** Biased, low variance. */
export const klK2 = (logProb: number, referenceLogProb: number): number => (logProb - referenceLogProb) ** 2 / 2;

/** Unbiased and never negative. The standard in losses. */
export const klK3 = (logProb: number, referenceLogProb: number): number => Math.exp(referenceLogProb - logProb) - 1 + (logProb - referenceLogProb);

/**
 * The estimator chosen for rewards, of one token.
 * @param klClip estimates beyond ± this are cut to it (OpenRLHF: 10); 0 for no limit
 */
export function klPenalty({ klEstimator, klClip }: { klEstimator: KlEstimator; klClip: number }): (logProb: number, referenceLogProb: number) => number {
  const estimate = { k1: klK1, k2: klK2, k3: klK3 }[klEstimator];
  return klClip === 0 ? estimate : (logProb, referenceLogProb) => Math.min(klClip, Math.max(-klClip, estimate(logProb, referenceLogProb)));
}

/** Ziegler et al. 2019, section 2.2: a log-space proportional controller whose error is clipped to ±0.2. @param episodes completions since the last call */
export function adaptedKlCoef(klCoef: number, kl: number, { klTarget, klHorizon }: { klTarget: number; klHorizon: number }, episodes: number): number {
  const error = Math.min(0.2, Math.max(-0.2, kl / klTarget - 1));
  return klCoef * (1 + (error * episodes) / klHorizon);
}
