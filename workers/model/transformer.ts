/**
 * The transformer: GPT-2 (Radford et al. 2019), pre-LayerNorm, learned positions, tied output embedding, no dropout (the data outlasts the training).
 * Functions of views, so that the same code runs trained and frozen models.
 */
import { add, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import type { ModelShape } from '../../src/contract/model-shape';
import { causalAttention, embed, layerNorm, linear } from '../kernels';
import type { Views } from './parameters';

/**
 * All blocks and the last norm, from embedded tokens to hidden states.
 * @param x [N, D] @param attend mixes positions: queries, keys and values [N, 3D] of one layer -> [N, D]
 */
export function throughBlocks(views: Views, layers: number, x: Tensor2D, attend: (qkv: Tensor2D, layer: number) => Tensor2D): Tensor2D {
  const norm = (input: Tensor2D, name: string) => layerNorm(input, viewOf(views, `${name}.weight`), viewOf(views, `${name}.bias`));
  const through = (input: Tensor2D, name: string, gelu = false) => linear(input, viewOf(views, `${name}.weight`), viewOf(views, `${name}.bias`), { gelu });
  for (let layer = 0; layer < layers; layer++) {
    const block = `h.${layer}`;
    const mixed = attend(through(norm(x, `${block}.ln_1`), `${block}.attn.c_attn`), layer);
    x = add(x, through(mixed, `${block}.attn.c_proj`));
    const wide = through(norm(x, `${block}.ln_2`), `${block}.mlp.c_fc`, true);
    x = add(x, through(wide, `${block}.mlp.c_proj`));
  }
  return norm(x, 'ln_f');
}

/** @param tokens [B, T] int32, left-aligned, T ≤ context -> hidden states after the last norm, [B*T, D] */
export function hiddenStates(views: Views, { layers, heads }: ModelShape, tokens: Tensor2D): Tensor2D {
  const x = embed(tokens, viewOf(views, 'wte.weight'), viewOf(views, 'wpe.weight'));
  return throughBlocks(views, layers, x, (qkv) => causalAttention(qkv, tokens.shape[0], heads));
}

export function viewOf(views: Views, name: string): Tensor {
  const found = views[name];
  if (!found) throw new Error(`viewOf: want one of ${Object.keys(views).join(', ')}, got ${name}`);
  return found;
}
