/** Completions marked good or bad by themselves, for methods that need no pairs: the task's own, or made of pairs by taking them apart. Leaf pieces of a step. */
import { mul, sub, sum, type Scalar, type Tensor1D } from '@tensorflow/tfjs-core';
import { detail } from '../../src/contract/details';
import { Failure } from '../../src/contract/failures';
import type { MetricRow } from '../../src/contract/metrics';
import type { Example } from '../../src/tasks/task';
import { batchesOf } from '../stage/batches';
import { stacked } from '../stage/evaluate';
import { labelledPairs } from '../stage/labelled-pairs';
import type { Stage } from '../stage/stage';
import { lengthOf } from '../tensor/sequences';

export interface MarkedBatch {
  rows: Example[];
  /** 1 for good, 0 for bad */
  marks: number[];
}

/** Chosen completions of pairs, then the rejected ones (as TRL takes pairs apart); or what was marked by itself, in its order. Throws `no-pairs`, `unusable-pair`, `invalid-config`. */
function markedRows(stage: Stage, labels: number, batchSize: number): { rows: Example[]; marks: number[] } {
  const marked = stage.givenPairs ? undefined : stage.task.marked?.('train');
  if (!marked) {
    const pairs = labelledPairs(stage, labels, Math.ceil(batchSize / 2));
    const rows = stacked(pairs);
    return { rows, marks: rows.map((_, i) => Number(i < pairs.length)) };
  }
  if (labels > marked.length) throw new Failure('invalid-config', detail('labels-of-marks', marked.length, labels));
  const taken = labels === 0 ? marked : marked.slice(0, labels);
  return { rows: taken.map(({ prompt, completion }) => ({ prompt, completion })), marks: taken.map(({ isGood }) => Number(isGood)) };
}

/** The batch of each step, steps counted from 0, in the order of the data set. Throws `no-pairs`, `unusable-pair`, `invalid-config`. */
export function markedBatches(stage: Stage, { batchSize, labels }: { batchSize: number; labels: number }): (step: number) => MarkedBatch {
  const { rows: all, marks } = markedRows(stage, labels, batchSize);
  const itemsOf = batchesOf({ count: all.length, batchSize, lengthOf: (item) => lengthOf(all[item]!), randomOf: (epoch) => stage.freshRandom(`order ${epoch}`) });
  return (step) => {
    const items = itemsOf(step).toSorted((a, b) => a - b);
    return { rows: items.map((item) => all[item]!), marks: items.map((item) => marks[item]!) }; // places among them
  };
}

type Sums = 'rewards/chosen' | 'rewards/rejected' | 'logps/chosen' | 'logps/rejected';

/** Sums over good and over bad completions, []. @param rewards implicit rewards [B] @param logps [B] @param isGood [B] 1 or 0 */
export function markedSums(rewards: Tensor1D, logps: Tensor1D, isGood: Tensor1D): Record<Sums, Scalar> {
  const isBad = sub(1, isGood);
  return { 'rewards/chosen': sum(mul(rewards, isGood)), 'rewards/rejected': sum(mul(rewards, isBad)), 'logps/chosen': sum(mul(logps, isGood)), 'logps/rejected': sum(mul(logps, isBad)) };
}

/** Means of those sums (TRL's KTOTrainer); a batch that happens to have none of a kind says nothing of it. */
export function markedMeans(sums: Record<Sums, number>, marks: readonly number[]): MetricRow {
  const good = marks.filter((mark) => mark === 1).length;
  const bad = marks.length - good;
  const row: MetricRow = {};
  if (good > 0) Object.assign(row, { 'rewards/chosen': sums['rewards/chosen'] / good, 'logps/chosen': sums['logps/chosen'] / good });
  if (bad > 0) Object.assign(row, { 'rewards/rejected': sums['rewards/rejected'] / bad, 'logps/rejected': sums['logps/rejected'] / bad });
  if (good > 0 && bad > 0) row['rewards/margins'] = sums['rewards/chosen'] / good - sums['rewards/rejected'] / bad;
  return row;
}
