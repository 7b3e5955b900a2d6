/**
 * Token rows plus position rows. The gradient is a matrix product with the one-hot ids: TF.js's gather gradient adds with float atomics
 * on WebGPU (not deterministic) and does not exist on WASM. Fine for vocabularies of a few hundred.
 */
import { add, matMul, range, reshape, slice, tile, transpose, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { defineKernel } from '../define';
import { oneHotRows } from '../one-hot';

type Inputs = { ids: Tensor2D; tokens: Tensor2D; positions: Tensor2D };

const run = defineKernel<Inputs>({
  name: 'NudgeEmbed',
  forward: ({ ids, tokens, positions }) => {
    const [B, T] = ids.shape;
    const D = tokens.shape[1];
    const rows = matMul(oneHotOf(ids, tokens.shape[0]), tokens); // [B*T, D]
    const places = slice(positions, [0, 0], [T, D]);
    return [reshape(add(reshape(rows, [B, T, D]), places), [B * T, D])];
  },
  saves: { inputs: ['ids', 'tokens', 'positions'], outputs: [false] },
  backward: (dy, saved) => {
    const [ids, tokens, positions] = saved as [Tensor2D, Tensor2D, Tensor2D]; // the order of saves.inputs
    const [B, T] = ids.shape;
    const places: Tensor2D = tile(reshape(range(0, T, 1, 'int32'), [1, T]), [B, 1]);
    // Not a sum over the batch of dy seen as [B, T·D]: TF.js's WASM matMul remembers its right factor by data alone
    // and takes the first shape it saw, so the same numbers under two shapes write out of bounds (4.22.0).
    const sumInto = (rows: Tensor2D, count: number) => matMul(transpose(oneHotOf(rows, count)), dy as Tensor2D);
    return { tokens: sumInto(ids, tokens.shape[0]), positions: sumInto(places, positions.shape[0]) };
  },
});

const oneHotOf = (ids: Tensor2D, count: number) => oneHotRows(reshape(ids, [ids.size]) as Tensor1D, count);

/** @param ids [B, T] int32 @param tokens [V, D] @param positions [context, D] -> [B*T, D] */
export const embed = (ids: Tensor2D, tokens: Tensor, positions: Tensor): Tensor2D =>
  run({ ids, tokens: tokens as Tensor2D, positions: positions as Tensor2D }, {})[0] as Tensor2D;
