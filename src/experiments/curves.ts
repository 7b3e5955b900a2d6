/** A measure along training, several methods on one plot: the mean over seeds, in the band of its 95 % interval. Pure. */
import type { Estimate } from '../contract/statistics';
import { overSeeds } from '../contract/statistics';
import type { MetricColumns, MetricName } from '../contract/metrics';

export interface Curve {
  name: string;
  /** At which share of its training, 0 to 1, ascending. */
  points: readonly { at: number; value: Estimate }[];
}

export interface Curves {
  /** A metric's name. */
  title: string;
  unit: string;
  means: string;
  /** What the points are a share of; the training where left out. */
  over?: string;
  /** Those that measured nothing are left out. */
  curves: readonly Curve[];
}

/**
 * What every one of several seeds measured, step by step; steps that one of them lacks are left out.
 * @param total steps of the whole training
 */
export function curveOf(name: string, histories: readonly MetricColumns[], metric: MetricName, total: number): Curve {
  const measured = histories.map(({ steps, columns }) => new Map(steps.flatMap((step, i): [number, number][] => { const value = columns[metric]?.[i] ?? null; return value === null ? [] : [[step, value]]; })));
  const [first, ...others] = measured;
  const points = [...(first?.keys() ?? [])].filter((step) => others.every((seed) => seed.has(step))).map((step) => ({ at: step / total, value: overSeeds(measured.map((seed) => seed.get(step)!)) })); // all have it
  return { name, points };
}
