/**
 * Losses of direct preference optimization: what each makes of the same log-ratios. Names are TRL's `loss_type` (DPOTrainer of TRL 1.16, whose forms these are), `ipo_sum` is ours.
 * To add one: its name in `DPO_LOSSES` (src/contract/algorithms/dpo.ts) and one entry below; a missing one is a compile error.
 *
 * With a = log π(y|x) − log ref(y|x) over a completion, d = a(chosen) − a(rejected), n tokens of a completion:
 */
import { add, div, maximum, mean, mul, neg, sigmoid, softplus, square, sub, type Scalar, type Tensor1D } from '@tensorflow/tfjs-core';
import type { DpoLoss } from '../../src/contract/algorithms/dpo';
import { expectedLoss } from './direct';

/** All [P], a pair each. */
export interface LogRatios {
  /** log π − log ref of the chosen completion, summed over its tokens, nats */
  chosen: Tensor1D;
  rejected: Tensor1D;
  /** Tokens of the completions, EOS included. */
  chosenTokens: Tensor1D;
  rejectedTokens: Tensor1D;
}

export interface DpoKnobs {
  loss: DpoLoss;
  beta: number;
  /** Share of labels assumed to be flipped; `sigmoid` and `robust` alone have a use for it. */
  labelSmoothing: number;
}

/** −log σ(x), which stays finite where σ(x) is 0. */
const surprise = (x: Tensor1D): Tensor1D => softplus(neg(x));

const difference = ({ chosen, rejected }: LogRatios): Tensor1D => sub(chosen, rejected);

/** a/n of chosen less rejected. */
const perToken = ({ chosen, rejected, chosenTokens, rejectedTokens }: LogRatios): Tensor1D => sub(div(chosen, chosenTokens), div(rejected, rejectedTokens));

/** (x − 1/(2β))², Azar et al. 2023, eq. 17. */
const towardGap = (x: Tensor1D, beta: number): Tensor1D => square(sub(x, 1 / (2 * beta)));

const LOSSES: Readonly<Record<DpoLoss, (ratios: LogRatios, knobs: DpoKnobs) => Tensor1D>> = {
  /** −(1−ε)·log σ(βd) − ε·log σ(−βd): Rafailov et al. 2023, eq. 7; conservative with ε > 0, Mitchell 2023. */
  sigmoid: (ratios, { beta, labelSmoothing }) => {
    const margin = mul<Tensor1D>(difference(ratios), beta);
    return add(mul(surprise(margin), 1 - labelSmoothing), mul(surprise(neg(margin)), labelSmoothing));
  },
  /** (−(1−ε)·log σ(βd) + ε·log σ(−βd)) / (1−2ε): unbiased under flips, so it may be negative. Chowdhury et al. 2024, arXiv:2403.00409. */
  robust: (ratios, { beta, labelSmoothing }) => {
    const margin = mul<Tensor1D>(difference(ratios), beta);
    return div(sub(mul(surprise(margin), 1 - labelSmoothing), mul(surprise(neg(margin)), labelSmoothing)), 1 - 2 * labelSmoothing);
  },
  /** On means over tokens, as TRL. β has another scale than in `ipo_sum`: the gap asked for is one of each token. */
  ipo: (ratios, { beta }) => towardGap(perToken(ratios), beta),
  /** On sums over tokens, as the DPO authors' code and OpenRLHF. */
  ipo_sum: (ratios, { beta }) => towardGap(difference(ratios), beta),
  /** max(0, 1 − βd): SLiC, Zhao et al. 2023, in the form of Liu et al. 2023 (RSO). */
  hinge: (ratios, { beta }) => maximum(sub(1, mul(difference(ratios), beta)), 0),
  /** −log σ(β(a/n − a/n)): length-normalised, Lambert et al. 2024 (Tulu 3), arXiv:2411.15124. */
  sigmoid_norm: (ratios, { beta }) => surprise(mul(perToken(ratios), beta)),
  /** −log σ(βa) − log σ(−βa′), a′ of the rejected: each side against 0, as TRL, without the reward shift of Jung et al. 2024, arXiv:2404.04656. */
  bco_pair: ({ chosen, rejected }, { beta }) => add(surprise(mul(chosen, beta)), surprise(neg(mul(rejected, beta)))),
  /** −log σ(βa) − ½·log σ(−βa) − ½·log σ(−βa′): Chen et al. 2024, arXiv:2402.05369, with two answers. */
  nca_pair: ({ chosen, rejected }, { beta }) => {
    const [up, down] = [mul<Tensor1D>(chosen, beta), mul<Tensor1D>(rejected, beta)];
    return add(surprise(up), mul(add(surprise(neg(up)), surprise(neg(down))), 0.5));
  },
  /** 1 − σ(βa) + σ(βa′): chosen up, rejected down, for data better than what the policy says by itself. D’Oosterlinck et al. 2024, eq. 7. */
  apo_zero: ({ chosen, rejected }, { beta }) => add(sigmoid(neg(mul(chosen, beta))), sigmoid(mul(rejected, beta))),
  /** σ(βa) + 1 − σ(βd): both down, the rejected further, for data worse than that. D’Oosterlinck et al. 2024, eq. 8. */
  apo_down: (ratios, { beta }) => add(sigmoid(mul(ratios.chosen, beta)), sigmoid(neg(mul(difference(ratios), beta)))),
  /** (a − ½/β)² + (a′ + ½/β)²: Wu et al. 2024, eq. 4.7, with the label taken for a certainty. */
  sppo_hard: ({ chosen, rejected }, { beta }) => add(square(sub(chosen, 0.5 / beta)), square(add(rejected, 0.5 / beta))),
};

const turned = ({ chosen, rejected, chosenTokens, rejectedTokens }: LogRatios): LogRatios => ({ chosen: rejected, rejected: chosen, chosenTokens: rejectedTokens, rejectedTokens: chosenTokens });

/** @param doubts [P] probability that a label is the wrong way round; certain where left out @returns [] mean over pairs */
export const dpoLoss = (ratios: LogRatios, knobs: DpoKnobs, doubts?: Tensor1D): Scalar =>
  mean(expectedLoss(doubts, LOSSES[knobs.loss](ratios, knobs), () => LOSSES[knobs.loss](turned(ratios), knobs)));
