/**
 * A GPT-2 in jax-js 0.1.25: a training step under `jit` with Adam written by hand (its optax is not on npm), and a decode step with a cache.
 * jax-js counts references: passing an array uses it up, `.ref` keeps it for another use.
 */
import { jit, nn, numpy as np, random, valueAndGrad } from '@jax-js/jax';
import type { ModelShape } from '../../../src/contract/model-shape';
import { ADAM } from '../protocol';

/** Parameters in the order of their names. */
export type Arrays = np.Array[];

/** Weights by name, for one pass: each use takes a reference, `done` gives back the first. */
function byName(names: readonly string[], arrays: Arrays) {
  const indexOf = new Map(names.map((name, i) => [name, i]));
  return {
    get: (name: string): np.Array => arrays[indexOf.get(name)!]!.ref, // names come from parameterShapes
    done: () => arrays.forEach((array) => array.dispose()),
  };
}
type Weights = ReturnType<typeof byName>;

const linear = (x: np.Array, weights: Weights, name: string): np.Array => np.dot(x, weights.get(`${name}.weight`)).add(weights.get(`${name}.bias`));

function layerNorm(x: np.Array, weights: Weights, name: string): np.Array {
  const centred = x.ref.sub(np.mean(x, -1, { keepdims: true }));
  const variance = np.mean(centred.ref.mul(centred.ref), -1, { keepdims: true });
  return centred.div(np.sqrt(variance.add(1e-5))).mul(weights.get(`${name}.weight`)).add(weights.get(`${name}.bias`));
}

const mlp = (x: np.Array, weights: Weights, layer: number): np.Array =>
  linear(nn.gelu(linear(layerNorm(x, weights, `h.${layer}.ln_2`), weights, `h.${layer}.mlp.c_fc`), { approximate: true }), weights, `h.${layer}.mlp.c_proj`);

/** Mean cross-entropy. rows: [B, T + 1] int32 -> [] */
function meanLoss(names: readonly string[], { width: D, layers, heads: H, vocabulary, context: T }: ModelShape, arrays: Arrays, rows: np.Array): np.Array {
  const weights = byName(names, arrays);
  const tokens = rows.ref.slice([], [0, T]);
  const targets = rows.slice([], [1, T + 1]);
  const [B] = tokens.shape as [number, number];
  let x = np.dot(nn.oneHot(tokens, vocabulary), weights.get('wte.weight')).add(weights.get('wpe.weight'));
  for (let layer = 0; layer < layers; layer++) {
    const qkv = linear(layerNorm(x.ref, weights, `h.${layer}.ln_1`), weights, `h.${layer}.attn.c_attn`);
    const [q, k, v] = np.split(qkv, 3, -1).map((part) => part.reshape([B, T, H, D / H]));
    const mixed = nn.dotProductAttention(q!, k!, v!, { isCausal: true }).reshape([B, T, D]); // split in three
    x = x.add(linear(mixed, weights, `h.${layer}.attn.c_proj`));
    x = x.ref.add(mlp(x, weights, layer));
  }
  const logits = np.dot(layerNorm(x, weights, 'ln_f').reshape([B * T, D]), np.transpose(weights.get('wte.weight')));
  weights.done();
  return nn.logSoftmax(logits).mul(nn.oneHot(targets.reshape([B * T]), vocabulary)).sum().mul(-1 / (B * T));
}

export type TrainStep = (parameters: Arrays, m: Arrays, v: Arrays, step: np.Array, rows: np.Array) => [Arrays, Arrays, Arrays, np.Array];

/** One update of Adam (Kingma and Ba 2015). step: [] float32, from 1 */
export function trainStepOf(names: readonly string[], shape: ModelShape): TrainStep {
  const { learningRate, beta1, beta2, epsilon } = ADAM;
  const lossOf = (arrays: Arrays, rows: np.Array) => meanLoss(names, shape, arrays, rows);
  return jit((parameters: Arrays, m: Arrays, v: Arrays, step: np.Array, rows: np.Array): [Arrays, Arrays, Arrays, np.Array] => {
    const [loss, gradients] = valueAndGrad(lossOf)(parameters.map((each) => each.ref), rows);
    const bias1 = np.array(1).sub(np.power(np.array(beta1), step.ref));
    const bias2 = np.array(1).sub(np.power(np.array(beta2), step));
    const next: [Arrays, Arrays, Arrays] = [[], [], []];
    parameters.forEach((parameter, i) => {
      const gradient = gradients[i] as np.Array; // one for each parameter
      const first = m[i]!.mul(beta1).add(gradient.ref.mul(1 - beta1));
      const second = v[i]!.mul(beta2).add(gradient.ref.mul(gradient).mul(1 - beta2));
      const move = first.ref.div(bias1.ref).div(np.sqrt(second.ref.div(bias2.ref)).add(epsilon)).mul(learningRate);
      next[0].push(parameter.sub(move));
      next[1].push(first);
      next[2].push(second);
    });
    bias1.dispose();
    bias2.dispose();
    return [...next, loss];
  });
}

export type DecodeStep = (parameters: Arrays, keys: Arrays, values: Arrays, tokens: np.Array, position: np.Array, draws: np.Array) => [Arrays, Arrays, np.Array];

/**
 * One token for the whole batch. There is no update of a slice in jax-js 0.1.25, so the caches keep their whole length and the new row is put in by a mask;
 * then shapes never change, and the step is compiled once for all positions.
 * keys, values: per layer [B, context, H, D/H]; tokens: [B] int32; position: [] int32; draws: [] int32, a seed -> the caches and the next tokens [B] int32
 */
export function decodeStepOf(names: readonly string[], { width: D, layers, heads: H, vocabulary, context }: ModelShape, isDrawn: boolean): DecodeStep {
  return jit((parameters: Arrays, keys: Arrays, values: Arrays, tokens: np.Array, position: np.Array, draws: np.Array): [Arrays, Arrays, np.Array] => {
    const weights = byName(names, parameters);
    const [B] = tokens.shape as [number];
    const places = np.arange(context);
    const isHere = np.equal(places.ref, position.ref).reshape([1, context, 1, 1]);
    const isPast = np.lessEqual(places, position.ref).reshape([1, 1, 1, context]);
    const grown: [Arrays, Arrays] = [[], []];
    let x = np.take(weights.get('wte.weight'), tokens, 0).add(np.take(weights.get('wpe.weight'), position, 0));
    for (let layer = 0; layer < layers; layer++) {
      const qkv = linear(layerNorm(x.ref, weights, `h.${layer}.ln_1`), weights, `h.${layer}.attn.c_attn`);
      const [q, k, v] = np.split(qkv, 3, -1).map((part) => part.reshape([B, 1, H, D / H]));
      const allKeys = np.where(isHere.ref, k!, keys[layer]!);
      const allValues = np.where(isHere.ref, v!, values[layer]!);
      grown[0].push(allKeys.ref);
      grown[1].push(allValues.ref);
      const mixed = nn.dotProductAttention(q!, allKeys, allValues, { mask: isPast.ref }).reshape([B, D]);
      x = x.add(linear(mixed, weights, `h.${layer}.attn.c_proj`));
      x = x.ref.add(mlp(x, weights, layer));
    }
    isHere.dispose();
    isPast.dispose();
    const logits = np.dot(layerNorm(x, weights, 'ln_f'), np.transpose(weights.get('wte.weight')));
    weights.done();
    if (!isDrawn) draws.dispose();
    const scores = isDrawn ? logits.add(random.gumbel(random.key(draws), [B, vocabulary])) : logits;
    return [...grown, np.argmax(scores, -1)];
  });
}
