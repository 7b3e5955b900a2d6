/** Sums and means under a mask (1 = counts), the leaf maths of every loss here. */
import { div, matMul, mul, ones, reshape, sum, type Scalar, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';

/** Mean of x where mask is 1. x, mask: same shape -> [] */
export const maskedMean = (x: Tensor, mask: Tensor): Scalar => div(sum(mul(x, mask)), sum(mask));

/** Row sums of x where mask is 1: token log-probabilities -> sequence log-probabilities. [B, T] -> [B] */
export function maskedRowSum(x: Tensor2D, mask: Tensor2D): Tensor1D {
  const [B, T] = x.shape;
  return reshape(matMul(mul(x, mask), ones([T, 1])), [B]);
}
