/**
 * The three things every method here needs from a transformer: log-probabilities of given tokens (policies), one number per position
 * (reward and value models), and next-token distributions for people to look at.
 */
import { add, logSoftmax, matMul, mul, reshape, slice, transpose, type Tensor1D, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import type { ModelShape } from '../../src/contract/model-shape';
import { tokenLogProbs } from '../kernels';
import type { Views } from './parameters';
import { hiddenStates } from './transformer';

export interface PolicyOutput {
  /** [B, T-1] log-probability of token t+1 given tokens 0…t, nats */
  logProbs: Tensor2D;
  /** [B, T-1] entropy of the distribution over token t+1, nats */
  entropy: Tensor2D;
  /** [B, T-1] 1 where token t+1 was the likeliest */
  isLikeliest: Tensor2D;
}

/** @param tokens [B, T] int32. The last column's hidden states predict nothing and are still computed: dropping them would cost a copy. */
export function policyOutput(views: Views, shape: ModelShape, tokens: Tensor2D, temperature = 1): PolicyOutput {
  const [B, T] = tokens.shape;
  const hidden = hiddenStates(views, shape, slice(tokens, [0, 0], [B, T - 1]));
  const targets = reshape(slice(tokens, [0, 1], [B, T - 1]), [B * (T - 1)]) as Tensor1D;
  const rows = tokenLogProbs(hidden, views['wte.weight']!, targets, temperature);
  const row = (i: number) => reshape(slice(rows, [i, 0], [1, B * (T - 1)]), [B, T - 1]) as Tensor2D;
  return { logProbs: row(0), entropy: row(1), isLikeliest: row(2) };
}

/** @param tokens [B, T] int32 -> score at every position, [B, T]: of the text up to and including it */
export function scores(views: Views, shape: ModelShape, tokens: Tensor2D): Tensor2D {
  const hidden = hiddenStates(views, shape, tokens);
  return reshape(add(matMul(hidden, views['score.weight'] as Tensor2D), views['score.bias']!), tokens.shape); // score.weight is [D, 1]
}

/** @param at [B, T] 1 at the one position of each row to score -> [B] */
export function scoresAt(views: Views, shape: ModelShape, tokens: Tensor2D, at: Tensor2D): Tensor1D {
  const hidden = hiddenStates(views, shape, tokens, at);
  return reshape(add(matMul(hidden, views['score.weight'] as Tensor2D), views['score.bias']!), [tokens.shape[0]]); // score.weight is [D, 1]
}

/** @returns [B, T, V] log-probabilities of every next token, nats. Large: for a few rows that somebody looks at. */
export function distributions(views: Views, shape: ModelShape, tokens: Tensor2D, temperature = 1): Tensor3D {
  const logits = matMul(hiddenStates(views, shape, tokens), transpose(views['wte.weight'] as Tensor2D)); // wte.weight is [V, D]
  return reshape(logSoftmax(mul(logits, 1 / temperature)), [...tokens.shape, shape.vocabulary]);
}
