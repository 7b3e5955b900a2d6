/** layerNorm in plain numbers. Matrices are flat, row-major. */
import type { Numbers } from '../launch';

export const EPSILON = 1e-5;

interface Sizes {
  rows: number;
  width: number;
}

/** @param x, y [rows, D] @param weight, bias [D] @param stats [rows, 2] mean and 1/√(variance + ε) */
export function layerNormReference({ x, weight, bias, y, stats }: Record<'x' | 'weight' | 'bias' | 'y' | 'stats', Numbers>, { rows, width: D }: Sizes): void {
  for (let row = 0; row < rows; row++) {
    let mean = 0;
    for (let d = 0; d < D; d++) mean += x[row * D + d]! / D;
    let variance = 0;
    for (let d = 0; d < D; d++) variance += (x[row * D + d]! - mean) ** 2 / D;
    const inverse = 1 / Math.sqrt(variance + EPSILON);
    for (let d = 0; d < D; d++) y[row * D + d] = (x[row * D + d]! - mean) * inverse * weight[d]! + bias[d]!;
    stats[row * 2] = mean;
    stats[row * 2 + 1] = inverse;
  }
}

type Backward = Record<'dy' | 'x' | 'weight' | 'stats' | 'dx' | 'dWeight' | 'dBias', Numbers> & { residual?: Numbers };

export function layerNormBackwardReference({ dy, x, weight, stats, residual, dx, dWeight, dBias }: Backward, { rows, width: D }: Sizes): void {
  for (let row = 0; row < rows; row++) {
    const [mean, inverse] = [stats[row * 2]!, stats[row * 2 + 1]!];
    let sum = 0;
    let product = 0;
    for (let d = 0; d < D; d++) {
      const normal = (x[row * D + d]! - mean) * inverse;
      const dNormal = dy[row * D + d]! * weight[d]!;
      sum += dNormal / D;
      product += (dNormal * normal) / D;
      dWeight[d]! += dy[row * D + d]! * normal;
      dBias[d]! += dy[row * D + d]!;
    }
    for (let d = 0; d < D; d++) {
      const normal = (x[row * D + d]! - mean) * inverse;
      dx[row * D + d] = inverse * (dy[row * D + d]! * weight[d]! - sum - normal * product) + (residual ? residual[row * D + d]! : 0);
    }
  }
}
