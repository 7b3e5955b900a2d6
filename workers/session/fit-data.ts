/** Whether a task's data can teach what the stages of a run want to learn: said before the first of them is trained. */
import { ALGORITHMS, type AlgorithmInfo, type Lesson } from '../../src/contract/algorithms';
import type { RunConfig } from '../../src/contract/config';
import { detail } from '../../src/contract/details';
import { Failure } from '../../src/contract/failures';
import type { Task } from '../../src/tasks';

function countOf(task: Task, lesson: Lesson): number {
  switch (lesson) {
    case 'texts': return task.corpus('train').length;
    case 'demonstrations': return task.demonstrationCount('train');
    case 'pairs': return task.pairs('train').length;
    case 'marks': return task.marked?.('train').length ?? 2 * task.pairs('train').length;
  }
}

/** Throws `unfit-data`, and `invalid-config` where a batch is larger than all there is. Stages that learn from another stage's pairs are not asked. */
export function checkData(task: Task, { stages }: RunConfig): void {
  if (!task.cannot) return; // it comes with the page, and can teach everything
  for (const { id, start, train } of stages) {
    const { learnsFrom }: AlgorithmInfo = ALGORITHMS[train.algorithm];
    if (learnsFrom === undefined || start['pairs'] !== undefined) continue;
    const why = task.cannot[learnsFrom];
    if (why !== undefined) throw new Failure('unfit-data', detail('at', id, why));
    const count = countOf(task, learnsFrom);
    if ('batchSize' in train && train.batchSize > count) throw new Failure('invalid-config', detail('batch-of-stage', id, count, learnsFrom));
  }
}
