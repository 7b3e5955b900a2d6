/** Intervals for shares, so that no number is shown without saying how sure it is; and how two things move together. */
import { square } from './exact';

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
  const spread = (Z * Z) / n;
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

/** A mean over seeds with its 95 % interval; `values` are the seeds' own. One seed alone has no interval: low and high are then the mean. */
export interface Estimate extends Interval {
  mean: number;
  values: readonly number[];
}

/** 97.5 % points of Student's t for 1 to 30 degrees of freedom; beyond them the normal's is at most 4 % too small. */
const T = [12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.093, 2.086, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423];

/** 95 % interval of a mean of few values, by Student's t (1908): for seeds, of which there are never many. */
export function overSeeds(values: readonly number[]): Estimate {
  const n = values.length;
  if (n === 0) throw new Error('overSeeds: want at least one value, got none');
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { mean, low: mean, high: mean, values };
  const variance = values.reduce((sum, value) => sum + square(value - mean), 0) / (n - 1);
  const half = (T[n - 2] ?? Z) * Math.sqrt(variance / n);
  return { mean, low: mean - half, high: mean + half, values };
}
