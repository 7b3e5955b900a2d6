/**
 * Token rows plus position rows, and their gradient.
 * Output row r is column `r % columns` of batch row `r / columns`; ids are read at `start` and on from rows `stride` apart, so that a whole batch,
 * all but its last column, or a single column of it can be embedded without a copy. The gradient adds up in a fixed order: no float atomics.
 */
import { defineLaunch } from '../launch';
import { embedBackwardReference, embedReference } from './reference';
import { embedBackwardPasses, embedPasses } from './shader';

export const embedForward = defineLaunch({
  name: 'embedForward',
  // `chosen` names the batch row of each output row's group of columns; without it they are all there, in order.
  operands: { ids: 'in i32', tokens: 'in f32', positions: 'in f32', chosen: 'in i32', x: 'out f32' },
  optional: ['chosen'],
  sizes: { rows: 'i32', columns: 'i32', stride: 'i32', start: 'i32', width: 'i32', vocabulary: 'i32' },
  reference: embedReference,
  passes: embedPasses,
});

/** Adds to the gradients of both tables. `scratch` has room for a number for each row and each token of the vocabulary. */
export const embedBackward = defineLaunch({
  name: 'embedBackward',
  operands: { ids: 'in i32', dx: 'in f32', dTokens: 'inout f32', dPositions: 'inout f32', scratch: 'inout i32' },
  optional: [],
  sizes: { rows: 'i32', columns: 'i32', stride: 'i32', start: 'i32', width: 'i32', vocabulary: 'i32' },
  reference: embedBackwardReference,
  passes: embedBackwardPasses,
});
