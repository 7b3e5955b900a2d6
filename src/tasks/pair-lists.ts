/** Preference pairs as a checkpoint holds them: lists of tokens, three a pair, and how sure each is where any is in doubt. */
import type { CheckpointState } from '../contract/run';
import type { PreferencePair } from './task';

type Kept = Pick<CheckpointState, 'lists' | 'numbers'>;

/** Pairs as lists, three a pair. */
export const asRows = (pairs: readonly PreferencePair[]): (readonly number[])[] => pairs.flatMap(({ prompt, chosen, rejected }) => [prompt, chosen, rejected]);

/** The inverse of `pairsIn`. */
export function asLists(pairs: readonly PreferencePair[]): Kept {
  const doubts = pairs.some(({ probability = 1 }) => probability < 1) ? { numbers: { probabilities: [pairs.map(({ probability = 1 }) => probability)] } } : {};
  return { lists: { pairs: asRows(pairs) }, ...doubts };
}

/** Throws for lists that `asRows` did not make. */
export function pairsOfRows(rows: readonly (readonly number[])[]): PreferencePair[] {
  if (rows.length % 3 !== 0) throw new Error(`pairsOfRows: want three rows a pair, got ${rows.length}`);
  return Array.from({ length: rows.length / 3 }, (_, i) => ({ prompt: rows[3 * i]!, chosen: rows[3 * i + 1]!, rejected: rows[3 * i + 2]! })); // three a pair
}

/** None where there are no lists: a checkpoint of a stage that has not begun. Throws for what `asLists` did not make. */
export function pairsIn({ lists = {}, numbers = {} }: Kept = {}): PreferencePair[] {
  const pairs = pairsOfRows(lists['pairs'] ?? []);
  const [sure] = numbers['probabilities'] ?? [];
  if (sure && sure.length !== pairs.length) throw new Error(`pairsIn: want a probability a pair, got ${sure.length} for ${pairs.length}`);
  return pairs.map((pair, i) => {
    const probability = sure?.[i] ?? 1;
    return probability < 1 ? { ...pair, probability } : pair;
  });
}
