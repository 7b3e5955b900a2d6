/** A batch of fresh completions as the models around it see them, token by token, in plain numbers: one read-back, and every engine then adds alike. */
import { slice, tensor2d, tidy, type Tensor2D } from '@tensorflow/tfjs-core';
import type { Example } from '../../src/tasks/task';
import { policyOutput, scores } from '../model/heads';
import type { Views } from '../model/parameters';
import { batchOf } from '../tensor/sequences';

/** Rows [B], each with one number per completion token, its end token among them. */
export type PerToken = readonly (readonly number[])[];

export interface Observed {
  rows: readonly Example[];
  /** log π(token) of the policy that sampled, and of the reference, nats. */
  logProbs: PerToken;
  referenceLogProbs: PerToken;
  /** The critic's value of the text before each token. */
  values: PerToken;
}

export interface Rollout extends Observed {
  /** The reward of each completion, the KL penalty left out. [B] */
  scores: readonly number[];
}

/** Values of the states before each token: the critic's score at position t belongs to token t+1. -> [B, T-1] */
export const valuesOf = (views: Views, tokens: Tensor2D): Tensor2D => slice(scores(views, tokens), [0, 0], [tokens.shape[0], tokens.shape[1] - 1]);

/** Looks at completions through three models; one read-back. */
export async function observe(rows: readonly Example[], views: Record<'policy' | 'reference' | 'critic', Views>, temperature: number): Promise<Observed> {
  const seen = tidy(() => {
    const { tokens } = batchOf(rows);
    return [policyOutput(views.policy, tokens, temperature).logProbs, policyOutput(views.reference, tokens, temperature).logProbs, valuesOf(views.critic, tokens)] as const;
  });
  const [logProbs, referenceLogProbs, values] = await Promise.all(seen.map((tensor) => tensor.data()));
  const width = seen[0].shape[1];
  seen.forEach((tensor) => tensor.dispose());
  return { rows, logProbs: perTokenOf(rows, logProbs!, width), referenceLogProbs: perTokenOf(rows, referenceLogProbs!, width), values: perTokenOf(rows, values!, width) };
}

/** The numbers of each completion's tokens out of all. @param flat [B, T-1] @param width T-1 */
export const perTokenOf = (rows: readonly Example[], flat: ArrayLike<number>, width: number): number[][] =>
  rows.map(({ prompt, completion }, b) => completion.map((_, t) => flat[b * width + prompt.length - 1 + t]!));

/** Numbers per completion token at the places of those tokens, 0 elsewhere. @param width T-1 -> [B, T-1] */
export function laid(rows: readonly Example[], numbers: PerToken, width: number): Tensor2D {
  const out = new Float32Array(rows.length * width);
  rows.forEach(({ prompt }, b) => out.set(numbers[b]!, b * width + prompt.length - 1));
  return tensor2d(out, [rows.length, width]);
}
