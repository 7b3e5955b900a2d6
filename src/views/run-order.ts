/** Which runs a list shows, and in which order. Pure. */
import type { StoredRun } from './stored-runs.svelte';

export const ORDERS = ['newest', 'name', 'gold', 'size', 'lineage'] as const;
export type Order = (typeof ORDERS)[number];

/** Every word must be in what is said of the run; `#word` must begin one of its tags. */
export function matching(runs: readonly StoredRun[], filter: string): StoredRun[] {
  const words = filter.toLowerCase().split(/\s+/).filter((word) => word !== '' && word !== '#');
  const isFound = ({ words: said, record }: StoredRun) => words.every((word) => (word.startsWith('#') ? record.tags?.some((tag) => tag.startsWith(word.slice(1))) : said.includes(word)));
  return words.length === 0 ? [...runs] : runs.filter(isFound);
}

/** A run and how many of those shown it comes from, one through the other. */
export interface Placed {
  run: StoredRun;
  depth: number;
}

const newest = (a: StoredRun, b: StoredRun) => b.record.created - a.record.created;

/** @param goldOf last true reward; runs without one come last */
export function inOrder(runs: readonly StoredRun[], order: Order, goldOf: (run: StoredRun) => number | null): Placed[] {
  return order === 'lineage' ? asTrees(runs) : sorted(runs, order, goldOf).map((run) => ({ run, depth: 0 }));
}

/** Each run below the first of its parents that is among them, in the order they were made; what has none, newest first. */
function asTrees(runs: readonly StoredRun[]): Placed[] {
  const known = new Set<string>(runs.map(({ record }) => record.id));
  const below = new Map<string, StoredRun[]>();
  for (const run of runs.toSorted(newest).toReversed()) {
    const { id, parents } = run.record;
    const parent = parents.find((ref) => ref.run !== id && known.has(ref.run))?.run ?? '';
    below.set(parent, [...(below.get(parent) ?? []), run]);
  }
  const placed: Placed[] = [];
  const seen = new Set<string>();
  const place = (run: StoredRun, depth: number): void => {
    if (seen.has(run.record.id)) return;
    seen.add(run.record.id);
    placed.push({ run, depth });
    for (const branch of below.get(run.record.id) ?? []) place(branch, depth + 1);
  };
  for (const run of (below.get('') ?? []).toReversed()) place(run, 0);
  for (const run of runs) place(run, 0); // files may say that runs come from each other in a circle
  return placed;
}

function sorted(runs: readonly StoredRun[], order: Exclude<Order, 'lineage'>, goldOf: (run: StoredRun) => number | null): StoredRun[] {
  const by: Record<Exclude<Order, 'lineage'>, (a: StoredRun, b: StoredRun) => number> = {
    newest,
    name: (a, b) => a.record.name.localeCompare(b.record.name, 'en', { numeric: true }) || newest(a, b),
    size: (a, b) => b.bytes - a.bytes || newest(a, b),
    gold: (a, b) => {
      const [x, y] = [goldOf(a) ?? -Infinity, goldOf(b) ?? -Infinity];
      return x === y || (Number.isNaN(x) && Number.isNaN(y)) ? newest(a, b) : Number.isNaN(x) || x < y ? 1 : -1;
    },
  };
  return runs.toSorted(by[order]);
}
