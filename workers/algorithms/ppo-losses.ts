/** The two clipped losses of PPO (Schulman et al. 2017, eq. 7; the value clip is OpenAI baselines'), as TRL's PPOTrainer has them. */
import { cast, clipByValue, exp, greater, maximum, minimum, mul, neg, square, sub, type Scalar, type Tensor2D } from '@tensorflow/tfjs-core';
import { maskedMean } from '../tensor/masked';

/** A clipped objective and the share of tokens on which clipping decided it (TRL's definition), both []. */
export interface Clipped {
  loss: Scalar;
  clipfrac: Scalar;
}

/** Mean over tokens of the worse of a loss and the same with its prediction clipped. All [B, T-1] but the result. */
function worseOf(plain: Tensor2D, clipped: Tensor2D, mask: Tensor2D): Clipped {
  return { loss: maskedMean(maximum(plain, clipped), mask), clipfrac: maskedMean(cast(greater(clipped, plain), 'float32'), mask) };
}

/** Clipped policy objective, Schulman et al. 2017, eq. 7, as a loss. All [B, T-1] but the result. */
export function policyLoss(logProbs: Tensor2D, old: Tensor2D, advantages: Tensor2D, mask: Tensor2D, clipRange: number): Clipped {
  const ratio = exp(sub(logProbs, old));
  const clipped = clipByValue(ratio, 1 - clipRange, 1 + clipRange);
  return worseOf(neg(mul(advantages, ratio)), neg(mul(advantages, clipped)), mask);
}

/** Clipped value error, ½·max of the error and the error of the prediction kept near the old one. All [B, T-1] but the result. */
export function valueLoss(values: Tensor2D, old: Tensor2D, returns: Tensor2D, mask: Tensor2D, valueClipRange: number): Clipped {
  const near = minimum(maximum(values, sub(old, valueClipRange)), sub(old, -valueClipRange));
  const { loss, clipfrac } = worseOf(square(sub(values, returns)), square(sub(near, returns)), mask);
  return { loss: mul(loss, 0.5), clipfrac };
}
