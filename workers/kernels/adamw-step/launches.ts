/**
 * One AdamW update (Loshchilov and Hutter 2019, algorithm 2, with PyTorch's placement of epsilon) over all parameters as one flat vector, in place,
 * with the gradient's global norm clipped first. Nothing is read back. The first `decayed` numbers take weight decay, the others do not.
 */
import { defineLaunch } from '../launch';
import { adamWReference } from './reference';
import { adamWPasses } from './shader';

export { SCRATCH as ADAMW_SCRATCH } from './shader';

/** What changes from step to step comes as an operand, in this order. */
export const KNOBS = ['learningRate', 'beta1', 'beta2', 'epsilon', 'weightDecay', 'clipNorm', 'correction1', 'correction2'] as const;

/** `norm` [1] becomes the norm before clipping. `scratch` has room for ADAMW_SCRATCH numbers between passes. */
export const adamWUpdate = defineLaunch({
  name: 'adamWUpdate',
  operands: { gradient: 'in f32', knobs: 'in f32', parameters: 'inout f32', m: 'inout f32', v: 'inout f32', scratch: 'inout f32', norm: 'out f32' },
  optional: [],
  sizes: { count: 'i32', decayed: 'i32' },
  reference: adamWReference,
  passes: adamWPasses,
});
