/**
 * The transformer: GPT-2 (Radford et al. 2019), pre-LayerNorm, learned positions, tied output embedding, no dropout (the data outlasts the training).
 * Functions of views, so that the same code runs trained and frozen models.
 */
import { add, matMul, reshape, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import type { ModelShape } from '../../src/contract/model-shape';
import { causalAttention, embed, layerNorm, linear } from '../kernels';
import type { Views } from './parameters';

interface Blocks {
  layers: number;
  /** Mixes positions: queries, keys and values [N, 3D] of one layer -> [N, D]. */
  attend(qkv: Tensor2D, layer: number): Tensor2D;
  /** Rows that are wanted at the end, [N, D] -> [M, D]: after the last attention no row needs any other. */
  pick?(x: Tensor2D): Tensor2D;
}

/** All blocks and the last norm, from embedded tokens [N, D] to hidden states [N, D], or [M, D] of the rows picked. */
export function throughBlocks(views: Views, x: Tensor2D, { layers, attend, pick = (rows) => rows }: Blocks): Tensor2D {
  const norm = (input: Tensor2D, name: string) => layerNorm(input, viewOf(views, `${name}.weight`), viewOf(views, `${name}.bias`));
  const through = (input: Tensor2D, name: string, gelu = false) => linear(input, viewOf(views, `${name}.weight`), viewOf(views, `${name}.bias`), { gelu });
  for (let layer = 0; layer < layers; layer++) {
    const block = `h.${layer}`;
    let mixed = attend(through(norm(x, `${block}.ln_1`), `${block}.attn.c_attn`), layer);
    if (layer === layers - 1) [x, mixed] = [pick(x), pick(mixed)];
    x = add(x, through(mixed, `${block}.attn.c_proj`));
    const wide = through(norm(x, `${block}.ln_2`), `${block}.mlp.c_fc`, true);
    x = add(x, through(wide, `${block}.mlp.c_proj`));
  }
  return norm(x, 'ln_f');
}

/**
 * @param tokens [B, T] int32, left-aligned, T ≤ context -> hidden states after the last norm, [B*T, D]
 * @param at [B, T] 1 at the one position of each row that is wanted: then -> [B, D], for about half the work
 */
export function hiddenStates(views: Views, { layers, heads }: ModelShape, tokens: Tensor2D, at?: Tensor2D): Tensor2D {
  const [B, T] = tokens.shape;
  const x = embed(tokens, viewOf(views, 'wte.weight'), viewOf(views, 'wpe.weight'));
  const D = x.shape[1];
  const attend = (qkv: Tensor2D) => causalAttention(qkv, B, heads);
  if (!at) return throughBlocks(views, x, { layers, attend });
  const pick = (rows: Tensor2D): Tensor2D => reshape(matMul(reshape(at, [B, 1, T]), reshape(rows, [B, T, D])), [B, D]);
  return throughBlocks(views, x, { layers, attend, pick });
}

export function viewOf(views: Views, name: string): Tensor {
  const found = views[name];
  if (!found) throw new Error(`viewOf: want one of ${Object.keys(views).join(', ')}, got ${name}`);
  return found;
}
