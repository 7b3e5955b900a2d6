/**
 * Causal multi-head attention (Vaswani et al. 2017, eq. 1). Sequences are left-aligned, so the causal mask alone keeps every real token
 * from seeing padding; what padded rows compute is never read. Keeps the [T, T] probabilities for the gradient: contexts here are short.
 */
import { add, concat, matMul, mul, reshape, slice, softmax, sub, sum, tensor2d, transpose, type Tensor, type Tensor2D, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { defineKernel } from '../define';

type Inputs = { qkv: Tensor2D };
interface Attributes {
  batch: number;
  heads: number;
}

/** Added to logits of positions in the future. Finite, since ∞ − ∞ is NaN; far below any logit. */
const FUTURE = -1e9;

const run = defineKernel<Inputs, Attributes>({
  name: 'NudgeCausalAttention',
  forward: ({ qkv }, { batch, heads }) => {
    const [q, k, v] = split(qkv, batch, heads);
    const T = q.shape[2];
    const logits = mul(matMul(q, k, false, true), 1 / Math.sqrt(q.shape[3]));
    const probs = softmax(add(logits, causalMask(T))); // [B, H, T, T]
    return [join(matMul(probs, v)), probs, q, k, v];
  },
  saves: { inputs: [], outputs: [false, true, true, true, true] },
  backward: (dy, saved, { batch, heads }) => {
    const [probs, q, k, v] = saved as [Tensor4D, Tensor4D, Tensor4D, Tensor4D]; // the order of saves.outputs
    const dOut = part(dy, batch, heads);
    const dProbs = matMul(dOut, v, false, true);
    const dLogits = mul(mul(probs, sub(dProbs, sum(mul(dProbs, probs), -1, true))), 1 / Math.sqrt(q.shape[3]));
    const dq = matMul(dLogits, k);
    const dk = matMul(dLogits, q, true, false);
    const dv = matMul(probs, dOut, true, false);
    const N = dy.shape[0]!;
    const D = dy.shape[1]!;
    const stacked = concat([dq, dk, dv].map((gradient) => reshape(join(gradient), [1, N, D])), 0);
    return { qkv: reshape(transpose(stacked, [1, 0, 2]), [N, 3 * D]) };
  },
});

function causalMask(T: number): Tensor2D {
  const mask = new Float32Array(T * T);
  for (let to = 0; to < T; to++) mask.fill(FUTURE, to * T + to + 1, (to + 1) * T);
  return tensor2d(mask, [T, T]);
}

/** [N, D] -> [B, H, T, D/H] */
function part(x: Tensor, batch: number, heads: number): Tensor4D {
  const [N, D] = x.shape as [number, number];
  return transpose(reshape(x, [batch, N / batch, heads, D / heads]), [0, 2, 1, 3]) as Tensor4D;
}

/** [B, H, T, D/H] -> [N, D] */
function join(x: Tensor): Tensor2D {
  const [B, H, T, d] = x.shape as [number, number, number, number];
  return reshape(transpose(x, [0, 2, 1, 3]), [B * T, H * d]);
}

/** [N, 3D] -> q, k, v, each [B, H, T, D/H]. Turned to [3, N, D] first because TF.js copies contiguous slices fastest. */
function split(qkv: Tensor2D, batch: number, heads: number): [Tensor4D, Tensor4D, Tensor4D] {
  const [N, width] = qkv.shape;
  const D = width / 3;
  const stacked = transpose(reshape(qkv, [N, 3, D]), [1, 0, 2]) as Tensor3D;
  const one = (i: number) => part(reshape(slice(stacked, [i, 0, 0], [1, N, D]), [N, D]), batch, heads);
  return [one(0), one(1), one(2)];
}

/** @param qkv [B*T, 3D] queries, keys and values side by side -> [B*T, D] */
export const causalAttention = (qkv: Tensor2D, batch: number, heads: number): Tensor2D => run({ qkv }, { batch, heads })[0] as Tensor2D;
