/** Layer normalisation over the last axis (Ba et al. 2016), with GPT-2's epsilon, and its gradient. */
import { defineLaunch } from '../launch';
import { layerNormBackwardReference, layerNormReference } from './reference';
import { layerNormBackwardPasses, layerNormPasses } from './shader';

/** Keeps each row's mean and 1/deviation, side by side, for the gradient. */
export const layerNormForward = defineLaunch({
  name: 'layerNormForward',
  operands: { x: 'in f32', weight: 'in f32', bias: 'in f32', y: 'out f32', stats: 'out f32' },
  optional: [],
  sizes: { rows: 'i32', width: 'i32' },
  reference: layerNormReference,
  passes: layerNormPasses,
});

/** Adds to the gradients of weight and bias. `residual`, where given, is added to dx: the gradient that went around the norm. */
export const layerNormBackward = defineLaunch({
  name: 'layerNormBackward',
  operands: { dy: 'in f32', x: 'in f32', weight: 'in f32', stats: 'in f32', residual: 'in f32', dx: 'out f32', dWeight: 'inout f32', dBias: 'inout f32' },
  optional: ['residual'],
  sizes: { rows: 'i32', width: 'i32' },
  reference: layerNormBackwardReference,
  passes: layerNormBackwardPasses,
});
