/**
 * Sampling with a key-value cache: column by column for the whole batch, prompts of any length side by side, nothing read back until the end.
 * Rows still in their prompt take the prompt's next token instead of the drawn one; rows that have ended take padding.
 */
import { add, argMax, cast, concat, equal, matMul, mul, reshape, slice, softmax, stack, sub, tensor1d, tensor2d, tidy, transpose, type Rank, type Tensor1D, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import type { ModelShape } from '../../src/contract/model-shape';
import type { Random } from '../../src/contract/random';
import { EOS } from '../../src/tasks/task';
import { embed, sample } from '../kernels';
import type { Views } from './parameters';
import { throughBlocks, viewOf } from './transformer';

export interface GenerateOptions {
  /** 0 takes the likeliest token. */
  temperature?: number;
  /** Only the k likeliest tokens may be drawn; 0 for all. */
  topK?: number;
}

/** Keys and values of all positions so far, one pair per layer: [B, H, t, D/H]. */
export type Cache = { keys: Tensor4D; values: Tensor4D }[];

/**
 * Completes every prompt, to EOS or to the end of the context.
 * @param prompts token ids, each at least one and shorter than the context
 * @param random one uniform per row, column and token of the vocabulary is drawn, whatever happens, so runs stay in step
 * @returns the completions without their prompts; one that ended has EOS as its last token
 */
export async function generate(views: Views, shape: ModelShape, prompts: readonly (readonly number[])[], random: Random, { temperature = 1, topK = 0 }: GenerateOptions = {}): Promise<number[][]> {
  const B = prompts.length;
  const { context, vocabulary } = shape;
  const isDrawn = temperature > 0;
  const tokens = tidy(() => {
    const given = prompts.map((prompt) => prompt.length);
    let cache: Cache = [];
    let column = tensor1d(prompts.map((prompt) => prompt[0]!), 'int32') as Tensor1D;
    let alive = tensor1d(new Float32Array(B).fill(1)) as Tensor1D;
    const columns: Tensor1D[] = [column];
    for (let t = 0; t + 1 < context; t++) {
      const next = tidy(() => {
        const step = decodeStep(views, shape, column, t, cache);
        const drawn = isDrawn ? sample(step.logits, tensor2d(random.uniforms(B * vocabulary), [B, vocabulary]), { temperature, topK }) : (argMax(step.logits, 1) as Tensor1D);
        const forced = new Float32Array(prompts.map((prompt) => prompt[t + 1] ?? 0));
        const isForced = new Float32Array(given.map((length) => (t + 1 < length ? 1 : 0)));
        const free = sub(1, tensor1d(isForced));
        // PAD is 0, so a row that is neither forced nor alive adds up to padding.
        const chosen = add(tensor1d(forced), mul(mul(cast(drawn, 'float32'), free), alive)) as Tensor1D;
        const ended = mul(cast(equal(chosen, EOS), 'float32'), free);
        return { column: cast(chosen, 'int32') as Tensor1D, alive: mul(alive, sub(1, ended)) as Tensor1D, cache: step.cache };
      });
      ({ column, alive, cache } = next);
      columns.push(column);
    }
    return stack(columns, 1); // [B, context]
  });
  const flat = await tokens.data();
  tokens.dispose();
  return prompts.map((prompt, row) => {
    const rest = Array.from(flat.slice(row * context + prompt.length, (row + 1) * context));
    const end = rest.indexOf(EOS);
    return end >= 0 ? rest.slice(0, end + 1) : rest;
  });
}

/**
 * One column for the whole batch.
 * @param column [B] int32 tokens at position t -> logits [B, V] for position t + 1, and the cache with position t in it
 */
export function decodeStep(views: Views, { layers, heads, width: D }: ModelShape, column: Tensor1D, t: number, cache: Cache): { logits: Tensor2D; cache: Cache } {
  const B = column.shape[0];
  const tokens = viewOf(views, 'wte.weight') as Tensor2D; // [V, D]
  const place = slice(viewOf(views, 'wpe.weight') as Tensor2D, [t, 0], [1, D]); // [context, D]
  const byHead = (qkv: Tensor2D, i: number) => reshape<Rank.R4>(slice(qkv, [0, i * D], [B, D]), [B, heads, 1, D / heads]);
  const grown: Cache = [];
  const hidden = throughBlocks(views, embed(reshape(column, [B, 1]), tokens, place), { layers, attend: (qkv, layer) => {
    const earlier = cache[layer];
    const keys = earlier ? concat([earlier.keys, byHead(qkv, 1)], 2) : byHead(qkv, 1);
    const values = earlier ? concat([earlier.values, byHead(qkv, 2)], 2) : byHead(qkv, 2);
    grown.push({ keys, values });
    const probs = softmax(mul(matMul(byHead(qkv, 0), keys, false, true), 1 / Math.sqrt(D / heads))); // [B, H, 1, t+1]
    return reshape(matMul(probs, values), [B, D]);
  } });
  return { logits: matMul<Tensor2D>(hidden, transpose(tokens)), cache: grown };
}
