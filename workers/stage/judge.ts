/** Who says how good a completion is while training: a reward model where the stage starts from one, else the task's own verifiable reward. */
import { tidy } from '@tensorflow/tfjs-core';
import { Failure } from '../../src/contract/failures';
import type { Example } from '../../src/tasks/task';
import { scoresAt } from '../model/heads';
import type { Views } from '../model/parameters';
import { batchOf } from '../tensor/sequences';
import { measuredByLength } from './evaluate';
import type { Stage } from './stage';

/** One number per completion, higher is better. -> [B] */
export type Judge = (rows: readonly Example[]) => Promise<Float32Array>;

/** Rewards of a reward model, read at each row's last real token. */
export const rewardsOf = (views: Views, rows: readonly Example[]): Promise<Float32Array> =>
  measuredByLength(rows, async (block) => {
    const rewards = tidy(() => {
      const { tokens, lastMask } = batchOf(block);
      return scoresAt(views, tokens, lastMask);
    });
    const numbers = await rewards.data();
    rewards.dispose();
    return numbers;
  });

/** Throws `invalid-config` where there is nobody to judge, and `non-finite-reward` from the judge where a reward is no number. */
export function judgeOf(stage: Stage): Judge {
  const rewards = stage.has('reward') ? ofModel(stage) : ofTask(stage);
  return async (rows) => {
    const scores = await rewards(rows);
    if (!scores.every(Number.isFinite)) throw new Failure('non-finite-reward', `step ${stage.step}`);
    return scores;
  };
}

function ofModel(stage: Stage): Judge {
  const { views } = stage.frozen({ head: 'score', from: 'reward' });
  return (rows) => rewardsOf(views, rows);
}

function ofTask({ task }: Stage): Judge {
  if (!task.isVerifiable) throw new Failure('invalid-config', 'this task has no verifiable reward, so the stage must start from a reward model');
  return async (rows) => Float32Array.from(rows, ({ prompt, completion }) => task.gold(prompt, completion));
}
