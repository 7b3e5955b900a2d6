/** decodeAttention in plain numbers. Matrices are flat, row-major. */
import type { Numbers } from '../launch';

interface Sizes {
  rows: number;
  context: number;
  column: number;
  heads: number;
  width: number;
}

export function decodeAttentionReference({ qkv, chosen, cache, y }: Record<'qkv' | 'cache' | 'y', Numbers> & { chosen?: Numbers }, { rows, context, column, heads, width: D }: Sizes): void {
  const d = D / heads;
  for (let row = 0; row < rows; row++) {
    const sequence = chosen ? chosen[row]! : row;
    for (let h = 0; h < heads; h++) {
      const own = (sequence * heads + h) * context * 2 * d; // where this head of this sequence begins in the cache
      for (let i = 0; i < d; i++) {
        cache[own + column * 2 * d + i] = qkv[row * 3 * D + D + h * d + i]!;
        cache[own + column * 2 * d + d + i] = qkv[row * 3 * D + 2 * D + h * d + i]!;
      }
      const logits = Array.from({ length: column + 1 }, (_, t) => {
        let dot = 0;
        for (let i = 0; i < d; i++) dot += qkv[row * 3 * D + h * d + i]! * cache[own + t * 2 * d + i]!;
        return dot / Math.sqrt(d);
      });
      const highest = Math.max(...logits);
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0);
      for (let i = 0; i < d; i++) {
        let sum = 0;
        logits.forEach((logit, t) => (sum += (Math.exp(logit - highest) / total) * cache[own + t * 2 * d + d + i]!));
        y[row * D + h * d + i] = sum;
      }
    }
  }
}
