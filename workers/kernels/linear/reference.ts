/** linear in plain numbers, for tests, with GELU in the tanh form as Hendrycks and Gimpel wrote it. Matrices are flat, row-major. */
export function linearReference(x: readonly number[], weight: readonly number[], bias: readonly number[], gelu: boolean): number[] {
  const wide = bias.length;
  const deep = weight.length / wide;
  return Array.from({ length: (x.length / deep) * wide }, (_, i) => {
    const [row, column] = [Math.floor(i / wide), i % wide];
    let sum = bias[column]!;
    for (let k = 0; k < deep; k++) sum += x[row * deep + k]! * weight[k * wide + column]!;
    return gelu ? 0.5 * sum * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (sum + 0.044715 * sum ** 3))) : sum;
  });
}
