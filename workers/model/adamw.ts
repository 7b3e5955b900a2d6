/** The AdamW kernel as an operation of TF.js that changes its inputs: parameters and moments are moved in place. */
import { engine, registerKernel, type NamedTensorMap, type Scalar, type Tensor1D, type TensorInfo } from '@tensorflow/tfjs-core';
import { ADAMW_SCRATCH, adamWUpdate, currentMachine, KNOBS } from '../kernels';
import { power } from '../../src/contract/exact';

export interface AdamWKnobs {
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

type Vectors<T> = { parameters: T; gradient: T; m: T; v: T };
type Attributes = AdamWKnobs & { decayed: number };

function update(vectors: Vectors<TensorInfo>, { decayed, ...given }: Attributes): TensorInfo {
  const machine = currentMachine();
  const all = { ...given, correction1: 1 - power(given.beta1, given.step), correction2: 1 - power(given.beta2, given.step) };
  const [knobs, scratch, norm] = [machine.put(Float32Array.from(KNOBS.map((name) => all[name]))), machine.make(ADAMW_SCRATCH), machine.make(1)];
  machine.run(adamWUpdate, { ...vectors, knobs, scratch, norm }, { count: machine.count(vectors.parameters), decayed });
  machine.free(knobs);
  machine.free(scratch);
  return { ...norm, shape: [] };
}

for (const backendName of ['webgpu', 'wasm', 'cpu'] as const) {
  // TF.js keeps kernels of all shapes in one table and hides their types; `adamWStep` is typed.
  registerKernel({ kernelName: 'NudgeAdamWStep', backendName, kernelFunc: ({ inputs, attrs }) => update(inputs as unknown as Vectors<TensorInfo>, attrs as unknown as Attributes) });
}

/** All vectors [P], the first `decayed` numbers with weight decay; parameters, m and v are changed. @returns the gradient's norm before clipping */
export const adamWStep = (vectors: Vectors<Tensor1D>, decayed: number, knobs: AdamWKnobs): Scalar =>
  engine().runKernel('NudgeAdamWStep', vectors as NamedTensorMap, { ...knobs, decayed });
