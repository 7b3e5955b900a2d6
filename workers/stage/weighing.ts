/** A text token by token, for people: what one or two policies thought where each token stands, how far they are apart there, and what a reward model says of the text so far. */
import { tidy } from '@tensorflow/tfjs-core';
import { exp } from '../../src/contract/exact';
import type { Thought, WeighedToken } from '../../src/contract/model-api';
import type { Example } from '../../src/tasks/task';
import { scores } from '../model/heads';
import type { Views } from '../model/parameters';
import { batchOf } from '../tensor/sequences';
import { entropyOf, exactKl, likeliest, oddsOf, rankOf } from './odds';

const ODDS = 10;

export interface Weighers {
  left: Views;
  right: Views | null;
  /** Members of a reward model; none where nobody judges. */
  judges: readonly Views[];
}

/** Of the completion. @param vocabulary printable text of each token */
export async function weigh({ left, right, judges }: Weighers, row: Example, vocabulary: readonly string[]): Promise<WeighedToken[]> {
  if (row.completion.length === 0) return [];
  const ofLeft = await oddsOf(left, [row]);
  const ofRight = right && (await oddsOf(right, [row]));
  const scored = await prefixScores(judges, row);
  return row.completion.map((token, i): WeighedToken => {
    const place = row.prompt.length - 1 + i; // what stands there says what comes next
    const [p, q] = [ofLeft(0, place), ofRight ? ofRight(0, place) : null];
    return {
      text: vocabulary[token]!, // a token of the task
      left: thoughtOf(p, token),
      right: q && thoughtOf(q, token),
      kl: q && exactKl(p, q),
      odds: likeliest(p, q ?? p, ODDS).map((other) => ({ text: vocabulary[other]!, left: exp(p[other]!), right: q && exp(q[other]!) })), // tokens of the vocabulary
      score: scored ? scored[place + 1]! : null, // one a token
    };
  });
}

const thoughtOf = (logProbs: Float32Array, token: number): Thought => ({ logProb: logProbs[token]!, entropy: entropyOf(logProbs), rank: rankOf(logProbs, token) });

/** Of each beginning of a text, the mean of the members; undefined without any. -> [T] */
async function prefixScores(judges: readonly Views[], row: Example): Promise<number[] | undefined> {
  let total: number[] | undefined;
  for (const views of judges) {
    const all = tidy(() => scores(views, batchOf([row]).tokens));
    const numbers = Array.from(await all.data());
    all.dispose();
    total = total ? total.map((sum, t) => sum + numbers[t]!) : numbers; // of one text
  }
  return total?.map((sum) => sum / judges.length);
}
