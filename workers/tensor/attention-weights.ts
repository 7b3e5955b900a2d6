/**
 * Where each token looks (Vaswani et al. 2017, eq. 1, with a causal mask): softmax over s ≤ t of q_t·k_s/√d. In plain numbers, from the queries and keys of a forward pass,
 * since the pass itself keeps no [T, T] matrix (kernels/causal-attention).
 */

/** @param qkv [T, 3D], queries, keys and values side by side; head h has columns h·d to (h + 1)·d of each -> [T, T], row t adds up to 1, 0 where s > t */
export function attentionWeights(qkv: ArrayLike<number>, { T, width: D, heads, head }: { T: number; width: number; heads: number; head: number }): Float32Array {
  const d = D / heads;
  const weights = new Float32Array(T * T);
  for (let t = 0; t < T; t++) {
    const query = t * 3 * D + head * d;
    const logits = Array.from({ length: t + 1 }, (_, s) => {
      const key = s * 3 * D + D + head * d;
      let dot = 0;
      for (let i = 0; i < d; i++) dot += qkv[query + i]! * qkv[key + i]!; // below T·3D
      return dot / Math.sqrt(d);
    });
    const highest = Math.max(...logits);
    const shares = logits.map((logit) => Math.exp(logit - highest));
    const total = shares.reduce((sum, share) => sum + share, 0);
    shares.forEach((share, s) => (weights[t * T + s] = share / total));
  }
  return weights;
}
