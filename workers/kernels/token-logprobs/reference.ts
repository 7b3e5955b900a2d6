/** tokenLogProbs in plain numbers, for tests: [3, N] flat, log-probabilities, entropies, and where the target was the likeliest. */
export function tokenLogProbsReference(hidden: readonly number[], weight: readonly number[], targets: readonly number[], { D, temperature }: { D: number; temperature: number }): number[] {
  const V = weight.length / D;
  const rows = targets.map((target, n) => {
    const logits = Array.from({ length: V }, (_, token) => {
      let dot = 0;
      for (let d = 0; d < D; d++) dot += hidden[n * D + d]! * weight[token * D + d]!;
      return dot / temperature;
    });
    const highest = Math.max(...logits);
    const logTotal = highest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0));
    const logProbs = logits.map((logit) => logit - logTotal);
    return { picked: logProbs[target]!, entropy: -logProbs.reduce((sum, logProb) => sum + Math.exp(logProb) * logProb, 0), isLikeliest: logits[target] === highest ? 1 : 0 };
  });
  return [...rows.map((row) => row.picked), ...rows.map((row) => row.entropy), ...rows.map((row) => row.isLikeliest)];
}
