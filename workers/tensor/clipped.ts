/** The clipped surrogate of Schulman et al. 2017, eq. 7, with bounds of its own on either side (DAPO, Yu et al. 2025, eq. 10), for whatever one ratio stands for: a token or a completion. */
import { cast, clipByValue, greater, less, logicalAnd, minimum, mul, neg, type Tensor } from '@tensorflow/tfjs-core';

export interface ClipKnobs {
  /** ε below and above 1. */
  clipRange: number;
  clipRangeHigh: number;
}

export interface Surrogate<Shape extends Tensor> {
  /** −min(ratio·A, clip(ratio)·A) */
  loss: Shape;
  /** 1 where the lower bound decided: a ratio too small already on a bad completion. */
  isLow: Shape;
  /** 1 where the upper bound decided: a ratio too large already on a good one. */
  isHigh: Shape;
}

/** @param ratio new to sampling policy @param advantages broadcasts to it; all of one shape otherwise */
export function clippedSurrogate<Shape extends Tensor>(ratio: Shape, advantages: Tensor, { clipRange, clipRangeHigh }: ClipKnobs): Surrogate<Shape> {
  const [low, high] = [1 - clipRange, 1 + clipRangeHigh];
  return {
    loss: neg(minimum(mul(ratio, advantages), mul(clipByValue(ratio, low, high), advantages))),
    isLow: cast(logicalAnd(less(ratio, low), less(advantages, 0)), 'float32') as Shape, // shapes are the ratio's
    isHigh: cast(logicalAnd(greater(ratio, high), greater(advantages, 0)), 'float32') as Shape,
  };
}
