/** embed in plain numbers, for tests. Matrices are flat, row-major. */
export function embedReference(ids: readonly number[], tokens: readonly number[], positions: readonly number[], { T, D }: { T: number; D: number }): number[] {
  return ids.flatMap((id, n) => Array.from({ length: D }, (_, d) => tokens[id * D + d]! + positions[(n % T) * D + d]!));
}
