/** One row of each sequence, chosen by a mask, and its gradient: after the last attention a reward model needs no other row. */
import { defineLaunch } from '../launch';
import { pickRowsBackwardReference, pickRowsReference } from './reference';
import { pickRowsBackwardPasses, pickRowsPasses } from './shader';

const SIZES = { batch: 'i32', columns: 'i32', width: 'i32' } as const;

export const pickRowsForward = defineLaunch({
  name: 'pickRowsForward',
  operands: { x: 'in f32', mask: 'in f32', y: 'out f32' },
  optional: [],
  sizes: SIZES,
  reference: pickRowsReference,
  passes: pickRowsPasses,
});

/** Writes all of dx; rows that were not picked get 0. */
export const pickRowsBackward = defineLaunch({
  name: 'pickRowsBackward',
  operands: { dy: 'in f32', mask: 'in f32', dx: 'out f32' },
  optional: [],
  sizes: SIZES,
  reference: pickRowsBackwardReference,
  passes: pickRowsBackwardPasses,
});
