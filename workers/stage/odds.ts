/** What a policy thinks of every next token of a few texts that somebody looks at. */
import { tidy } from '@tensorflow/tfjs-core';
import { exp } from '../../src/contract/exact';
import type { Example } from '../../src/tasks/task';
import { distributions } from '../model/heads';
import type { Views } from '../model/parameters';
import { batchOf, lengthOf } from '../tensor/sequences';

/** Log-probabilities [V] of the token after position t of a row, nats. */
export type OddsAt = (row: number, t: number) => Float32Array;

/** Numbers of distributions that stand in memory at once: of small vocabularies all rows, of large ones few. */
const MOST_NUMBERS = 2 ** 24;

/** What is made of each row by what two models think of every token of its completion. @param make `policy(t)` and `reference(t)` are log-probabilities [V] at the place of token t of the completion; to be read at once */
export async function byOdds<Made>(policy: Views, reference: Views, rows: readonly Example[], make: (row: Example, i: number, policyAt: (t: number) => Float32Array, referenceAt: (t: number) => Float32Array) => Made): Promise<Made[]> {
  const longest = Math.max(...rows.map(lengthOf));
  const most = Math.max(1, Math.floor(MOST_NUMBERS / (longest * policy.shape.vocabulary)));
  const made: Made[] = [];
  for (let first = 0; first < rows.length; first += most) {
    const block = rows.slice(first, first + most);
    const [ofPolicy, ofReference] = await Promise.all([oddsOf(policy, block), oddsOf(reference, block)]);
    block.forEach((row, i) => made.push(make(row, first + i, (t) => ofPolicy(i, row.prompt.length - 1 + t), (t) => ofReference(i, row.prompt.length - 1 + t))));
  }
  return made;
}

/** The tokens that either model finds likeliest, the likeliest first; of equally likely ones the lower. */
export function likeliest(policy: Float32Array, reference: Float32Array, count: number): number[] {
  const found: number[] = [];
  const of = (token: number): number => Math.max(policy[token]!, reference[token]!); // of one vocabulary
  for (let token = 0; token < policy.length; token++) {
    if (found.length === count && of(token) <= of(found[count - 1]!)) continue; // the last of them
    let place = found.length;
    while (place > 0 && of(found[place - 1]!) < of(token)) place -= 1; // above 0
    found.splice(place, 0, token);
    found.length = Math.min(found.length, count);
  }
  return found;
}

/** What a model thinks of every next token of a few texts, read back in one go. */
export async function oddsOf(views: Views, rows: readonly Example[], temperature = 1): Promise<OddsAt> {
  const all = tidy(() => distributions(views, batchOf(rows).tokens, temperature));
  const [, T, V] = all.shape;
  const numbers = (await all.data()) as Float32Array; // log-probabilities are float32
  all.dispose();
  return (row, t) => numbers.subarray((row * T + t) * V, (row * T + t + 1) * V);
}

/** Σ p·(log p − log q) over all next tokens, exactly, nats. @param policy, reference log-probabilities [V] */
export const exactKl = (policy: Float32Array, reference: Float32Array): number =>
  policy.reduce((sum, logProb, token) => (logProb === -Infinity ? sum : sum + exp(logProb) * (logProb - reference[token]!)), 0);

/** −Σ p·log p over all next tokens, nats. @param logProbs [V] */
export const entropyOf = (logProbs: Float32Array): number => logProbs.reduce((sum, logProb) => (logProb === -Infinity ? sum : sum - exp(logProb) * logProb), 0);

/** 1 for the likeliest; tokens that are as likely share a rank. @param logProbs [V] */
export const rankOf = (logProbs: Float32Array, token: number): number => logProbs.reduce((rank, logProb) => (logProb > logProbs[token]! ? rank + 1 : rank), 1);

/** Six digits are more than anybody reads and keep run files small. */
export const brief = (x: number): number => Number(x.toPrecision(6));
