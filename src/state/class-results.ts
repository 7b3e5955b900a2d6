/** What a class's runs came to, together: how values spread, which stand apart, who got furthest within a KL budget, and everybody's labels as rows. Pure. */
import type { MetricColumns } from '../contract/metrics';
import type { Sample } from '../contract/sample';
import type { RunResults } from '../storage/run-file-results';

/** One file that was handed in. */
export interface Member {
  /** Of its own, also where two files have one name. */
  id: string;
  /** The file's name without its ending. */
  name: string;
  results: RunResults;
}

export interface Spread {
  least: number;
  /** First quartile. */
  low: number;
  median: number;
  /** Third quartile. */
  high: number;
  most: number;
  /** Beyond these a value stands apart: 1.5 interquartile ranges from the quartiles (Tukey 1977). */
  fences: readonly [number, number];
}

/** Least values for which quartiles say anything. */
const ENOUGH = 4;

/** Quantile by linear interpolation between order statistics (R's type 7, NumPy's default). @param sorted ascending, not empty */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!]; // a place in the list
  return below + (above - below) * (place - Math.floor(place));
}

/** Undefined of fewer than four. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  if (values.length < ENOUGH) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const [least, low, median, high, most] = [0, 0.25, 0.5, 0.75, 1].map((share) => quantile(sorted, share)) as [number, number, number, number, number]; // five of five
  const reach = 1.5 * (high - low);
  return { least, low, median, high, most, fences: [low - reach, high + reach] };
}

export const standsApart = (value: number, { fences: [low, high] }: Spread): boolean => value < low || value > high;

/** A place on a run's way. */
export interface Reached {
  stage: string;
  step: number;
  /** Gold reward there. */
  gold: number;
  /** Nats a completion to the reference. */
  kl: number;
}

/** Where of its whole way a run's gold reward was highest while its KL was within the budget; undefined where it measured neither or never was. */
export function bestWithin(histories: ReadonlyMap<string, MetricColumns>, budget: number): Reached | undefined {
  let best: Reached | undefined;
  for (const [stage, { steps, columns }] of histories) {
    // Rollouts measure both in every step; where there are none, evaluations do.
    const worth = columns['objective/gold'] ?? columns['gold/reward'];
    steps.forEach((step, i) => {
      const [gold, kl] = [worth?.[i] ?? undefined, columns['objective/kl']?.[i] ?? undefined];
      if (gold !== undefined && kl !== undefined && kl <= budget && (!best || gold > best.gold)) best = { stage, step, gold, kl };
    });
  }
  return best;
}

/** Members whose run is one and the same, by the names of their files: a copy that was handed in twice. Each group has two at least. */
export function copiesAmong(members: readonly Member[]): string[][] {
  const byRun = new Map<string, string[]>();
  for (const { name, results: { record } } of members) byRun.set(record.id, [...(byRun.get(record.id) ?? []), name]);
  return [...byRun.values()].filter((names) => names.length > 1);
}

/** What everybody said, as preferences; the annotator is the file. A run that was handed in twice counts once. */
export function labelsOf(members: readonly Member[]): Sample[] {
  const seen = new Set<string>();
  return members.flatMap(({ name, results: { record, labels } }) => {
    if (seen.has(record.id)) return [];
    seen.add(record.id);
    return labels.map((sample) => ({ ...sample, extra: { ...sample.extra, annotator: name } }));
  });
}
