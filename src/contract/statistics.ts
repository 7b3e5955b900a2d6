/** Intervals for shares, so that no number is shown without saying how sure it is. */

export interface Interval {
  low: number;
  high: number;
}

/** 97.5 % point of the standard normal. */
const Z = 1.959964;

/** 95 % interval of a mean whose standard error is known, from enough items for it to be normal. */
export const around = (mean: number, standardError: number): Interval => ({ low: mean - Z * standardError, high: mean + Z * standardError });

/**
 * 95 % interval of a share (Wilson 1927).
 * @param share of successes in [0, 1], @param n trials
 */
export function wilson(share: number, n: number): Interval {
  const spread = Z ** 2 / n;
  const centre = (share + spread / 2) / (1 + spread);
  const half = (Z / (1 + spread)) * Math.sqrt((share * (1 - share)) / n + spread / (4 * n));
  return { low: centre - half, high: centre + half };
}
