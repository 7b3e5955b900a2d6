/**
 * Draws one token per row on the device: Gumbel-max (Gumbel 1954; log p + Gumbel noise, then the largest) over noise made from seeded uniforms.
 * `tf.multinomial` is not used: on WebGPU it always returns token 0 for row 0 (tfjs #8057), and its seeds do not carry across backends.
 */
import { add, argMax, greaterEqual, log, min, mul, neg, topk, where, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { defineKernel } from '../define';

type Inputs = { logits: Tensor2D; uniforms: Tensor2D };
type Attributes = { temperature: number; topK: number };

const run = defineKernel<Inputs, Attributes>({
  name: 'NudgeSample',
  forward: ({ logits, uniforms }, { temperature, topK }) => {
    const noise = neg(log(neg(log(uniforms))));
    const noisy = add(mul(logits, 1 / temperature), noise);
    if (topK === 0 || topK >= logits.shape[1]) return [argMax(noisy, 1)];
    const threshold = min(topk(logits, topK).values, 1, true);
    return [argMax(where(greaterEqual(logits, threshold), noisy, -1e9), 1)];
  },
  saves: { inputs: [], outputs: [] },
});

/**
 * @param logits [B, V] @param uniforms [B, V] in (0, 1), from `Random.uniforms`
 * @param topK only the k likeliest tokens may be drawn (ties with the k-th too); 0 for all
 * @returns [B] int32
 */
export const sample = (logits: Tensor2D, uniforms: Tensor2D, { temperature = 1, topK = 0 }: Partial<Attributes> = {}): Tensor1D =>
  run({ logits, uniforms }, { temperature, topK })[0] as Tensor1D;
