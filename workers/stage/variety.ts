/** How varied a sample of completions is. Pure; each says of a policy that has collapsed what no reward says. */
import type { Example } from '../../src/tasks/task';

/** Share of different answers, prompt included, among all of them. */
export const distinctShare = (rows: readonly Example[]): number => new Set(rows.map(({ prompt, completion }) => [...prompt, ...completion].join())).size / rows.length;

const pairsOf = ({ completion }: Example): string[] => completion.slice(1).map((token, i) => `${completion[i]} ${token}`);

/** Different pairs of neighbouring tokens among all of them, over all completions together: distinct-2 of Li et al. 2016, who divide by tokens. 1 where there are no pairs. */
export function distinctPairs(rows: readonly Example[]): number {
  const pairs = rows.flatMap(pairsOf);
  return pairs.length === 0 ? 1 : new Set(pairs).size / pairs.length;
}

/** Share of a completion's pairs of neighbouring tokens that stood in it before, mean over completions: seq-rep of Welleck et al. 2020 with pairs, since ours are short. 0 where there are no pairs. */
export function repetition(rows: readonly Example[]): number {
  const ofRow = (row: Example): number => {
    const pairs = pairsOf(row);
    return pairs.length === 0 ? 0 : 1 - new Set(pairs).size / pairs.length;
  };
  return rows.reduce((sum, row) => sum + ofRow(row), 0) / rows.length;
}
