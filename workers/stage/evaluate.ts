/**
 * Measurements that training never sees: the true reward of fresh completions on held-out prompts, and accuracy on held-out pairs.
 * Prompts and draws are the same at every evaluation and for both models, so that differences are the model's.
 */
import { tidy } from '@tensorflow/tfjs-core';
import { exp, square } from '../../src/contract/exact';
import type { MetricRow } from '../../src/contract/metrics';
import type { Example, PairSplit, PreferencePair, Task } from '../../src/tasks/task';
import { generate, type GenerateOptions } from '../model/generate';
import { policyOutput } from '../model/heads';
import type { Views } from '../model/parameters';
import { maskedRowSum } from '../tensor/masked';
import { batchOf, lengthOf } from '../tensor/sequences';
import type { Stage } from './stage';
import { distinctPairs, distinctShare, repetition } from './variety';

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

/** True reward of a completion; undefined where the task has none. */
export const goldOf = (task: Task, { prompt, completion }: Example): number | undefined => task.gold?.(prompt, completion);

/** Mean true reward under a name; nothing where the task has none. */
export function meanGold<Name extends 'gold/reward' | 'objective/gold'>(task: Task, rows: readonly Example[], name: Name): Partial<Record<Name, number>> {
  if (!task.gold) return {};
  return { [name]: rows.reduce((sum, row) => sum + goldOf(task, row)!, 0) / rows.length } as Record<Name, number>; // a computed name is lost to the type
}

/** Roles by which a stage has the model that came with the page: its own, or that of the stage `base` of its run. */
const ORIGINS = ['file', 'base'];

/** What a sample of completions is like, by the task's own truth. */
export function describeSamples(task: Task, rows: readonly Example[], distinctOf = DISTINCT_OF) {
  const n = rows.length;
  const share = (holds: (row: Example) => boolean) => rows.filter(holds).length / n;
  return {
    ...meanGold(task, rows, 'gold/reward'),
    'samples/length': rows.reduce((sum, { completion }) => sum + completion.length, 0) / n,
    'samples/eos_rate': share(hasEnded),
    'samples/distinct': distinctShare(rows.slice(0, distinctOf)),
    'samples/distinct_2': distinctPairs(rows.slice(0, distinctOf)),
    'samples/repetition': repetition(rows),
    ...(task.isReal && { 'samples/valid_fraction': share(({ prompt, completion }) => task.isReal?.(prompt, completion) === true) }),
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
      const completions = await generate(views, block, random, options);
      block.forEach((prompt, i) => rows.push({ prompt, completion: completions[i]! }));
    }
    return rows;
  };
}

/** Share of prompts on which `now` has the higher gold reward, ties counting half, and how much higher it is on average; each with the standard error of that mean over prompts. Nothing where the task has no gold. */
export function winRate(task: Task, now: readonly Example[], before: readonly Example[]): MetricRow {
  if (!task.gold) return {};
  const gold = (row: Example) => goldOf(task, row)!; // it has one
  const gains = now.map((row, i) => gold(row) - gold(before[i]!)); // the same prompts
  const [won, gained] = [meanAndError(gains.map((gain) => (Math.sign(gain) + 1) / 2)), meanAndError(gains)];
  return { 'gold/win_rate': won.mean, 'gold/win_rate_stderr': won.error, 'gold/gain': gained.mean, 'gold/gain_stderr': gained.error };
}

/** A mean and its standard error. */
function meanAndError(numbers: readonly number[]) {
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const variance = numbers.reduce((sum, number) => sum + square(number - mean), 0) / (numbers.length - 1);
  return { mean, error: Math.sqrt(variance / numbers.length) };
}

/** exp of the mean −log p of a completion's token under a model, over all tokens of all rows. */
export async function perplexity(views: Views, rows: readonly Example[]): Promise<number> {
  const logProbs = await sequenceLogProbs(views, rows);
  return exp(-logProbs.reduce((sum, logProb) => sum + logProb, 0) / rows.reduce((sum, { completion }) => sum + completion.length, 0));
}

/** Measures completions of the model now, how often they beat those of the model the stage started from, and, where the run began with a model that came with the page, how strange they are to that one. @param kl also the k1 estimate of KL to it @param options how completions are drawn */
export function goldEvaluation(stage: Stage, reference: Views, size: EvaluationSize, { kl = false, options = {} }: { kl?: boolean; options?: GenerateOptions } = {}) {
  const answers = answersOf(stage, size, options);
  const role = ORIGINS.find((each) => stage.has(each));
  const origin = role === undefined ? undefined : stage.frozen({ from: role });
  const earlier = new Map<number, Example[]>();
  return async (policy: Views): Promise<MetricRow> => {
    const count = promptsFor(stage, size);
    const before = earlier.get(count) ?? (await answers(reference, count));
    earlier.set(count, before);
    const now = policy === reference ? before : await answers(policy, count); // where nothing is trained they are one model
    const row = {
      ...describeSamples(stage.task, now, Math.min(DISTINCT_OF, Math.ceil(size.evaluateOn / 4))),
      ...winRate(stage.task, now, before),
      ...(origin && { 'samples/perplexity': await perplexity(origin.views, now) }),
    };
    return kl ? { ...row, 'objective/kl': await sequenceKl(policy, reference, now, options.temperature) } : row;
  };
}

/** Mean over completions of log π(y|x) − log ref(y|x), nats, both at the temperature that the rows were sampled from the policy at. */
async function sequenceKl(policy: Views, reference: Views, rows: readonly Example[], temperature?: number): Promise<number> {
  const logProbs = await sequenceLogProbs(policy, rows, temperature);
  const referenceLogProbs = await sequenceLogProbs(reference, rows, temperature);
  return logProbs.reduce((sum, logProb, i) => sum + logProb - referenceLogProbs[i]!, 0) / rows.length;
}

/**
 * One number per row, measured in blocks of rows of similar length: a block is as wide as its longest row. -> [B]
 * What our kernels say of a row does not depend on its company or on padding (test/backend/model.test.ts), so a resumed run may meet it in another block.
 */
export async function measuredByLength(rows: readonly Example[], measure: (block: Example[]) => Promise<ArrayLike<number>>): Promise<Float32Array> {
  const measured = new Float32Array(rows.length);
  const order = rows.map((_, i) => i).sort((a, b) => lengthOf(rows[a]!) - lengthOf(rows[b]!)); // stable
  for (let first = 0; first < rows.length; first += BLOCK) {
    const places = order.slice(first, first + BLOCK);
    const numbers = await measure(places.map((i) => rows[i]!));
    places.forEach((i, k) => (measured[i] = numbers[k]!));
  }
  return measured;
}

/** Log-probability of each row's whole completion, summed as a training step sums it, so that an untrained policy's ratio to its reference is exactly 1. -> [B] */
export const sequenceLogProbs = (views: Views, rows: readonly Example[], temperature = 1): Promise<Float32Array> =>
  measuredByLength(rows, async (block) => {
    const sums = tidy(() => {
      const { tokens, completionMask } = batchOf(block);
      return maskedRowSum(policyOutput(views, tokens, temperature).logProbs, completionMask);
    });
    const numbers = await sums.data();
    sums.dispose();
    return numbers;
  });

/** The same for each token of the completion, on average. -> [B] */
export const meanLogProbs = async (views: Views, rows: readonly Example[]): Promise<Float32Array> =>
  (await sequenceLogProbs(views, rows)).map((sum, i) => sum / rows[i]!.completion.length);

/** Rows of pairs stacked as everywhere here: chosen first, rejected after, [2P]. */
export const stacked = (pairs: readonly PreferencePair[]): Example[] => [
  ...pairs.map(({ prompt, chosen }) => ({ prompt, completion: chosen })),
  ...pairs.map(({ prompt, rejected }) => ({ prompt, completion: rejected })),
];

/** Tokens of the longer side. */
export const pairLength = ({ prompt, chosen, rejected }: PreferencePair): number => prompt.length + Math.max(chosen.length, rejected.length);

export interface PairRewards {
  chosen: number;
  rejected: number;
}

/** Rewards of held-out pairs. @param rewardsOf rewards of pairs, stacked, [2P] */
export async function pairRewards(stage: Stage, split: PairSplit, size: EvaluationSize, rewardsOf: (pairs: readonly PreferencePair[]) => Promise<ArrayLike<number>>): Promise<PairRewards[]> {
  const pairs = stage.task.pairs(split).slice(0, 4 * promptsFor(stage, size));
  const rewards = await rewardsOf(pairs);
  return pairs.map((_, i) => ({ chosen: rewards[i]!, rejected: rewards[pairs.length + i]! }));
}

/** Share of pairs whose chosen completion has the higher reward (TRL: ties count as wrong). */
export const accuracyOf = (rewards: readonly PairRewards[]): number => rewards.filter(({ chosen, rejected }) => chosen > rejected).length / rewards.length;
