/** Preference pairs as a checkpoint holds them: lists of numbers, three a pair, and how sure each is where any is in doubt. */
import type { CheckpointState } from '../contract/run';
import type { PreferencePair } from './task';

type Lists = NonNullable<CheckpointState['lists']>;

/** The inverse of `pairsIn`. */
export function asLists(pairs: readonly PreferencePair[]): Lists {
  const doubts = pairs.some(({ probability = 1 }) => probability < 1) ? { probabilities: [pairs.map(({ probability = 1 }) => probability)] } : {};
  return { pairs: pairs.flatMap(({ prompt, chosen, rejected }) => [prompt, chosen, rejected]), ...doubts };
}

/** None where there are no lists: a checkpoint of a stage that has not begun. Throws for lists that `asLists` did not make. */
export function pairsIn({ pairs: rows = [], probabilities }: Lists = {}): PreferencePair[] {
  const [sure] = probabilities ?? [];
  if (rows.length % 3 !== 0 || (sure && sure.length !== rows.length / 3)) throw new Error(`pairsIn: want three rows a pair and a probability each, got ${rows.length} and ${sure?.length ?? 'none'}`);
  return Array.from({ length: rows.length / 3 }, (_, i) => {
    const pair = { prompt: rows[3 * i]!, chosen: rows[3 * i + 1]!, rejected: rows[3 * i + 2]! }; // three a pair
    const probability = sure?.[i] ?? 1;
    return probability < 1 ? { ...pair, probability } : pair;
  });
}
