/** Odds of whole completions, from mean log-probabilities of their tokens. */
import { expm1, log, minimum, neg, sub, type Tensor1D } from '@tensorflow/tfjs-core';

/** A completion that is certain has infinite odds; this close to it they stay finite, with no gradient. */
const NEARLY_CERTAIN = -1e-6;

/** log(eᵖ / (1 − eᵖ)), where 1 − eᵖ is −expm1(p): near 0 the difference would lose its digits. @param p mean log-probability of a token, nats, below 0. [B] -> [B] */
export const logOdds = (p: Tensor1D): Tensor1D => sub(p, log(neg(expm1(minimum(p, NEARLY_CERTAIN)))));
