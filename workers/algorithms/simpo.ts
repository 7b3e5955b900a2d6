/**
 * Simple Preference Optimization (Meng et al. 2024, arXiv:2405.14734, eq. 6): the mean log-probability of a completion's tokens is its reward, and the chosen one should lead by a margin γ.
 * No reference and no reward model; nothing but the learning rate holds the policy where it was.
 * loss = −log σ(β(p(chosen) − p(rejected)) − γ). Departure: an NLL of the chosen completions may be added (CPO-SimPO, as TRL's cpo_alpha), and is measured in any case;
 * `logps/*` are sums over tokens as in every method here, where TRL's are means.
 */
import { add, dispose, div, mean, mul, neg, slice, softplus, sub, type Scalar, type Tensor1D } from '@tensorflow/tfjs-core';
import type { Example } from '../../src/tasks/task';
import { learningRateAt } from '../model/optimizer';
import { maskedMean } from '../tensor/masked';
import { readScalars } from '../tensor/read';
import { batchOf, disposeBatch } from '../tensor/sequences';
import { checkFinite, type TrainingLoop } from './algorithm';
import { completionOutput, directReport, doubtsOf, expectedLoss, halves, pairBatches, pairMeasures } from './direct';
import { meanLogProbs, stacked } from '../stage/evaluate';

/** @param chosen, rejected [P] mean log-probability of a completion's tokens, nats @param doubts [P] probability that a label is the wrong way round; certain where left out @returns [] mean over pairs */
export function simpoLoss(chosen: Tensor1D, rejected: Tensor1D, { beta, gamma }: { beta: number; gamma: number }, doubts?: Tensor1D): Scalar {
  const against = (better: Tensor1D, worse: Tensor1D): Tensor1D => softplus(sub(gamma, mul(sub(better, worse), beta))); // −log σ(x) = softplus(−x)
  return mean(expectedLoss(doubts, against(chosen, rejected), () => against(rejected, chosen)));
}

export const simpo: TrainingLoop<'simpo'> = async function* (stage, config) {
  const { beta, batchSize: P } = config;
  const policy = stage.trained('policy', { from: 'policy' });
  const start = stage.frozen({ from: 'policy' });
  const optimizer = stage.optimizer('policy', policy, config);
  const pairsOf = pairBatches(stage, config);
  const reportOf = directReport(stage, config, policy, start, (rows: readonly Example[]) => meanLogProbs(policy.views, rows));

  while (stage.step < config.steps) {
    const pairs = pairsOf(stage.step);
    await stage.witness?.sees({ kind: 'pairs', pairs, policy: policy.views });
    const doubts = doubtsOf(pairs);
    const batch = batchOf(stacked(pairs));
    const learningRate = learningRateAt(stage.step, config);
    const update = optimizer.update((views) => {
      const { logProbs, sums, counts, entropy, isLikeliest } = completionOutput(views, batch);
      const [chosen, rejected] = halves(div(sums, counts)); // mean log-probabilities [P]
      const chosenMask = slice(batch.completionMask, 0, P);
      const nll = neg<Scalar>(maskedMean(slice(logProbs, 0, P), chosenMask));
      return {
        loss: add<Scalar>(simpoLoss(chosen, rejected, config, doubts), mul(nll, config.nllWeight)),
        nll_loss: nll,
        ...pairMeasures(chosen, rejected, beta, sums),
        entropy: maskedMean(entropy, batch.completionMask),
        mean_token_accuracy: maskedMean(slice(isLikeliest, 0, P), chosenMask),
      };
    }, learningRate);
    disposeBatch(batch);
    if (doubts) dispose(doubts);
    stage.advance(batch);

    const [measured] = await readScalars([update]);
    checkFinite(stage.step, measured!.loss, measured!.grad_norm);
    yield await reportOf({ ...measured, learning_rate: learningRate, num_tokens: stage.counter('tokens') });
  }
};
