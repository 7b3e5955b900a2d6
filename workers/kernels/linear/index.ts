/**
 * x·W + b, optionally through GPT-2's GELU. W is stored [in, out].
 * GELU (Hendrycks and Gimpel 2016) in its tanh form, written x·σ(2u) since ½(1 + tanh u) = σ(2u): on WASM the sigmoid is an order of magnitude faster.
 */
import { add, fused, matMul, mul, ones, reshape, sigmoid, square, sub, transpose, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { defineKernel } from '../define';

type Inputs = { x: Tensor2D; weight: Tensor2D; bias: Tensor1D };
type Attributes = { gelu: boolean };

const LINEAR = 2 * Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715 * LINEAR;

/** σ(2u) with 2u = x(LINEAR + CUBIC·x²) */
const gate = (x: Tensor) => sigmoid(mul(x, add(mul(square(x), CUBIC), LINEAR)));

/** d gelu / dx = g + x·g(1 − g)·(LINEAR + 3·CUBIC·x²) */
function geluSlope(x: Tensor) {
  const g = gate(x);
  return add(g, mul(mul(x, mul(g, sub(1, g))), add(mul(square(x), 3 * CUBIC), LINEAR)));
}

const run = defineKernel<Inputs, Attributes>({
  name: 'NudgeLinear',
  forward: ({ x, weight, bias }, { gelu }) => {
    const before = fused.matMul({ a: x, b: weight, bias });
    return gelu ? [mul(before, gate(before)), before] : [before];
  },
  saves: { inputs: ['x', 'weight'], outputs: [false, true] },
  backward: (dy, saved, { gelu }) => {
    const [x, weight, before] = saved as [Tensor2D, Tensor2D, Tensor2D | undefined]; // `before` is an output of the GELU variant only
    const [N] = x.shape;
    const dBefore = gelu ? mul(dy, geluSlope(before!)) : dy;
    // Explicit transposes: matMul's own are ten times slower on WASM.
    return {
      x: matMul(dBefore as Tensor2D, transpose(weight)),
      weight: matMul(transpose(x), dBefore as Tensor2D),
      bias: reshape(matMul(ones([1, N]), dBefore as Tensor2D), [weight.shape[1]]),
    };
  },
});

/** @param x [N, in] @param weight [in, out] @param bias [out] -> [N, out] */
export const linear = (x: Tensor2D, weight: Tensor, bias: Tensor, { gelu = false } = {}): Tensor2D =>
  run({ x, weight: weight as Tensor2D, bias: bias as Tensor1D }, { gelu })[0] as Tensor2D;
