/** embed in plain numbers. Matrices are flat, row-major. An id outside the vocabulary gives a row of NaN: nothing else would be noticed on a GPU. */
import type { Numbers } from '../launch';

interface Sizes {
  rows: number;
  columns: number;
  stride: number;
  start: number;
  width: number;
  vocabulary: number;
}

/** @param ids [B, stride] @param tokens [V, D] @param positions [≥ start + columns, D] @param x [rows, D] */
export function embedReference({ ids, tokens, positions, chosen, x }: { ids: Numbers; tokens: Numbers; positions: Numbers; x: Numbers; chosen?: Numbers }, sizes: Sizes): void {
  const { rows, columns, stride, start, width: D, vocabulary } = sizes;
  for (let row = 0; row < rows; row++) {
    const [group, column] = [Math.floor(row / columns), row % columns];
    const id = ids[(chosen ? chosen[group]! : group) * stride + start + column]!;
    const isKnown = id >= 0 && id < vocabulary;
    for (let d = 0; d < D; d++) x[row * D + d] = isKnown ? tokens[id * D + d]! + positions[(start + column) * D + d]! : NaN;
  }
}

/** @param dx [rows, D] */
export function embedBackwardReference({ ids, dx, dTokens, dPositions }: { ids: Numbers; dx: Numbers; dTokens: Numbers; dPositions: Numbers }, sizes: Sizes): void {
  const { rows, columns, stride, start, width: D, vocabulary } = sizes;
  for (let row = 0; row < rows; row++) {
    const [group, column] = [Math.floor(row / columns), row % columns];
    const id = ids[group * stride + start + column]!;
    if (id < 0 || id >= vocabulary) continue;
    for (let d = 0; d < D; d++) {
      dTokens[id * D + d]! += dx[row * D + d]!;
      dPositions[(start + column) * D + d]! += dx[row * D + d]!;
    }
  }
}
