/** layerNorm in plain numbers, for tests. Matrices are flat, row-major. */
export function layerNormReference(x: readonly number[], weight: readonly number[], bias: readonly number[]): number[] {
  const D = weight.length;
  return Array.from({ length: x.length / D }, (_, n) => {
    const row = x.slice(n * D, (n + 1) * D);
    const mean = row.reduce((sum, value) => sum + value, 0) / D;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / D;
    return row.map((value, d) => ((value - mean) / Math.sqrt(variance + 1e-5)) * weight[d]! + bias[d]!);
  }).flat();
}
