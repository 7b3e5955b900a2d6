/** linear in plain numbers, with GELU in the tanh form as Hendrycks and Gimpel (2016) wrote it. Matrices are flat, row-major. */
import type { Numbers } from '../launch';

interface Sizes {
  rows: number;
  deep: number;
  wide: number;
}

const OUTER = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

export const gelu = (x: number): number => 0.5 * x * (1 + Math.tanh(OUTER * (x + CUBIC * x ** 3)));

export function geluSlope(x: number): number {
  const tanh = Math.tanh(OUTER * (x + CUBIC * x ** 3));
  return 0.5 * (1 + tanh) + 0.5 * x * (1 - tanh ** 2) * OUTER * (1 + 3 * CUBIC * x ** 2);
}

type Forward = Record<'x' | 'weight' | 'y', Numbers> & { bias?: Numbers; residual?: Numbers; slope?: Numbers };

/** @param x [rows, deep] @param weight [deep, wide] @param bias [wide] @param residual, slope, y [rows, wide] */
export function linearReference({ x, weight, bias, residual, slope, y }: Forward, { rows, deep, wide, gelu: isGelu }: Sizes & { gelu: number }): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < wide; column++) {
      let sum = bias ? bias[column]! : 0;
      for (let k = 0; k < deep; k++) sum += x[row * deep + k]! * weight[k * wide + column]!;
      const place = row * wide + column;
      if (slope) slope[place] = isGelu ? geluSlope(sum) : 1;
      y[place] = (isGelu ? gelu(sum) : sum) + (residual ? residual[place]! : 0);
    }
  }
}

/** @param dy [rows, wide] @param weight [deep, wide] @param slope, dx [rows, deep] */
export function linearInputReference({ dy, weight, slope, dx }: Record<'dy' | 'weight' | 'dx', Numbers> & { slope?: Numbers }, { rows, deep, wide }: Sizes): void {
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < deep; k++) {
      let sum = 0;
      for (let column = 0; column < wide; column++) sum += dy[row * wide + column]! * weight[k * wide + column]!;
      dx[row * deep + k] = slope ? sum * slope[row * deep + k]! : sum;
    }
  }
}

/** @param x [rows, deep] @param dy [rows, wide] @param dWeight [deep, wide] @param dBias [wide] */
export function linearWeightsReference({ x, dy, dWeight, dBias }: Record<'x' | 'dy' | 'dWeight', Numbers> & { dBias?: Numbers }, { rows, deep, wide }: Sizes): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < wide; column++) {
      const d = dy[row * wide + column]!;
      for (let k = 0; k < deep; k++) dWeight[k * wide + column]! += x[row * deep + k]! * d;
      if (dBias) dBias[column]! += d;
    }
  }
}
