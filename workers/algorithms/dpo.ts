/**
 * Direct Preference Optimization (Rafailov et al. 2023, arXiv:2305.18290).
 *
 * The policy is trained on pairs so that its log-ratio to a frozen reference is larger on the chosen completion than on the rejected one.
 * No reward model, no sampling. Departure: conservative label smoothing (Mitchell 2023) is optional.
 * The reference's log-probabilities are computed once per pair, when the pair is first met.
 */
import { add, cast, greater, mean, mul, neg, slice, softplus, sub, tensor1d, type Scalar, type Tensor1D } from '@tensorflow/tfjs-core';
import type { PreferencePair } from '../../src/tasks/task';
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

/** Reference log-probabilities of pairs, stacked, [2P]: from memory where a pair was met before. */
function rememberedReference(stage: Stage, reference: Views) {
  const known = new Map<PreferencePair, { chosen: number; rejected: number }>();
  return async (pairs: readonly PreferencePair[]): Promise<Float32Array> => {
    const missing = pairs.filter((pair) => !known.has(pair));
    const sums = await sequenceLogProbs(stage, reference, stacked(missing));
    missing.forEach((pair, i) => known.set(pair, { chosen: sums[i]!, rejected: sums[missing.length + i]! }));
    const found = pairs.map((pair) => known.get(pair)!); // each was known or has just been measured
    return Float32Array.from([...found.map(({ chosen }) => chosen), ...found.map(({ rejected }) => rejected)]);
  };
}

export const dpo: TrainingLoop<'dpo'> = async function* (stage, config) {
  const { beta, batchSize: P } = config;
  const policy = stage.trained('policy', { from: 'policy' });
  const reference = stage.frozen({ from: 'policy' });
  const optimizer = stage.optimizer('policy', policy, config);
  const pairs = stage.task.pairs('train');
  const itemsOf = batchesOf({ count: pairs.length, batchSize: P, lengthOf: (item) => pairLength(pairs[item]!), randomOf: (epoch) => stage.freshRandom(`order ${epoch}`) });
  const referenceOf = rememberedReference(stage, reference.views);
  const measureGold = goldEvaluation(stage, reference.views, config, { kl: true });
  const showSamples = showcase(stage, reference.views);
  // Implicit reward without its factor β > 0, which no comparison needs.
  const implicitRewards = async (some: readonly PreferencePair[]) => {
    const [now, before] = [await sequenceLogProbs(stage, policy.views, stacked(some)), await referenceOf(some)];
    return now.map((logProb, i) => logProb - before[i]!);
  };

  while (stage.step < config.steps) {
    const drawnPairs = itemsOf(stage.step).map((item) => pairs[item]!);
    const referenceLogProbs = tensor1d(await referenceOf(drawnPairs));
    const batch = batchOf(stacked(drawnPairs));
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
