/** Intervals for shares, so that no number is shown without saying how sure it is; and how two things move together. */

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

/** Pearson's correlation; undefined where one side has no spread. */
export function correlation(xs: readonly number[], ys: readonly number[]): number | undefined {
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  const isFlat = (numbers: readonly number[]) => numbers.every((x) => x === numbers[0]);
  if (isFlat(xs) || isFlat(ys)) return undefined;
  const [x0, y0] = [mean(xs), mean(ys)];
  const product = (a: readonly number[], a0: number, b: readonly number[], b0: number) => a.reduce((sum, x, i) => sum + (x - a0) * (b[i]! - b0), 0);
  return product(xs, x0, ys, y0) / Math.sqrt(product(xs, x0, xs, x0) * product(ys, y0, ys, y0));
}
