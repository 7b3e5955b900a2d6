/** What the kill test calls a loss and what it calls a difference: it must overlook neither. */
import { describe, expect, it } from 'vitest';
import type { RunBundle } from '../../src/storage/run-store';
import { differenceFrom, lostSteps, placeOf } from '../../scripts/kills/stored';
import { checkpointAt, recordOf, rows, stageRecord } from './made-runs';

/** Pretraining ended, fine-tuning at step 40. */
const stored = (): RunBundle => ({
  record: recordOf(),
  stages: [
    { stage: stageRecord('pretrain', 100), history: { metrics: rows(0, 100), samples: [], events: [] }, checkpoints: [checkpointAt('pretrain', 100)] },
    { stage: stageRecord('sft', 40), history: { metrics: rows(0, 40), samples: [], events: [] }, checkpoints: [checkpointAt('sft', 40)] },
  ],
});

/** Both ended. */
const whole = (): RunBundle => ({
  record: recordOf(),
  stages: ['pretrain', 'sft'].map((stage) => ({ stage: stageRecord(stage, 100), history: { metrics: rows(0, 100), samples: [], events: [] }, checkpoints: [checkpointAt(stage, 100)] })),
});

describe('steps lost between what was seen and what is stored', () => {
  it.each([
    [{ stage: 0, step: 37 }, { stage: 0, step: 35 }, 2],
    [{ stage: 0, step: 37 }, { stage: 0, step: 40 }, 0], // the page shows a step a moment after it was made
    [{ stage: 1, step: 3 }, { stage: 1, step: 0 }, 3],
    [{ stage: 0, step: 120 }, { stage: 1, step: 0 }, 0],
    [{ stage: 1, step: 1 }, { stage: 0, step: 115 }, Infinity], // the stage before was finished, and is not any more
  ])('seen at %o, stored at %o: %d', (seen, at, lost) => {
    expect(lostSteps(seen, at)).toBe(lost);
  });

  it('a run stands in its first stage that is not finished', () => {
    expect(placeOf(stored())).toEqual({ stage: 1, step: 40 });
    expect(placeOf(whole())).toEqual({ stage: 2, step: 0 });
    expect(placeOf({ ...stored(), stages: [] })).toEqual({ stage: 0, step: 0 });
  });
});

describe('a difference from the run that was never interrupted', () => {
  it('is none in the beginning of the same run', () => {
    expect(differenceFrom(whole(), stored())).toBe('');
    expect(differenceFrom(whole(), whole())).toBe('');
  });

  it.each<[string, (run: RunBundle) => void, RegExp]>([
    ['a last digit', ({ stages }) => void (stages[1]!.history.metrics.columns.loss![20] = 1 / 21 + 1e-17 * 8), /^sft step 21: loss is/],
    ['a row that is missing', ({ stages }) => void stages[1]!.history.metrics.steps.pop(), /40 and has 39 rows/],
    ['a number that was never measured', ({ stages }) => void (stages[1]!.history.metrics.columns.accuracy![0] = 0.5), /^sft step 1: accuracy is 0\.5, uninterrupted null/],
    ['a weight', ({ stages }) => void (stages[0]!.checkpoints[0]!.tensors[999] = stages[0]!.checkpoints[0]!.tensors[999]! ^ 1), /^pretrain: the last weights/],
    ['another stage', ({ stages }) => void (stages[1]!.stage.stage = 'dpo'), /^dpo is no stage/],
    ['no weights', ({ stages }) => void (stages[0]!.checkpoints.length = 0), /^pretrain: the last weights/],
  ])('is found in %s', (_, change, words) => {
    const changed = stored();
    changed.stages[0]!.checkpoints[0] = { ...changed.stages[0]!.checkpoints[0]!, tensors: changed.stages[0]!.checkpoints[0]!.tensors.slice() };
    change(changed);
    expect(differenceFrom(whole(), changed)).toMatch(words);
  });
});
