/** Ragged prompts and completions as rectangular batches: left-aligned, padded on the right, with a mask over completion tokens. */
import { dispose, tensor2d, type Tensor2D } from '@tensorflow/tfjs-core';
import { PAD, type Example } from '../../src/tasks/task';

export interface Sequences {
  /** [B, T] int32, T the longest row or as asked */
  tokens: Tensor2D;
  /** [B, T-1] 1 where token t+1 belongs to the completion: the mask of everything per predicted token. */
  completionMask: Tensor2D;
  /** [B, T] 1 at each row's last real token, 0 elsewhere */
  lastMask: Tensor2D;
  /** Prompt and completion tokens, padding left out. */
  tokenCount: number;
}

/** @param T width; default the longest row. Rows longer than T throw. Call inside a tidy, or dispose of the three tensors. */
export function batchOf(rows: readonly Example[], T = Math.max(...rows.map(lengthOf))): Sequences {
  const B = rows.length;
  const tokens = new Int32Array(B * T).fill(PAD);
  const completionMask = new Float32Array(B * (T - 1));
  const lastMask = new Float32Array(B * T);
  let tokenCount = 0;
  rows.forEach((row, b) => {
    const length = lengthOf(row);
    if (length > T) throw new Error(`batchOf: want rows of at most ${T} tokens, got ${length}`);
    tokens.set([...row.prompt, ...row.completion], b * T);
    completionMask.fill(1, b * (T - 1) + row.prompt.length - 1, b * (T - 1) + length - 1);
    lastMask[b * T + length - 1] = 1;
    tokenCount += length;
  });
  return { tokens: tensor2d(tokens, [B, T], 'int32'), completionMask: tensor2d(completionMask, [B, T - 1]), lastMask: tensor2d(lastMask, [B, T]), tokenCount };
}

export const lengthOf = ({ prompt, completion }: Example): number => prompt.length + completion.length;

export const disposeBatch = ({ tokens, completionMask, lastMask }: Sequences): void => dispose([tokens, completionMask, lastMask]);
