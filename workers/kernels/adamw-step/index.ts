/**
 * One AdamW update (Loshchilov and Hutter 2019, algorithm 2, with PyTorch's placement of epsilon) over all parameters as one flat vector,
 * with the gradient's global norm clipped first. Everything stays on the device; nothing is read back.
 */
import { add, div, minimum, mul, sqrt, square, sub, sum, type Scalar, type Tensor1D } from '@tensorflow/tfjs-core';
import { defineKernel } from '../define';

type Inputs = { parameters: Tensor1D; gradient: Tensor1D; m: Tensor1D; v: Tensor1D; decayed: Tensor1D };

export interface AdamWAttributes {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
  /** Longest gradient allowed (global norm). */
  clipNorm: number;
  /** Update number, from 1, for the bias correction. */
  step: number;
}

const run = defineKernel<Inputs, AdamWAttributes>({
  name: 'NudgeAdamWStep',
  forward: ({ parameters, gradient, m, v, decayed }, { learningRate, beta1, beta2, epsilon, weightDecay, clipNorm, step }) => {
    const norm = sqrt(sum(square(gradient)));
    const clipped = mul(gradient, minimum(1, div(clipNorm, add(norm, 1e-6))));
    const nextM = add(mul(m, beta1), mul(clipped, 1 - beta1));
    const nextV = add(mul(v, beta2), mul(square(clipped), 1 - beta2));
    const direction = div(mul(nextM, 1 / (1 - beta1 ** step)), add(sqrt(mul(nextV, 1 / (1 - beta2 ** step))), epsilon));
    const kept = sub(parameters, mul(mul(parameters, decayed), learningRate * weightDecay));
    return [sub(kept, mul(direction, learningRate)), nextM, nextV, norm];
  },
  saves: { inputs: [], outputs: [] },
});

/** All vectors [P]; `decayed` is 1 where weight decay applies. @returns new parameters, first and second moments, and the norm before clipping */
export function adamWStep(vectors: Inputs, attributes: AdamWAttributes) {
  const [parameters, m, v, norm] = run(vectors, attributes);
  return { parameters: parameters as Tensor1D, m: m as Tensor1D, v: v as Tensor1D, norm: norm as Scalar };
}
