/**
 * Reward model: Bradley-Terry on preference pairs (Christiano et al. 2017; Ouyang et al. 2022, eq. 1), one number per completion,
 * read at its last real token, from the policy it will judge plus a linear head.
 * Departures: optional margin (Touvron et al. 2023, eq. 2, here one for all pairs) and centring of rewards around 0 (Eisenstein et al. 2023, as TRL).
 */
import { add, mean, mul, slice, softplus, square, sub, tensor1d, tidy, neg, greater, cast, max, min, type Scalar, type Tensor1D } from '@tensorflow/tfjs-core';
import type { Example, PreferencePair } from '../../src/tasks/task';
import { scoresAt } from '../model/heads';
import { learningRateAt } from '../model/optimizer';
import type { Views } from '../model/parameters';
import { readScalars } from '../tensor/read';
import { batchOf, disposeBatch, type Sequences } from '../tensor/sequences';
import { checkFinite, isDue, type TrainingLoop } from './algorithm';
import { pairBatches } from './direct';
import { accuracyOf, pairRewards, stacked } from '../stage/evaluate';
import { rewardsOf } from '../stage/judge';
import { showcase } from '../stage/samples';

/** −log σ(chosen − rejected − margin) + centring·(chosen + rejected)², mean over pairs. [P], [P] -> [] */
export function bradleyTerryLoss(chosen: Tensor1D, rejected: Tensor1D, { margin, centring }: { margin: number; centring: number }): Scalar {
  // −log σ(m) is written softplus(−m): tf.logSigmoid has no gradient at intermediate tensors (TF.js 4.22).
  const preference = softplus(neg(sub(sub(chosen, rejected), margin)));
  return mean(add(preference, mul(square(add(chosen, rejected)), centring)));
}

/** Reward of each row, read at its last real token. -> [B] */
export const rewardsAtEnd = (views: Views, { tokens, lastMask }: Sequences): Tensor1D => scoresAt(views, tokens, lastMask);

/** The same loss of rewards read back from the device. */
async function lossOf(rewards: readonly { chosen: number; rejected: number }[], knobs: { margin: number; centring: number }): Promise<number> {
  const of = (side: 'chosen' | 'rejected') => tensor1d(rewards.map((pair) => pair[side]));
  const [read] = await readScalars([{ loss: tidy(() => bradleyTerryLoss(of('chosen'), of('rejected'), knobs)) }]);
  return read!.loss;
}

export const rewardModel: TrainingLoop<'reward-model'> = async function* (stage, config) {
  const reward = stage.trained('reward', { head: 'score', from: 'trunk' });
  const start = stage.frozen({ head: 'score', from: 'trunk' });
  const optimizer = stage.optimizer('reward', reward, config);
  const pairsOf = pairBatches(stage, config);
  // The trunk's own completions, as the reward model sees them before and now: the texts stay, the scores move.
  const judge = (of: Views) => (rows: readonly Example[]) => rewardsOf(of, rows);
  const judgePairs = (pairs: readonly PreferencePair[]) => rewardsOf(reward.views, stacked(pairs));
  const showSamples = showcase(stage, start.views, { scores: { before: judge(start.views), now: judge(reward.views) } });

  while (stage.step < config.steps) {
    const batch = batchOf(stacked(pairsOf(stage.step)));
    const learningRate = learningRateAt(stage.step, config);
    const update = optimizer.update((views) => {
      const rewards = rewardsAtEnd(views, batch);
      const chosen = slice(rewards, 0, config.batchSize);
      const rejected = slice(rewards, config.batchSize, config.batchSize);
      return {
        loss: bradleyTerryLoss(chosen, rejected, config),
        accuracy: mean(cast(greater(chosen, rejected), 'float32')) as Scalar,
        margin: mean(sub(chosen, rejected)) as Scalar,
        min_reward: min(rewards) as Scalar,
        mean_reward: mean(rewards) as Scalar,
        max_reward: max(rewards) as Scalar,
      };
    }, learningRate);
    disposeBatch(batch);
    stage.advance(batch);

    const [measured] = await readScalars([update]);
    checkFinite(stage.step, measured!.loss, measured!.grad_norm);
    const row = { ...measured, learning_rate: learningRate, num_tokens: stage.counter('tokens') };
    if (!isDue(stage.step, config)) yield { row };
    else {
      const seen = await pairRewards(stage, 'seen', config, judgePairs);
      const unseen = await pairRewards(stage, 'unseen', config, judgePairs);
      const measures = { eval_loss: await lossOf(seen, config), eval_seen_accuracy: accuracyOf(seen), eval_unseen_accuracy: accuracyOf(unseen) };
      yield { row: { ...row, ...measures }, samples: await showSamples(start.views) };
    }
  }
};
