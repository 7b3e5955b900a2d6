/**
 * Attention of one new position of each sequence to all before it. Its key and value are written into the cache first, in place.
 * `chosen` names the sequences that are still being written, one a row, so that those that have ended cost nothing.
 */
import { defineLaunch } from '../launch';
import { decodeAttentionReference } from './reference';
import { decodeAttentionPasses } from './shader';

/** cache [B, heads, context, 2d], d = D / heads: key and value of every position so far, a head's side by side in memory so that it is read in one sweep. qkv [rows, 3D] of position `column`, y [rows, D]. */
export const decodeAttention = defineLaunch({
  name: 'decodeAttention',
  operands: { qkv: 'in f32', chosen: 'in i32', cache: 'inout f32', y: 'out f32' },
  optional: ['chosen'],
  sizes: { rows: 'i32', context: 'i32', column: 'i32', heads: 'i32', width: 'i32' },
  reference: decodeAttentionReference,
  passes: decodeAttentionPasses,
});
