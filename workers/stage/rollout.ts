/** A batch of fresh completions as the models around it see them, token by token, in plain numbers: one read-back, and every engine then adds alike. */
import { dispose, slice, tensor2d, tidy, type Tensor2D } from '@tensorflow/tfjs-core';
import type { Example } from '../../src/tasks/task';
import { policyOutput, scores } from '../model/heads';
import type { Views } from '../model/parameters';
import { batchOf } from '../tensor/sequences';

/** Rows [B], each with one number per completion token, its end token among them. */
export type PerToken = readonly (readonly number[])[];

/** log π(token) of the policy that sampled, and of the reference, nats. */
export interface LogProbs {
  logProbs: PerToken;
  referenceLogProbs: PerToken;
}

export interface Observed extends LogProbs {
  rows: readonly Example[];
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
  const [logProbs, referenceLogProbs, values] = await seenBy(rows, (tokens) => [...logProbsBy(views, tokens, temperature), valuesOf(views.critic, tokens)]);
  return { rows, logProbs: logProbs!, referenceLogProbs: referenceLogProbs!, values: values! }; // as many as were asked for
}

/** The same of a method without a critic. */
export async function observeLogProbs(rows: readonly Example[], views: Record<'policy' | 'reference', Views>, temperature: number): Promise<LogProbs> {
  const [logProbs, referenceLogProbs] = await seenBy(rows, (tokens) => logProbsBy(views, tokens, temperature));
  return { logProbs: logProbs!, referenceLogProbs: referenceLogProbs! }; // as many as were asked for
}

/** What one policy thinks of the tokens of completions. */
export const logProbsOf = async (rows: readonly Example[], policy: Views, temperature = 1): Promise<PerToken> => (await seenBy(rows, (tokens) => [policyOutput(policy, tokens, temperature).logProbs]))[0]!; // one was asked for

const logProbsBy = ({ policy, reference }: Record<'policy' | 'reference', Views>, tokens: Tensor2D, temperature: number): Tensor2D[] => [policy, reference].map((views) => policyOutput(views, tokens, temperature).logProbs);

/** @param look at tokens [B, T], all it gives [B, T-1] @returns what it gave, by completion token */
async function seenBy(rows: readonly Example[], look: (tokens: Tensor2D) => Tensor2D[]): Promise<PerToken[]> {
  const seen = tidy(() => look(batchOf(rows).tokens));
  const numbers = await Promise.all(seen.map((tensor) => tensor.data()));
  const widths = seen.map(({ shape }) => shape[1]);
  dispose(seen);
  return numbers.map((flat, i) => perTokenOf(rows, flat, widths[i]!));
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
