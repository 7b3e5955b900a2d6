/** What methods that learn straight from stored preferences have in common: leaf pieces of a step. Each loop is written out in its own file. */
import { add, cast, greater, mean, mul, slice, sub, tensor1d, type Scalar, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import type { MetricRow } from '../../src/contract/metrics';
import type { Example, PreferencePair } from '../../src/tasks/task';
import { policyOutput } from '../model/heads';
import type { Parameters, Views } from '../model/parameters';
import { batchesOf } from '../stage/batches';
import { accuracyOf, goldEvaluation, pairLength, pairRewards, sequenceLogProbs, stacked, type EvaluationSize } from '../stage/evaluate';
import { labelledPairs } from '../stage/labelled-pairs';
import { pairsByPolicy } from '../stage/pair-samples';
import type { Reference } from '../stage/reference';
import { showcase } from '../stage/samples';
import type { Stage } from '../stage/stage';
import { maskedRowSum } from '../tensor/masked';
import type { Sequences } from '../tensor/sequences';
import { isDue, type StepReport } from './algorithm';

/** The pairs of each step's batch, steps counted from 0. @param order names the streams they are shuffled by. Throws `no-pairs`, `unusable-pair`, `invalid-config`. */
export function pairBatches(stage: Stage, { batchSize, labels }: { batchSize: number; labels: number }, order = 'order'): (step: number) => PreferencePair[] {
  const pairs = labelledPairs(stage, labels, batchSize);
  const itemsOf = batchesOf({ count: pairs.length, batchSize, lengthOf: (item) => pairLength(pairs[item]!), randomOf: (epoch) => stage.freshRandom(`${order} ${epoch}`) });
  return (step) => itemsOf(step).map((item) => pairs[item]!);
}

/** How likely the label of each pair is the wrong way round, [P]; undefined where all are certain, which spares a second look at the loss. */
export const doubtsOf = (pairs: readonly PreferencePair[]): Tensor1D | undefined =>
  pairs.some(({ probability = 1 }) => probability < 1) ? tensor1d(pairs.map(({ probability = 1 }) => 1 - probability)) : undefined;

/**
 * The loss to expect when each label is the wrong way round with that probability: every loss of pairs learns from soft labels so. For −log σ it is the cross-entropy with
 * the share of raters (as in Mitchell 2023, with a number a pair in place of one for all).
 * @param doubts [P]; undefined: labels are certain @param asLabelled, turned loss of each pair, and with its sides exchanged @returns [P]
 */
export const expectedLoss = (doubts: Tensor1D | undefined, asLabelled: Tensor1D, turned: () => Tensor1D): Tensor1D =>
  doubts ? add(mul(asLabelled, sub(1, doubts)), mul(turned(), doubts)) : asLabelled;

/** What a policy says of whole completions: log-probabilities and their company. */
export interface CompletionOutput {
  /** [B, T-1] of every predicted token, nats */
  logProbs: Tensor2D;
  /** [B] of the completion, nats */
  sums: Tensor1D;
  /** [B] its tokens, EOS included */
  counts: Tensor1D;
  /** [B, T-1] entropy, and 1 where the token was the likeliest, of every predicted token */
  entropy: Tensor2D;
  isLikeliest: Tensor2D;
}

export function completionOutput(views: Views, { tokens, completionMask }: Sequences): CompletionOutput {
  const { logProbs, entropy, isLikeliest } = policyOutput(views, tokens);
  return { logProbs, sums: maskedRowSum(logProbs, completionMask), counts: maskedRowSum(completionMask, completionMask), entropy, isLikeliest };
}

/** Chosen and rejected halves of what is stacked. [2P] -> [P], [P] */
export const halves = (stackedRows: Tensor1D): [chosen: Tensor1D, rejected: Tensor1D] => {
  const P = stackedRows.shape[0] / 2;
  return [slice(stackedRows, 0, P), slice(stackedRows, P, P)];
};

/**
 * What every comparison of pairs tells of itself.
 * @param chosen, rejected what the method takes for the reward, before β [P] @param sums log-probabilities of whole completions, chosen first, nats [2P]
 */
export function pairMeasures(chosen: Tensor1D, rejected: Tensor1D, beta: number, sums: Tensor1D) {
  const [logpsChosen, logpsRejected] = halves(sums);
  return {
    'rewards/chosen': mul<Scalar>(mean(chosen), beta),
    'rewards/rejected': mul<Scalar>(mean(rejected), beta),
    'rewards/margins': mul<Scalar>(mean(sub(chosen, rejected)), beta),
    'rewards/accuracies': mean<Scalar>(cast(greater(chosen, rejected), 'float32')),
    'logps/chosen': mean<Scalar>(logpsChosen),
    'logps/rejected': mean<Scalar>(logpsRejected),
  };
}

type RewardsOf = (rows: readonly Example[]) => Promise<ArrayLike<number>>;

/** log π(y|x) − log reference(y|x) of whole completions, nats. -> [B] */
export const logRatiosTo = (policy: Parameters, reference: Reference): RewardsOf => async (rows) => {
  const [now, before] = [await sequenceLogProbs(policy.views, rows), await reference.logProbs(rows)];
  return now.map((logProb, i) => logProb - before[i]!); // one a row
};

/** Accuracy on held-out pairs, where there are any. @param implicitRewards what the method takes the reward of a completion to be, up to a factor > 0 which no comparison needs. -> [B] */
export async function heldOutAccuracies(stage: Stage, config: EvaluationSize, implicitRewards: RewardsOf) {
  const ofPairs = (pairs: readonly PreferencePair[]) => implicitRewards(stacked(pairs));
  const row: MetricRow = {};
  for (const split of ['seen', 'unseen'] as const) {
    if (stage.task.pairs(split).length > 0) row[`eval_${split}_rewards/accuracies`] = accuracyOf(await pairRewards(stage, split, config, ofPairs));
  }
  return row;
}

/**
 * Adds what is measured when an evaluation is due: accuracy on held-out pairs, gold reward, win rate and KL to the model the stage began from, samples.
 * @param implicitRewards as above
 */
export function directReport(stage: Stage, config: EvaluationSize & { evaluateEvery: number }, policy: Parameters, start: Parameters, implicitRewards: RewardsOf): (row: MetricRow) => Promise<StepReport> {
  const measureGold = goldEvaluation(stage, start.views, config, { kl: true });
  const showSamples = showcase(stage, start.views, { pairs: (views) => pairsByPolicy(stage, views, start.views) });
  return async (row) => {
    if (!isDue(stage.step, config)) return { row };
    return { row: { ...row, ...(await heldOutAccuracies(stage, config, implicitRewards)), ...(await measureGold(policy.views)) }, samples: await showSamples(policy.views) };
  };
}
