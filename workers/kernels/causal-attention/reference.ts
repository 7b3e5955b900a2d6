/** causalAttention in plain numbers: one query at a time, only over what came before. Matrices are flat, row-major. */
import type { Numbers } from '../launch';

interface Sizes {
  batch: number;
  columns: number;
  heads: number;
  width: number;
}

/** @param qkv [B·T, 3D] @param y [B·T, D] @param logSumExp [B·T, H] of the scaled logits */
export function attentionReference({ qkv, lengths, y, logSumExp }: Record<'qkv' | 'y' | 'logSumExp', Numbers> & { lengths?: Numbers }, { batch, columns: T, heads, width: D }: Sizes): void {
  const d = D / heads;
  for (let b = 0; b < batch; b++) {
    const length = lengths ? lengths[b]! : T;
    for (let h = 0; h < heads; h++) {
      for (let t = 0; t < T; t++) {
        const out = (b * T + t) * D + h * d;
        for (let i = 0; i < d; i++) y[out + i] = 0;
        logSumExp[(b * T + t) * heads + h] = 0;
        if (t >= length) continue;
        const logits = Array.from({ length: t + 1 }, (_, s) => logitOf(qkv, b * T + t, b * T + s, h, D, d));
        const highest = Math.max(...logits);
        const total = logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0);
        logits.forEach((logit, s) => {
          const weight = Math.exp(logit - highest) / total;
          for (let i = 0; i < d; i++) y[out + i]! += weight * qkv[(b * T + s) * 3 * D + 2 * D + h * d + i]!;
        });
        logSumExp[(b * T + t) * heads + h] = highest + Math.log(total);
      }
    }
  }
}

function logitOf(qkv: Numbers, query: number, key: number, h: number, D: number, d: number): number {
  let dot = 0;
  for (let i = 0; i < d; i++) dot += qkv[query * 3 * D + h * d + i]! * qkv[key * 3 * D + D + h * d + i]!;
  return dot / Math.sqrt(d);
}

type Backward = Record<'qkv' | 'y' | 'logSumExp' | 'dy' | 'dQkv', Numbers> & { lengths?: Numbers };

/** Writes all of dQkv [B·T, 3D]. */
export function attentionBackwardReference({ qkv, y, logSumExp, dy, lengths, dQkv }: Backward, { batch, columns: T, heads, width: D }: Sizes): void {
  const d = D / heads;
  dQkv.fill(0, 0, batch * T * 3 * D);
  for (let b = 0; b < batch; b++) {
    const length = lengths ? lengths[b]! : T;
    for (let h = 0; h < heads; h++) {
      for (let t = 0; t < length; t++) {
        const query = b * T + t;
        let slope = 0; // Σ dy·y, the softmax's share of every dlogit
        for (let i = 0; i < d; i++) slope += dy[query * D + h * d + i]! * y[query * D + h * d + i]!;
        for (let s = 0; s <= t; s++) {
          const key = b * T + s;
          const weight = Math.exp(logitOf(qkv, query, key, h, D, d) - logSumExp[query * heads + h]!);
          let dWeight = 0;
          for (let i = 0; i < d; i++) dWeight += dy[query * D + h * d + i]! * qkv[key * 3 * D + 2 * D + h * d + i]!;
          const dLogit = (weight * (dWeight - slope)) / Math.sqrt(d);
          for (let i = 0; i < d; i++) {
            dQkv[query * 3 * D + h * d + i]! += dLogit * qkv[key * 3 * D + D + h * d + i]!;
            dQkv[key * 3 * D + D + h * d + i]! += dLogit * qkv[query * 3 * D + h * d + i]!;
            dQkv[key * 3 * D + 2 * D + h * d + i]! += weight * dy[query * D + h * d + i]!;
          }
        }
      }
    }
  }
}
