/**
 * Odds Ratio Preference Optimization (Hong et al. 2024, arXiv:2403.07691, eq. 6 and 7): fine-tuning on chosen completions and a push of the odds, in one stage and without a reference.
 *
 * loss = NLL(chosen) − β·log σ(log odds(chosen) − log odds(rejected)), where p is the mean log-probability of a completion's tokens and odds = eᵖ / (1 − eᵖ).
 * Departures from TRL's ORPOTrainer: the NLL counts completion tokens only, as the paper's conditional likelihood, not the prompt's as well; `logps/*` are sums over
 * tokens as in every method here, not means.
 */
import { dispose, div, mean, mul, neg, slice, softplus, sub, type Scalar, type Tensor1D } from '@tensorflow/tfjs-core';
import type { Example } from '../../src/tasks/task';
import { learningRateAt } from '../model/optimizer';
import { logOdds } from '../tensor/log-odds';
import { maskedMean } from '../tensor/masked';
import { readScalars } from '../tensor/read';
import { batchOf, disposeBatch } from '../tensor/sequences';
import { checkFinite, type TrainingLoop } from './algorithm';
import { completionOutput, directReport, doubtsOf, expectedLoss, halves, pairBatches, pairMeasures } from './direct';
import { meanLogProbs, stacked } from '../stage/evaluate';

/**
 * @param chosen, rejected [P] mean log-probability of a completion's tokens, nats @param nll [] of the chosen completions, nats per token
 * @param doubts [P] probability that a label is the wrong way round; certain where left out
 * @returns all []: the loss, the mean log-odds ratio, and the mean log σ of it
 */
export function orpoLoss(chosen: Tensor1D, rejected: Tensor1D, nll: Scalar, { beta }: { beta: number }, doubts?: Tensor1D): { loss: Scalar; logOddsChosen: Scalar; logOddsRatio: Scalar } {
  const difference: Tensor1D = sub(logOdds(chosen), logOdds(rejected));
  const logOddsRatio: Scalar = neg(mean(expectedLoss(doubts, softplus(neg(difference)), () => softplus(difference)))); // log σ
  return { loss: sub(nll, mul(logOddsRatio, beta)), logOddsChosen: mean(difference), logOddsRatio };
}

export const orpo: TrainingLoop<'orpo'> = async function* (stage, config) {
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
      const { loss, logOddsChosen, logOddsRatio } = orpoLoss(chosen, rejected, nll, config, doubts);
      return {
        loss,
        nll_loss: nll,
        log_odds_chosen: logOddsChosen,
        log_odds_ratio: logOddsRatio,
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
