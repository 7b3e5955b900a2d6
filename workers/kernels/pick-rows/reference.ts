/** pickRows in plain numbers: the sum of each sequence's rows under its mask, which has a single 1. */
import type { Numbers } from '../launch';

interface Sizes {
  batch: number;
  columns: number;
  width: number;
}

/** @param x [B·T, D] @param mask [B, T] @param y [B, D] */
export function pickRowsReference({ x, mask, y }: Record<'x' | 'mask' | 'y', Numbers>, { batch, columns: T, width: D }: Sizes): void {
  for (let b = 0; b < batch; b++) {
    for (let d = 0; d < D; d++) {
      let sum = 0;
      for (let t = 0; t < T; t++) if (mask[b * T + t] !== 0) sum += mask[b * T + t]! * x[(b * T + t) * D + d]!;
      y[b * D + d] = sum;
    }
  }
}

export function pickRowsBackwardReference({ dy, mask, dx }: Record<'dy' | 'mask' | 'dx', Numbers>, { batch, columns: T, width: D }: Sizes): void {
  for (let b = 0; b < batch; b++) {
    for (let t = 0; t < T; t++) for (let d = 0; d < D; d++) dx[(b * T + t) * D + d] = mask[b * T + t]! * dy[b * D + d]!;
  }
}
