/**
 * x·W + b with W stored [in, out] (GPT-2's Conv1D), optionally through GELU or with a residual added, and its two gradients.
 * `deep` is what is summed over going forward (in), `wide` the other side (out). Products that are not a layer's (scores, tied embeddings) are made of the same three.
 */
import { defineLaunch } from '../launch';
import { linearInputReference, linearReference, linearWeightsReference } from './reference';
import { linearInputPasses, linearPasses, linearWeightsPasses } from './shader';

const [rows, deep, wide] = [256, 128, 384];

/** y = GELU(x·W + b) where `gelu` is 1, else x·W + b + residual. `slope` keeps GELU's derivative for the gradient: it shares the exponential. */
export const linearForward = defineLaunch({
  name: 'linearForward',
  operands: { x: 'in f32', weight: 'in f32', bias: 'in f32', residual: 'in f32', slope: 'out f32', y: 'out f32' },
  optional: ['bias', 'residual', 'slope'],
  sizes: { rows: 'i32', deep: 'i32', wide: 'i32', gelu: 'i32' },
  reference: linearReference,
  typical: { sizes: { rows, deep, wide, gelu: 1 }, counts: { x: rows * deep, weight: deep * wide, bias: wide, slope: rows * wide, y: rows * wide } },
  passes: linearPasses,
});

/** dx = dy·Wᵀ, times `slope` where that is given: then it is the gradient of what went into the GELU that made x. */
export const linearInput = defineLaunch({
  name: 'linearInput',
  operands: { dy: 'in f32', weight: 'in f32', slope: 'in f32', dx: 'out f32' },
  optional: ['slope'],
  sizes: { rows: 'i32', deep: 'i32', wide: 'i32' },
  reference: linearInputReference,
  typical: { sizes: { rows, deep, wide }, counts: { dy: rows * wide, weight: deep * wide, dx: rows * deep } },
  passes: linearInputPasses,
});

/** Adds xᵀ·dy to dWeight and the column sums of dy to dBias. */
export const linearWeights = defineLaunch({
  name: 'linearWeights',
  operands: { x: 'in f32', dy: 'in f32', dWeight: 'inout f32', dBias: 'inout f32' },
  optional: ['dBias'],
  sizes: { rows: 'i32', deep: 'i32', wide: 'i32' },
  reference: linearWeightsReference,
  typical: { sizes: { rows, deep, wide }, counts: { x: rows * deep, dy: rows * wide, dWeight: deep * wide, dBias: wide } },
  passes: linearWeightsPasses,
});
