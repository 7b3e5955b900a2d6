/** Fresh completions, several of each prompt side by side, and what TRL reports of them: leaf pieces of methods that compare the completions of a prompt. */
import type { Random } from '../../src/contract/random';
import { detail } from '../../src/contract/details';
import { Failure } from '../../src/contract/failures';
import type { MetricRow } from '../../src/contract/metrics';
import type { TokenCredit } from '../../src/contract/run';
import type { Example } from '../../src/tasks/task';
import { generate } from '../model/generate';
import type { Views } from '../model/parameters';
import { deviation, flatShare } from '../tensor/groups';
import { hasEnded, meanGold } from './evaluate';
import type { Stage } from './stage';

export interface GroupKnobs {
  /** Completions in all. */
  batchSize: number;
  /** Completions of each prompt. */
  groupSize: number;
  temperature: number;
}

/** Throws `invalid-config` where the batch cannot be cut into groups. */
export function checkGroups({ batchSize, groupSize }: GroupKnobs): void {
  if (batchSize % groupSize !== 0) throw new Failure('invalid-config', detail('batch-of-groups', batchSize, groupSize));
}

/** Completions of training prompts, those of one prompt beside each other. -> [B] */
export async function sampleGroups(stage: Stage, policy: Views, { batchSize, groupSize, temperature }: GroupKnobs, { prompts, tokens }: { prompts: Random; tokens: Random }): Promise<Example[]> {
  const asked = Array.from({ length: batchSize / groupSize }, () => stage.task.prompt('train', prompts));
  const repeated = asked.flatMap((prompt) => Array.from({ length: groupSize }, () => prompt));
  const completions = await generate(policy, repeated, tokens, { temperature });
  return repeated.map((prompt, i) => ({ prompt, completion: completions[i]! }));
}

/**
 * What each token of some completions earned, each beside others to the same prompt as in a batch of its own. The others are drawn anew, the same draws each time,
 * from no stream that training uses.
 * @param creditsOf rows group after group, the first of each the one that is asked about
 */
export function creditInGroups(stage: Stage, policy: Views, { groupSize, temperature }: GroupKnobs, creditsOf: (rows: Example[]) => Promise<TokenCredit[][]>) {
  return async (shown: readonly Example[]): Promise<TokenCredit[][]> => {
    const others = shown.flatMap(({ prompt }) => Array.from({ length: groupSize - 1 }, () => prompt));
    const completions = await generate(policy, others, stage.evaluationRandom('beside'), { temperature });
    const groups = shown.flatMap((row, i) => [row, ...completions.slice(i * (groupSize - 1), (i + 1) * (groupSize - 1)).map((completion) => ({ prompt: row.prompt, completion }))]);
    const credits = await creditsOf(groups);
    return shown.map((_, i) => credits[i * groupSize]!);
  };
}

/**
 * TRL's measures of a batch of completions and their scores, and the two counters; call once a step.
 * @param scores what the judge said, [B] @param rewards what advantages are made of, [B]: scores, less a KL penalty where there is one
 */
export function describeGroups(stage: Stage, rows: readonly Example[], scores: ArrayLike<number>, rewards: ArrayLike<number>, groupSize: number) {
  stage.setCounter('episodes', stage.counter('episodes') + rows.length);
  stage.setCounter('tokens', stage.counter('tokens') + rows.reduce((sum, { prompt, completion }) => sum + prompt.length + completion.length, 0));
  const reward = Array.from(scores).reduce((sum, score) => sum + score, 0) / rows.length;
  const lengths = rows.map(({ completion }) => completion.length);
  const ended = rows.filter(hasEnded);
  return {
    reward,
    reward_std: deviation(Array.from(scores)),
    frac_reward_zero_std: flatShare(rewards, groupSize),
    'objective/scores': reward,
    ...meanGold(stage.task, rows, 'objective/gold'),
    'completions/mean_length': lengths.reduce((sum, length) => sum + length, 0) / rows.length,
    'completions/min_length': Math.min(...lengths),
    'completions/max_length': Math.max(...lengths),
    'completions/mean_terminated_length': ended.reduce((sum, { completion }) => sum + completion.length, 0) / Math.max(1, ended.length),
    'completions/clipped_ratio': 1 - ended.length / rows.length,
    episode: stage.counter('episodes'),
    num_tokens: stage.counter('tokens'),
  } satisfies MetricRow;
}

/** A number a completion, at each of its tokens. */
export const alongTokens = (rows: readonly Example[], numbers: readonly number[]): number[][] => rows.map(({ completion }, i) => completion.map(() => numbers[i]!));

/** Mean of each measure over a step's updates on one batch of completions. */
export function averageOf<Name extends string>(updates: readonly Record<Name, number>[]): Record<Name, number> {
  // Every update measures the same things.
  return Object.fromEntries((Object.keys(updates[0]!) as Name[]).map((name) => [name, updates.reduce((sum, update) => sum + update[name], 0) / updates.length])) as Record<Name, number>;
}
