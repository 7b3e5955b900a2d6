/** What a policy thinks of every next token of a few texts that somebody looks at. */
import { tidy } from '@tensorflow/tfjs-core';
import { exp } from '../../src/contract/exact';
import type { Example } from '../../src/tasks/task';
import { distributions } from '../model/heads';
import type { Views } from '../model/parameters';
import { batchOf } from '../tensor/sequences';

/** Log-probabilities [V] of the token after position t of a row, nats. */
export type OddsAt = (row: number, t: number) => Float32Array;

export async function oddsOf(views: Views, rows: readonly Example[]): Promise<OddsAt> {
  const all = tidy(() => distributions(views, batchOf(rows).tokens));
  const [, T, V] = all.shape;
  const numbers = (await all.data()) as Float32Array; // log-probabilities are float32
  all.dispose();
  return (row, t) => numbers.subarray((row * T + t) * V, (row * T + t + 1) * V);
}

/** Σ p·(log p − log q) over all next tokens, exactly, nats. @param policy, reference log-probabilities [V] */
export const exactKl = (policy: Float32Array, reference: Float32Array): number =>
  policy.reduce((sum, logProb, token) => (logProb === -Infinity ? sum : sum + exp(logProb) * (logProb - reference[token]!)), 0);

/** Six digits are more than anybody reads and keep run files small. */
export const brief = (x: number): number => Number(x.toPrecision(6));
