/**
 * From a tile of logits to the log-probability of each given next token, the entropy, and whether it was the likeliest; and back.
 * Rows come in tiles, so that [N, V] never stands in memory as a whole: `first` is the tile's first row, `total` is N.
 * Targets are read like embed's ids. Logits are divided by the sampling temperature, so losses and samples speak of the same policy.
 */
import { defineLaunch } from '../launch';
import { logProbsBackwardReference, logProbsReference } from './reference';
import { logProbsBackwardPasses, logProbsPasses } from './shader';

const SIZES = { rows: 'i32', vocabulary: 'i32', first: 'i32', total: 'i32', columns: 'i32', stride: 'i32', start: 'i32', temperature: 'f32' } as const;

/** out [3, N]: log-probability of the target, entropy, 1 where the target was the likeliest. logSumExp [N] for the gradient. */
export const logProbsForward = defineLaunch({
  name: 'logProbsForward',
  operands: { logits: 'in f32', ids: 'in i32', out: 'inout f32', logSumExp: 'inout f32' },
  optional: [],
  sizes: SIZES,
  reference: logProbsReference,
  passes: logProbsPasses,
});

/** Turns a tile of logits into its own gradient, in place. */
export const logProbsBackward = defineLaunch({
  name: 'logProbsBackward',
  operands: { ids: 'in i32', out: 'in f32', logSumExp: 'in f32', dOut: 'in f32', logits: 'inout f32' },
  optional: [],
  sizes: SIZES,
  reference: logProbsBackwardReference,
  passes: logProbsBackwardPasses,
});
