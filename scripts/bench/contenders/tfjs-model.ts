/**
 * A GPT-2 forward in plain TF.js operations, as somebody would write it who takes TF.js as it comes.
 * Rows of the embedding are picked by a one-hot matmul, since the WASM backend has no gradient for `gather`.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ModelShape } from '../../../src/contract/model-shape';

export type Variables = Readonly<Record<string, tf.Tensor>>;

const layerNorm = (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor => {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, 1e-5))), weight), bias);
};

const gelu = (x: tf.Tensor): tf.Tensor => tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(tf.mul(tf.add(x, tf.mul(tf.mul(tf.mul(x, x), x), 0.044715)), Math.sqrt(2 / Math.PI))), 1));

/** @param mask [T, T] 0 where a position may look and very negative elsewhere, @param tokens [B, T] int32 -> [B·T, D] after the last norm */
export function hiddenStates(variables: Variables, { width: D, layers, heads: H, vocabulary }: ModelShape, tokens: tf.Tensor2D, mask: tf.Tensor): tf.Tensor2D {
  const [B, T] = tokens.shape;
  const get = (name: string): tf.Tensor => variables[name]!; // names come from parameterShapes
  const linear = (x: tf.Tensor, name: string) => tf.add(tf.matMul(x, get(`${name}.weight`)), get(`${name}.bias`));
  const norm = (x: tf.Tensor, name: string) => layerNorm(x, get(`${name}.weight`), get(`${name}.bias`));
  const rows = tf.matMul(tf.oneHot(tf.reshape(tokens, [B * T]), vocabulary), get('wte.weight'));
  const places = get('wpe.weight');
  const used = places.shape[0] === T ? places : tf.slice(places, [0, 0], [T, D]);
  let x = tf.reshape(tf.add(tf.reshape(rows, [B, T, D]), used), [B * T, D]);
  for (let layer = 0; layer < layers; layer++) {
    const qkv = linear(norm(x, `h.${layer}.ln_1`), `h.${layer}.attn.c_attn`);
    const [q, k, v] = tf.split(qkv, 3, 1).map((part) => tf.transpose(tf.reshape(part, [B, T, H, D / H]), [0, 2, 1, 3]));
    const probabilities = tf.softmax(tf.add(tf.mul(tf.matMul(q!, k!, false, true), 1 / Math.sqrt(D / H)), mask)); // split in three
    const mixed = tf.reshape(tf.transpose(tf.matMul(probabilities, v!), [0, 2, 1, 3]), [B * T, D]);
    x = tf.add(x, linear(mixed, `h.${layer}.attn.c_proj`));
    x = tf.add(x, linear(gelu(linear(norm(x, `h.${layer}.ln_2`), `h.${layer}.mlp.c_fc`)), `h.${layer}.mlp.c_proj`));
  }
  return norm(x, 'ln_f') as tf.Tensor2D; // a norm keeps its input's shape
}

/** @returns [T, T] */
export const causalMask = (T: number): tf.Tensor => tf.tidy(() => tf.mul(tf.sub(tf.linalg.bandPart(tf.ones([T, T]), -1, 0), 1), 1e9));

/** Mean cross-entropy. tokens, targets: [B, T] int32 -> [] */
export function meanLoss(variables: Variables, shape: ModelShape, tokens: tf.Tensor2D, targets: tf.Tensor2D, mask: tf.Tensor): tf.Scalar {
  const logits = tf.matMul(hiddenStates(variables, shape, tokens, mask), variables['wte.weight']!, false, true);
  const picked = tf.sum(tf.mul(logits, tf.oneHot(tf.reshape(targets, [targets.size]), shape.vocabulary)), -1);
  return tf.mean(tf.sub(tf.logSumExp(logits, -1), picked));
}
