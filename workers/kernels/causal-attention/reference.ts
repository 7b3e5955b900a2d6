/** causalAttention in plain numbers, for tests: one query at a time, only over what came before. Matrices are flat, row-major. */
export function causalAttentionReference(qkv: readonly number[], { B, T, D, heads }: { B: number; T: number; D: number; heads: number }): number[] {
  const d = D / heads;
  const out = new Array<number>(B * T * D).fill(0);
  const at = (b: number, t: number, part: number, head: number, i: number) => qkv[(b * T + t) * 3 * D + part * D + head * d + i]!;
  for (let b = 0; b < B; b++) {
    for (let head = 0; head < heads; head++) {
      for (let t = 0; t < T; t++) {
        const logits = Array.from({ length: t + 1 }, (_, s) => {
          let dot = 0;
          for (let i = 0; i < d; i++) dot += at(b, t, 0, head, i) * at(b, s, 1, head, i);
          return dot / Math.sqrt(d);
        });
        const highest = Math.max(...logits);
        const weights = logits.map((logit) => Math.exp(logit - highest));
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        weights.forEach((weight, s) => {
          for (let i = 0; i < d; i++) out[(b * T + t) * D + head * d + i]! += (weight / total) * at(b, s, 2, head, i);
        });
      }
    }
  }
  return out;
}
