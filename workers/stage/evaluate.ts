/**
 * Measurements that training never sees: the true reward of fresh completions on held-out prompts, and accuracy on held-out pairs.
 * Prompts and draws are the same at every evaluation and for both models, so that differences are the model's.
 */
import { tidy } from '@tensorflow/tfjs-core';
import type { MetricRow } from '../../src/contract/metrics';
import type { Example, PairSplit, PreferencePair, Task } from '../../src/tasks/task';
import { generate, type GenerateOptions } from '../model/generate';
import { policyOutput } from '../model/heads';
import type { Views } from '../model/parameters';
import { maskedRowSum } from '../tensor/masked';
import { batchOf } from '../tensor/sequences';
import type { Stage } from './stage';

/** How much an evaluation takes: everything asked for at the last step, a quarter of it on the way. */
export interface EvaluationSize {
  evaluateOn: number;
  steps: number;
}

const promptsFor = (stage: Stage, { evaluateOn, steps }: EvaluationSize): number => (stage.step >= steps ? evaluateOn : Math.ceil(evaluateOn / 4));

/** Rows per forward pass of an evaluation. */
const BLOCK = 256;

/** Of more answers a smaller share is different, so all evaluations of a stage look at as many: at most so many, or what the smaller ones have. */
const DISTINCT_OF = 128;

const distinctShare = (rows: readonly Example[]): number => new Set(rows.map(({ prompt, completion }) => [...prompt, ...completion].join())).size / rows.length;

/** What a sample of completions is like, by the task's own truth. */
export function describeSamples(task: Task, rows: readonly Example[], distinctOf = DISTINCT_OF) {
  const n = rows.length;
  const share = (holds: (row: Example) => boolean) => rows.filter(holds).length / n;
  return {
    'gold/reward': rows.reduce((sum, { prompt, completion }) => sum + task.gold(prompt, completion), 0) / n,
    'samples/length': rows.reduce((sum, { completion }) => sum + completion.length, 0) / n,
    'samples/eos_rate': share(hasEnded),
    'samples/distinct': distinctShare(rows.slice(0, distinctOf)),
    'samples/real_name_fraction': share(({ prompt, completion }) => task.isReal(prompt, completion)),
  };
}

/** EOS is token 1 in every task. */
export const hasEnded = ({ completion }: Example): boolean => completion.at(-1) === 1;

/** Completes the first `count` of the same held-out prompts with the same draws each time it is called. */
export function answersOf(stage: Stage, { evaluateOn }: EvaluationSize, options: GenerateOptions = {}) {
  const drawPrompt = stage.evaluationRandom('prompts');
  const prompts = Array.from({ length: evaluateOn }, () => stage.task.prompt('held-out', drawPrompt));
  return async (views: Views, count = prompts.length): Promise<Example[]> => {
    const rows: Example[] = [];
    const random = stage.evaluationRandom('draws');
    for (let first = 0; first < count; first += BLOCK) {
      const block = prompts.slice(first, Math.min(first + BLOCK, count));
      const completions = await generate(views, stage.shape, block, random, options);
      block.forEach((prompt, i) => rows.push({ prompt, completion: completions[i]! }));
    }
    return rows;
  };
}

/** Share of prompts on which `now` has the higher gold reward, ties counting half, and the standard error of that mean over prompts. */
export function winRate(task: Task, now: readonly Example[], before: readonly Example[]) {
  const gold = ({ prompt, completion }: Example) => task.gold(prompt, completion);
  const points = now.map((row, i) => (Math.sign(gold(row) - gold(before[i]!)) + 1) / 2);
  const rate = points.reduce((sum, point) => sum + point, 0) / points.length;
  const variance = points.reduce((sum, point) => sum + (point - rate) ** 2, 0) / (points.length - 1);
  return { 'gold/win_rate': rate, 'gold/win_rate_stderr': Math.sqrt(variance / points.length) };
}

/** Measures completions of the model now, and how often they beat those of the model the stage started from. @param kl also the k1 estimate of KL to it @param options how completions are drawn */
export function goldEvaluation(stage: Stage, reference: Views, size: EvaluationSize, { kl = false, options = {} }: { kl?: boolean; options?: GenerateOptions } = {}) {
  const answers = answersOf(stage, size, options);
  const earlier = new Map<number, Example[]>();
  return async (policy: Views): Promise<MetricRow> => {
    const count = promptsFor(stage, size);
    const before = earlier.get(count) ?? (await answers(reference, count));
    earlier.set(count, before);
    const now = await answers(policy, count);
    const row = { ...describeSamples(stage.task, now, Math.min(DISTINCT_OF, Math.ceil(size.evaluateOn / 4))), ...winRate(stage.task, now, before) };
    return kl ? { ...row, 'objective/kl': await sequenceKl(stage, policy, reference, now) } : row;
  };
}

/** Mean over completions of log π(y|x) − log ref(y|x), nats. @param rows sampled from the policy */
async function sequenceKl(stage: Stage, policy: Views, reference: Views, rows: readonly Example[]): Promise<number> {
  let sum = 0;
  for (let first = 0; first < rows.length; first += BLOCK) {
    const block = rows.slice(first, first + BLOCK);
    const logProbs = await sequenceLogProbs(stage, policy, block);
    const referenceLogProbs = await sequenceLogProbs(stage, reference, block);
    logProbs.forEach((logProb, i) => (sum += logProb - referenceLogProbs[i]!));
  }
  return sum / rows.length;
}

/**
 * Log-probability of each row's whole completion. -> [B]
 * Always at the full context width: sums in another width may differ in the last bit, and a resumed run meets rows in other company.
 */
export async function sequenceLogProbs(stage: Stage, views: Views, rows: readonly Example[]): Promise<Float32Array> {
  const sums = tidy(() => {
    const { tokens, completionMask } = batchOf(rows, stage.task.context);
    return maskedRowSum(policyOutput(views, stage.shape, tokens).logProbs, completionMask);
  });
  const numbers = (await sums.data()) as Float32Array; // log-probabilities are float32
  sums.dispose();
  return numbers;
}

/** Rows of pairs stacked as everywhere here: chosen first, rejected after, [2P]. */
export const stacked = (pairs: readonly PreferencePair[]): Example[] => [
  ...pairs.map(({ prompt, chosen }) => ({ prompt, completion: chosen })),
  ...pairs.map(({ prompt, rejected }) => ({ prompt, completion: rejected })),
];

/** Tokens of the longer side. */
export const pairLength = ({ prompt, chosen, rejected }: PreferencePair): number => prompt.length + Math.max(chosen.length, rejected.length);

/** Rewards of held-out pairs. @param rewardsOf reward of each row */
export async function pairRewards(stage: Stage, split: PairSplit, size: EvaluationSize, rewardsOf: (rows: Example[]) => Promise<ArrayLike<number>>): Promise<{ chosen: number; rejected: number }[]> {
  const pairs = stage.task.pairs(split).slice(0, 4 * promptsFor(stage, size));
  const found: { chosen: number; rejected: number }[] = [];
  for (let first = 0; first < pairs.length; first += BLOCK) {
    const block = pairs.slice(first, first + BLOCK);
    const rewards = await rewardsOf(stacked(block));
    block.forEach((_, i) => found.push({ chosen: rewards[i]!, rejected: rewards[block.length + i]! }));
  }
  return found;
}

/** Share of pairs whose chosen completion has the higher reward (TRL: ties count as wrong). */
export const accuracyOf = (rewards: readonly { chosen: number; rejected: number }[]): number => rewards.filter(({ chosen, rejected }) => chosen > rejected).length / rewards.length;
