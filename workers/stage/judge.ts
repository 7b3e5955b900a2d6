/** Who says how good a completion is while training: a reward model where the stage starts from one, else the task's own verifiable reward. */
import { tidy } from '@tensorflow/tfjs-core';
import type { PAIR_SCORINGS } from '../../src/contract/algorithms/reward-knobs';
import { detail } from '../../src/contract/details';
import { Failure } from '../../src/contract/failures';
import type { Example } from '../../src/tasks/task';
import { scoresAt } from '../model/heads';
import type { Views } from '../model/parameters';
import { batchOf } from '../tensor/sequences';
import { goldOf, measuredByLength } from './evaluate';
import type { Stage } from './stage';

/** One number per completion, higher is better. -> [B] */
export type Judge = (rows: readonly Example[]) => Promise<Float32Array>;

/** What each model of an ensemble says; who judges alone is an ensemble of one. -> of each, [B] */
export type Judges = (rows: readonly Example[]) => Promise<Float32Array[]>;

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

export type Scoring = (typeof PAIR_SCORINGS)[number];

/** What an ensemble says of each row: the mean of its members, or the lowest of them (Coste et al. 2023, arXiv:2310.02743: worst-case optimisation). A vote is about several rows (tensor/groups.ts); the score of one is the mean. @param rewards of each member, [B] -> [B] */
export function combined(rewards: readonly Float32Array[], scoring: Scoring): Float32Array {
  const [first, ...others] = rewards;
  if (!first) throw new Error('combined: want rewards of at least one model, got none');
  if (others.length === 0) return first;
  return first.map((_, i) => {
    const all = rewards.map((ofMember) => ofMember[i]!);
    return scoring === 'min' ? Math.min(...all) : all.reduce((sum, reward) => sum + reward, 0) / all.length;
  });
}

/** Rewards of every member of an ensemble. -> of each, [B] */
export async function rewardsOfAll(members: readonly Views[], rows: readonly Example[]): Promise<Float32Array[]> {
  const rewards: Float32Array[] = [];
  for (const views of members) rewards.push(await rewardsOf(views, rows));
  return rewards;
}

/** Throws `non-finite-reward` where a reward is no number. */
export function checkRewards(stage: Stage, rewards: Float32Array): Float32Array {
  if (!rewards.every(Number.isFinite)) throw new Failure('non-finite-reward', detail('step', stage.step));
  return rewards;
}

/** Throws `invalid-config` where there is nobody to judge; what it gives throws `non-finite-reward` where a reward is no number. */
export function judgesOf(stage: Stage): Judges {
  const rewards = stage.has('reward') ? ofModels(stage) : ofTask(stage);
  return async (rows) => (await rewards(rows)).map((ofMember) => checkRewards(stage, ofMember));
}

/** Several judges as one. */
export const asOne = (judges: Judges, scoring: Scoring): Judge => async (rows) => combined(await judges(rows), scoring);

/** The judge of a method that needs no more than one number a completion. @param scoring how the models of an ensemble become one. Throws as `judgesOf`. */
export const judgeOf = (stage: Stage, { scoring }: { scoring: Scoring }): Judge => asOne(judgesOf(stage), scoring);

function ofModels(stage: Stage): Judges {
  const members = Array.from({ length: stage.membersOf('reward') }, (_, member) => stage.frozen({ head: 'score', from: 'reward', member }).views);
  return (rows) => rewardsOfAll(members, rows);
}

function ofTask({ task }: Stage): Judges {
  if (!task.isVerifiable || !task.gold) throw new Failure('invalid-config', detail('not-verifiable'));
  return async (rows) => [Float32Array.from(rows, (row) => goldOf(task, row)!)];
}
