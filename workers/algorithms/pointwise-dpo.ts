/**
 * Point-wise DPO and ULMA (Cai et al. 2023, arXiv:2312.02554, eq. 9): completions that are good or bad by themselves, learned as a classifier whose logit is
 * h = β·(log π(y|x) − log ref(y|x)).
 *
 * Good: −log σ(h), or plain likelihood (ULMA). Bad: −log(1 − σ(h)).
 * Departures: β·log Z of the paper's partition function is taken as 0, as in practice; ULMA's likelihood is a mean over tokens with a weight of its own,
 * since a sum over tokens drowns the bounded push on bad completions.
 */
import { add, dispose, div, mean, mul, neg, softplus, sub, tensor1d, type Scalar, type Tensor1D } from '@tensorflow/tfjs-core';
import type { AlgorithmConfig } from '../../src/contract/algorithms';
import { learningRateAt } from '../model/optimizer';
import { maskedMean } from '../tensor/masked';
import { readScalars } from '../tensor/read';
import { batchOf, disposeBatch } from '../tensor/sequences';
import { checkFinite, type TrainingLoop } from './algorithm';
import { completionOutput, directReport, logRatiosTo } from './direct';
import { markedBatches, markedMeans, markedSums } from './marked';
import { Reference } from '../stage/reference';

type Knobs = Pick<AlgorithmConfig<'pointwise-dpo'>, 'beta' | 'good' | 'nllWeight'>;

/**
 * @param logRatios [B] log π − log ref, nats @param perToken [B] mean log-probability of a completion's tokens, nats @param isGood [B] 1 or 0
 * @returns [] mean over the batch
 */
export function pointwiseLoss(logRatios: Tensor1D, perToken: Tensor1D, isGood: Tensor1D, { beta, good, nllWeight }: Knobs): Scalar {
  const h: Tensor1D = mul(logRatios, beta);
  const ofGood = good === 'nll' ? mul(neg(perToken), nllWeight) : softplus(neg(h)); // −log σ(h) = softplus(−h)
  const ofBad = softplus(h); // −log(1 − σ(h)), which stays finite where σ(h) is 1
  return mean(add(mul(ofGood, isGood), mul(ofBad, sub(1, isGood))));
}

export const pointwiseDpo: TrainingLoop<'pointwise-dpo'> = async function* (stage, config) {
  const policy = stage.trained('policy', { from: 'policy' });
  const start = stage.frozen({ from: 'policy' });
  const reference = new Reference(stage, policy, start, config);
  const optimizer = stage.optimizer('policy', policy, config);
  const markedOf = markedBatches(stage, config);
  const reportOf = directReport(stage, config, policy, start, logRatiosTo(policy, reference));

  while (stage.step < config.steps) {
    const { rows, marks } = markedOf(stage.step);
    const referenceLogProbs = tensor1d(await reference.logProbs(rows)); // [B]
    const isGood = tensor1d(marks); // [B]
    const batch = batchOf(rows);
    const learningRate = learningRateAt(stage.step, config);
    const update = optimizer.update((views) => {
      const { sums, counts, entropy } = completionOutput(views, batch);
      const logRatios: Tensor1D = sub(sums, referenceLogProbs);
      return {
        loss: pointwiseLoss(logRatios, div(sums, counts), isGood, config),
        ...markedSums(mul(logRatios, config.beta), sums, isGood),
        entropy: maskedMean(entropy, batch.completionMask),
      };
    }, learningRate);
    disposeBatch(batch);
    dispose([referenceLogProbs, isGood]);
    stage.advance(batch);

    const [measured] = await readScalars([update]);
    const { loss, grad_norm, entropy, ...sums } = measured!;
    checkFinite(stage.step, loss, grad_norm);
    await reference.sync();
    yield await reportOf({ loss, grad_norm, entropy, ...markedMeans(sums, marks), learning_rate: learningRate, num_tokens: stage.counter('tokens') });
  }
};
