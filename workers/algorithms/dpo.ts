/**
 * Direct Preference Optimization (Rafailov et al. 2023, arXiv:2305.18290).
 *
 * The policy is trained on pairs so that its log-ratio to a frozen reference is larger on the chosen completion than on the rejected one.
 * No reward model, no sampling. Departure: conservative label smoothing (Mitchell 2023) is optional.
 * The reference's log-probabilities are computed once per pair, when the pair is first met.
 */
import { add, cast, greater, mean, mul, neg, slice, softplus, sub, tensor1d, type Scalar, type Tensor1D } from '@tensorflow/tfjs-core';
import type { Example, PreferencePair } from '../../src/tasks/task';
import { policyOutput } from '../model/heads';
import { learningRateAt } from '../model/optimizer';
import type { Views } from '../model/parameters';
import { maskedMean, maskedRowSum } from '../tensor/masked';
import { readScalars } from '../tensor/read';
import { batchOf, disposeBatch } from '../tensor/sequences';
import { checkFinite, isDue, type TrainingLoop } from './algorithm';
import { batchesOf } from '../stage/batches';
import { accuracyOf, goldEvaluation, pairLength, pairRewards, sequenceLogProbs, stacked } from '../stage/evaluate';
import { showcase } from '../stage/samples';
import type { Stage } from '../stage/stage';

/**
 * DPO loss, eq. 7, with conservative label smoothing.
 * @param chosenLogRatio   [P] log π(chosen|x) − log ref(chosen|x)
 * @param rejectedLogRatio [P] log π(rejected|x) − log ref(rejected|x)
 * @returns                []  mean over pairs
 */
export function dpoLoss(chosenLogRatio: Tensor1D, rejectedLogRatio: Tensor1D, { beta, labelSmoothing }: { beta: number; labelSmoothing: number }): Scalar {
  const margin = mul(sub(chosenLogRatio, rejectedLogRatio), beta);
  const agree = mul(softplus(neg(margin)), 1 - labelSmoothing);
  const flip = mul(softplus(margin), labelSmoothing);
  return mean(add(agree, flip));
}

/** Reference log-probabilities [2P] of a batch of pairs, from memory where a pair was met before. */
function rememberedReference(stage: Stage, reference: Views, pairs: readonly PreferencePair[]) {
  const chosen = new Float32Array(pairs.length).fill(NaN);
  const rejected = new Float32Array(pairs.length).fill(NaN);
  return async (items: readonly number[]): Promise<Float32Array> => {
    const missing = items.filter((item) => Number.isNaN(chosen[item]!));
    if (missing.length > 0) {
      const sums = await sequenceLogProbs(stage, reference, stacked(missing.map((item) => pairs[item]!)));
      missing.forEach((item, i) => {
        chosen[item] = sums[i]!;
        rejected[item] = sums[missing.length + i]!;
      });
    }
    return Float32Array.from([...items.map((item) => chosen[item]!), ...items.map((item) => rejected[item]!)]);
  };
}

export const dpo: TrainingLoop<'dpo'> = async function* (stage, config) {
  const { beta, batchSize: P } = config;
  const policy = stage.trained('policy', { from: 'policy' });
  const reference = stage.frozen({ from: 'policy' });
  const optimizer = stage.optimizer('policy', policy, config);
  const pairs = stage.task.pairs('train');
  const itemsOf = batchesOf({ count: pairs.length, batchSize: P, lengthOf: (item) => pairLength(pairs[item]!), randomOf: (epoch) => stage.freshRandom(`order ${epoch}`) });
  const referenceOf = rememberedReference(stage, reference.views, pairs);
  const measureGold = goldEvaluation(stage, reference.views, config, { kl: true });
  const showSamples = showcase(stage, reference.views);
  // Implicit reward without its factor β > 0, which no comparison needs.
  const implicitRewards = async (rows: Example[]) => {
    const [now, before] = [await sequenceLogProbs(stage, policy.views, rows), await sequenceLogProbs(stage, reference.views, rows)];
    return now.map((logProb, i) => logProb - before[i]!);
  };

  while (stage.step < config.steps) {
    const items = itemsOf(stage.step);
    const referenceLogProbs = tensor1d(await referenceOf(items));
    const batch = batchOf(stacked(items.map((item) => pairs[item]!)));
    const learningRate = learningRateAt(stage.step, config);
    const update = optimizer.update((views) => {
      const { logProbs, entropy, isLikeliest } = policyOutput(views, stage.shape, batch.tokens);
      const sums = maskedRowSum(logProbs, batch.completionMask); // [2P]
      const logRatio: Tensor1D = sub(sums, referenceLogProbs);
      const [chosen, rejected] = [slice(logRatio, 0, P), slice(logRatio, P, P)];
      return {
        loss: dpoLoss(chosen, rejected, config),
        'rewards/chosen': mul(mean(chosen), beta) as Scalar,
        'rewards/rejected': mul(mean(rejected), beta) as Scalar,
        'rewards/margins': mul(mean(sub(chosen, rejected)), beta) as Scalar,
        'rewards/accuracies': mean(cast(greater(chosen, rejected), 'float32')) as Scalar,
        'logps/chosen': mean(slice(sums, 0, P)) as Scalar,
        'logps/rejected': mean(slice(sums, P, P)) as Scalar,
        entropy: maskedMean(entropy, batch.completionMask),
        // Of chosen completions only, as TRL: rejected tokens are meant to become less likely.
        mean_token_accuracy: maskedMean(slice(isLikeliest, 0, P), slice(batch.completionMask, 0, P)),
      };
    }, learningRate);
    disposeBatch(batch);
    referenceLogProbs.dispose();
    stage.step += 1;
    stage.setCounter('tokens', stage.counter('tokens') + batch.tokenCount);

    const [measured] = await readScalars([update]);
    checkFinite(stage.step, measured!.loss, measured!.grad_norm);
    const row = { ...measured, learning_rate: learningRate, num_tokens: stage.counter('tokens') };
    if (!isDue(stage.step, config)) yield { row };
    else {
      const seen = accuracyOf(await pairRewards(stage, 'seen', config, implicitRewards));
      const unseen = accuracyOf(await pairRewards(stage, 'unseen', config, implicitRewards));
      yield {
        row: { ...row, 'eval_seen_rewards/accuracies': seen, 'eval_unseen_rewards/accuracies': unseen, ...(await measureGold(policy.views)) },
        samples: await showSamples(policy.views),
      };
    }
  }
};
