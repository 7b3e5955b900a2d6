/** Which of a batch is shown, and what stands under each token of it: odds before and after, from one look at the models each time. */
import { exp } from '../../../src/contract/exact';
import type { TokenNumber, WatchedToken } from '../../../src/contract/slow-motion';
import type { Example } from '../../../src/tasks/task';
import type { Views } from '../../model/parameters';
import { likeliest, oddsOf } from '../../stage/odds';
import type { Stage } from '../../stage/stage';
import { lengthOf } from '../../tensor/sequences';

/** Texts that somebody looks at; of pairs as many sides. */
const MOST = 16;
/** Numbers of distributions that are held while the step is made. */
const MOST_NUMBERS = 2 ** 22;
const ODDS = 6;

/** How many texts are shown: few of a large vocabulary, and whole groups where completions are compared within them. @param together texts that belong together */
export function shownCount({ shape }: Stage, rows: readonly Example[], together = 1): number {
  const longest = Math.max(...rows.map(lengthOf));
  const room = Math.min(MOST, Math.floor(MOST_NUMBERS / (longest * shape.vocabulary)));
  return Math.min(rows.length, Math.max(1, Math.floor(room / together)) * together);
}

/** Numbers of the tokens of a text, by name, each list as long as its completion. */
export type Columns = Partial<Record<TokenNumber, readonly number[]>>;

/**
 * Looks at a policy before it moves.
 * @returns what is to be asked once it has moved: the tokens of each row. @param columns of a row
 */
export async function oddsAround(stage: Stage, policy: Views, rows: readonly Example[], temperature = 1): Promise<(columns: (row: number) => Columns) => Promise<WatchedToken[][]>> {
  const before = await oddsOf(policy, rows, temperature);
  return async (columns) => {
    const after = await oddsOf(policy, rows, temperature);
    return rows.map((row, i) => tokensOf(stage, row, columns(i), (t) => {
      const place = row.prompt.length - 1 + t; // what stands there says what comes next
      const [p, q] = [before(i, place), after(i, place)];
      return likeliest(q, p, ODDS).map((other) => ({ text: stage.task.tokenizer.vocabulary[other]!, before: exp(p[other]!), after: exp(q[other]!) })); // tokens of the vocabulary
    }));
  };
}

export function tokensOf({ task }: Stage, { completion }: Example, columns: Columns, oddsAt?: (t: number) => WatchedToken['odds']): WatchedToken[] {
  const names = Object.keys(columns) as TokenNumber[]; // its own keys
  return completion.map((token, t) => ({
    text: task.tokenizer.vocabulary[token]!, // of the task
    numbers: Object.fromEntries(names.flatMap((name) => { const number = columns[name]?.[t]; return number === undefined ? [] : [[name, number]]; })),
    ...(oddsAt && { odds: oddsAt(t)! }),
  }));
}

export const total = (numbers: readonly number[]): number => numbers.reduce((sum, x) => sum + x, 0);
