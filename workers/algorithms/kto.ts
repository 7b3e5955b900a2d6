/**
 * Kahneman-Tversky Optimization (Ethayarajh et al. 2024, arXiv:2402.01306, eq. 7 and 8): completions that are good or bad by themselves, no pairs.
 *
 * A good completion gains by rising above the policy's usual log-ratio, a bad one by falling below it. That usual log-ratio is the batch's estimate of KL(policy ‖ reference),
 * taken from completions under prompts they do not answer, and passes no gradient. Order and definitions as TRL's KTOTrainer.
 * Departures: what is good and bad comes from the task's pairs, taken apart; completions are turned by one in the order of the data set, whatever the order of the batch.
 */
import { add, dispose, mean, mul, neg, sigmoid, sub, tensor1d, type Scalar, type Tensor1D } from '@tensorflow/tfjs-core';
import { detail } from '../../src/contract/details';
import { Failure } from '../../src/contract/failures';
import type { Example } from '../../src/tasks/task';
import { learningRateAt } from '../model/optimizer';
import { maskedMean } from '../tensor/masked';
import { readScalars } from '../tensor/read';
import { batchOf, disposeBatch } from '../tensor/sequences';
import { checkFinite, type TrainingLoop } from './algorithm';
import { completionOutput, directReport, logRatiosTo } from './direct';
import { markedBatches, markedMeans, markedSums } from './marked';
import { sequenceLogProbs } from '../stage/evaluate';
import { Reference } from '../stage/reference';

interface KtoKnobs {
  beta: number;
  desirableWeight: number;
  undesirableWeight: number;
}

/**
 * λ_D·(1 − σ(β(a − KL))) of good completions and λ_U·(1 − σ(β(KL − a))) of bad ones, mean over the batch.
 * @param logRatios [B] a = log π − log ref, nats @param isGood [B] 1 or 0 @param kl nats, 0 or more
 * @returns []
 */
export function ktoLoss(logRatios: Tensor1D, isGood: Tensor1D, kl: number, { beta, desirableWeight, undesirableWeight }: KtoKnobs): Scalar {
  const gain: Tensor1D = mul(sub(logRatios, kl), beta);
  const good = mul(mul(sigmoid(neg(gain)), isGood), desirableWeight);
  const bad = mul(mul(sigmoid(gain), sub(1, isGood)), undesirableWeight);
  return mean(add(good, bad));
}

/** Each completion under the prompt of the row after it, cut where the context ends: answers to another question. */
export const mismatched = (rows: readonly Example[], context: number): Example[] =>
  rows.map(({ prompt }, i) => ({ prompt, completion: rows.at(i - 1)!.completion.slice(0, context - prompt.length) })); // −1 is the last

export const kto: TrainingLoop<'kto'> = async function* (stage, config) {
  const { beta, batchSize } = config;
  if (batchSize < 2) throw new Failure('invalid-config', detail('batch-of-kto'));
  const policy = stage.trained('policy', { from: 'policy' });
  const start = stage.frozen({ from: 'policy' });
  const reference = new Reference(stage, policy, start, config);
  const optimizer = stage.optimizer('policy', policy, config);
  const markedOf = markedBatches(stage, config);
  const logRatiosOf = async (rows: readonly Example[], before: ArrayLike<number>) => (await sequenceLogProbs(policy.views, rows)).map((logProb, i) => logProb - before[i]!);
  const reportOf = directReport(stage, config, policy, start, logRatiosTo(policy, reference));

  while (stage.step < config.steps) {
    const { rows, marks } = markedOf(stage.step);
    // Rows made for this batch alone: nothing to remember of them.
    const strangers = mismatched(rows, stage.shape.context);
    const strange = await logRatiosOf(strangers, await sequenceLogProbs(reference.views, strangers));
    const kl = Math.max(0, strange.reduce((total, logRatio) => total + logRatio, 0) / batchSize);

    const referenceLogProbs = tensor1d(await reference.logProbs(rows)); // [B]
    const isGood = tensor1d(marks); // [B]
    const batch = batchOf(rows);
    const learningRate = learningRateAt(stage.step, config);
    const update = optimizer.update((views) => {
      const { sums, entropy } = completionOutput(views, batch);
      const logRatios: Tensor1D = sub(sums, referenceLogProbs);
      return {
        loss: ktoLoss(logRatios, isGood, kl, config),
        ...markedSums(mul(logRatios, beta), sums, isGood),
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
    yield await reportOf({ loss, grad_norm, entropy, ...markedMeans(sums, marks), kl, learning_rate: learningRate, num_tokens: stage.counter('tokens') });
  }
};
