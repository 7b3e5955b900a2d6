/**
 * How many labels a way of asking needs to get as far as another way gets with all of its own: read off curves that are means over seeds, with intervals from drawing the seeds
 * again (Efron's bootstrap, percentiles). Seeds are drawn for all ways at once, because a seed's runs share their first model. Pure.
 */
import { Random } from '../contract/random';
import type { Estimate } from '../contract/statistics';

/** What was reached after so many labels. */
export interface Point {
  labels: number;
  value: number;
}

/** Of one seed, with rising labels. */
export type Path = readonly Point[];

/** The first number of labels at which a path is as high as the target, points joined by straight lines; undefined where it never is. */
export function labelsTo(path: Path, target: number): number | undefined {
  const place = path.findIndex(({ value }) => value >= target);
  const [before, at] = [path[place - 1], path[place]];
  if (!at) return undefined;
  return before ? before.labels + ((target - before.value) / (at.value - before.value)) * (at.labels - before.labels) : at.labels;
}

/** Mean over seeds, point by point. @param paths at least one, all with the same labels */
export const meanPath = (paths: readonly Path[]): Path =>
  paths[0]!.map(({ labels }, i) => ({ labels, value: paths.reduce((sum, path) => sum + path[i]!.value, 0) / paths.length }));

const lastOf = (path: Path): Point => path.at(-1)!; // a path has points

export interface Needed {
  /** Labels until the target; null where the mean curve never gets there. */
  labels: Estimate | null;
  /** Share of the reference's labels that is saved: 1 − labels / the reference's. Never getting there counts as getting there with the last label, so such a share is 0 or below and flatters. */
  saved: Estimate | null;
  /** Share of the draws of seeds in which it gets there. */
  reaches: number;
}

const DRAWS = 2000;

/** @param sorted rising */
const quantile = (sorted: readonly number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!; // not empty

/**
 * @param paths of each way, seeds in the same order
 * @param reference the way whose last value is the target
 */
export function neededBy<Way extends string>(paths: Readonly<Record<Way, readonly Path[]>>, reference: NoInfer<Way>): Record<Way, Needed> {
  const ways = Object.keys(paths) as Way[]; // its own keys
  const count = paths[reference].length;
  /** What the mean over these seeds says. */
  const read = (seeds: readonly number[]): Record<Way, number | undefined> => {
    const means = Object.fromEntries(ways.map((way) => [way, meanPath(seeds.map((seed) => paths[way][seed]!))])) as Record<Way, Path>; // one a way
    return Object.fromEntries(ways.map((way) => [way, labelsTo(means[way], lastOf(means[reference]).value)])) as Record<Way, number | undefined>;
  };
  const most = lastOf(paths[reference][0]!).labels;
  const savedOf = (labels: number | undefined, ofReference: number | undefined): number => 1 - (labels ?? most) / (ofReference ?? most);
  const all = Array.from({ length: count }, (_, seed) => seed);
  const whole = read(all);
  const alone = all.map((seed) => read([seed]));
  const random = Random.of(1, 'labels needed');
  const draws = Array.from({ length: count > 1 ? DRAWS : 0 }, () => read(all.map(() => random.below(count))));
  const estimate = (mean: number, values: readonly number[], drawn: readonly number[]): Estimate => {
    const sorted = drawn.toSorted((a, b) => a - b);
    return sorted.length === 0 ? { mean, low: mean, high: mean, values } : { mean, low: quantile(sorted, 0.025), high: quantile(sorted, 0.975), values };
  };
  return Object.fromEntries(ways.map((way): [Way, Needed] => [way, {
    labels: whole[way] === undefined ? null : estimate(whole[way], alone.map((own) => own[way] ?? most), draws.map((own) => own[way] ?? most)),
    saved: way === reference || whole[way] === undefined ? null : estimate(savedOf(whole[way], whole[reference]), alone.map((own) => savedOf(own[way], own[reference])), draws.map((own) => savedOf(own[way], own[reference]))),
    reaches: draws.length === 0 ? Number(whole[way] !== undefined) : draws.filter((own) => own[way] !== undefined).length / draws.length,
  }])) as Record<Way, Needed>; // one a way
}
