/** Layer normalisation over the last axis (Ba et al. 2016), with GPT-2's epsilon. */
import { add, matMul, mean, mul, ones, reshape, rsqrt, square, sub, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { defineKernel } from '../define';

export const EPSILON = 1e-5;

type Inputs = { x: Tensor2D; weight: Tensor1D; bias: Tensor1D };

const run = defineKernel<Inputs>({
  name: 'NudgeLayerNorm',
  forward: ({ x, weight, bias }) => {
    const centred = sub(x, mean(x, 1, true));
    const inverse = rsqrt(add(mean(square(centred), 1, true), EPSILON)); // [N, 1]
    const normal = mul(centred, inverse);
    return [add(mul(normal, weight), bias), normal, inverse];
  },
  saves: { inputs: ['weight'], outputs: [false, true, true] },
  backward: (dy, saved) => {
    const [weight, normal, inverse] = saved as [Tensor1D, Tensor2D, Tensor2D]; // saved inputs, then saved outputs
    const [N, D] = normal.shape;
    const dNormal = mul(dy, weight);
    const dx = mul(inverse, sub(sub(dNormal, mean(dNormal, 1, true)), mul(normal, mean(mul(dNormal, normal), 1, true))));
    // A product with ones sums columns; TF.js's sum over the first axis is tens of times slower on WASM.
    const columnSums = (matrix: Tensor) => reshape(matMul(ones([1, N]), matrix as Tensor2D), [D]);
    return { x: dx, weight: columnSums(mul(dy, normal)), bias: columnSums(dy) };
  },
});

/** @param x [N, D] @param weight [D] @param bias [D] -> [N, D] */
export const layerNorm = (x: Tensor2D, weight: Tensor, bias: Tensor): Tensor2D =>
  run({ x, weight: weight as Tensor1D, bias: bias as Tensor1D }, {})[0] as Tensor2D;
