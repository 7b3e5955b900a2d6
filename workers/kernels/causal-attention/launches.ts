/**
 * Causal multi-head attention (Vaswani et al. 2017, eq. 1) with a streaming softmax (Milakov and Gimelshein 2018; Dao et al. 2022): no [T, T] matrix is kept,
 * only each query's log-sum-exp. Sequences are left-aligned; where `lengths` are given, what lies behind a row's length gives and gets 0.
 * Queries, keys and values stand side by side in a row of 3·width; head h has columns h·d to (h + 1)·d of each.
 */
import { defineLaunch } from '../launch';
import { attentionBackwardReference, attentionReference } from './reference';
import { attentionBackwardPasses, attentionPasses } from './shader';

const sizes = { batch: 8, columns: 32, heads: 4, width: 64 };
const rows = sizes.batch * sizes.columns;
const forward = { qkv: rows * 3 * sizes.width, y: rows * sizes.width, logSumExp: rows * sizes.heads };

export const attentionForward = defineLaunch({
  name: 'attentionForward',
  operands: { qkv: 'in f32', lengths: 'in i32', y: 'out f32', logSumExp: 'out f32' },
  optional: ['lengths'],
  sizes: { batch: 'i32', columns: 'i32', heads: 'i32', width: 'i32' },
  reference: attentionReference,
  typical: { sizes, counts: forward },
  passes: attentionPasses,
});

/** `scratch` has room for [batch, columns, heads] numbers between passes. */
export const attentionBackward = defineLaunch({
  name: 'attentionBackward',
  operands: { qkv: 'in f32', y: 'in f32', logSumExp: 'in f32', dy: 'in f32', lengths: 'in i32', scratch: 'inout f32', dQkv: 'inout f32' },
  optional: ['lengths'],
  sizes: { batch: 'i32', columns: 'i32', heads: 'i32', width: 'i32' },
  reference: attentionBackwardReference,
  typical: { sizes, counts: { ...forward, dy: forward.y, scratch: forward.logSumExp, dQkv: forward.qkv } },
  passes: attentionBackwardPasses,
});
