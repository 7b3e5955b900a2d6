/**
 * The three things every method here needs from a transformer: log-probabilities of given tokens (policies), one number per position
 * (reward and value models), and next-token distributions for people to look at.
 */
import { reshape, slice, type Tensor1D, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import type { Views } from './parameters';
import { logProbTable, policyRows, scoreRows } from './transformer';

export interface PolicyOutput {
  /** [B, T-1] log-probability of token t+1 given tokens 0…t, nats */
  logProbs: Tensor2D;
  /** [B, T-1] entropy of the distribution over token t+1, nats */
  entropy: Tensor2D;
  /** [B, T-1] 1 where token t+1 was the likeliest */
  isLikeliest: Tensor2D;
}

/** @param tokens [B, T] int32. Throws `sequence-too-long`, `unknown-token`. */
export function policyOutput(views: Views, tokens: Tensor2D, temperature = 1): PolicyOutput {
  const [B, T] = tokens.shape;
  const rows = policyRows(views, tokens, temperature);
  const row = (i: number) => reshape(slice(rows, [i, 0], [1, B * (T - 1)]), [B, T - 1]) as Tensor2D;
  return { logProbs: row(0), entropy: row(1), isLikeliest: row(2) };
}

/** @param tokens [B, T] int32 -> score at every position, [B, T]: of the text up to and including it */
export const scores = (views: Views, tokens: Tensor2D): Tensor2D => reshape(scoreRows(views, tokens), tokens.shape);

/** @param at [B, T] 1 at the one position of each row to score -> [B] */
export const scoresAt = (views: Views, tokens: Tensor2D, at: Tensor2D): Tensor1D => scoreRows(views, tokens, at);

/** @returns [B, T, V] log-probabilities of every next token, nats. Large: for a few rows that somebody looks at. */
export const distributions = (views: Views, tokens: Tensor2D, temperature = 1): Tensor3D => logProbTable(views, tokens, temperature);
