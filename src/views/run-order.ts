/** Which runs a list shows, and in which order. Pure. */
import type { StoredRun } from './stored-runs.svelte';

export const ORDERS = { newest: 'newest first', name: 'name', gold: 'gold reward', size: 'size on disk' } as const;
export type Order = keyof typeof ORDERS;

/** Every word must be in what is said of the run; `#word` must begin one of its tags. */
export function matching(runs: readonly StoredRun[], filter: string): StoredRun[] {
  const words = filter.toLowerCase().split(/\s+/).filter((word) => word !== '' && word !== '#');
  const isFound = ({ words: said, record }: StoredRun) => words.every((word) => (word.startsWith('#') ? record.tags?.some((tag) => tag.startsWith(word.slice(1))) : said.includes(word)));
  return words.length === 0 ? [...runs] : runs.filter(isFound);
}

/** @param goldOf last true reward; runs without one come last */
export function inOrder(runs: readonly StoredRun[], order: Order, goldOf: (run: StoredRun) => number | null): StoredRun[] {
  const newest = (a: StoredRun, b: StoredRun) => b.record.created - a.record.created;
  const by: Record<Order, (a: StoredRun, b: StoredRun) => number> = {
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
