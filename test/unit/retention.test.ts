/** Which checkpoints stay: the rule by itself, and as both stores follow it at commits, clean-ups and when a run comes back. */
import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { emptyColumns, type MetricColumns } from '../../src/contract/metrics';
import type { Retention } from '../../src/contract/run';
import { openDatabase } from '../../src/storage/database';
import { memoryStore } from '../../src/storage/memory-store';
import { goldIn, outdated, type Kept } from '../../src/storage/retention';
import { readRunFile, writeRunFile } from '../../src/storage/run-file';
import type { RunStore } from '../../src/storage/run-store';
import { bundleOf, checkpointAt, commitAt, recordOf, RUN, stageRecord, VOCABULARY } from './made-runs';

const at = (...steps: number[]): Kept[] => steps.map((step) => ({ step }));
const stay = (all: readonly Kept[], newest: number, rule?: Retention, total = 100) => {
  const gone = outdated(all, newest, rule, total);
  return all.filter((each) => !gone.includes(each)).map(({ step }) => step);
};

test('the newest stay, one at least, whatever order they come in', () => {
  expect(stay(at(30, 10, 20), 2)).toEqual([30, 20]);
  expect(stay(at(10, 20), 0)).toEqual([20]);
  expect(stay(at(10, 20), Infinity)).toEqual([10, 20]);
  expect(stay([], 2, 'best')).toEqual([]);
});

test('the best by gold reward stays too: the earliest of equals, and none where nobody measured', () => {
  const golds = [{ step: 10, gold: -1 }, { step: 20, gold: 3 }, { step: 30 }, { step: 40, gold: 3 }, { step: 50, gold: 1 }];
  expect(stay(golds, 1, 'best')).toEqual([20, 50]);
  expect(stay(at(10, 20), 1, 'best')).toEqual([20]);
  expect(stay([{ step: 10, gold: NaN }, { step: 20, gold: -5 }, { step: 30 }], 1, 'best')).toEqual([20, 30]);
});

test('one of every tenth stays, the first', () => {
  expect(stay(at(5, 9, 10, 15, 22, 29, 30, 31, 100), 1, 'spread')).toEqual([10, 22, 30, 100]);
  expect(stay(at(1, 2, 3), 1, 'spread', 0)).toEqual([1, 2, 3]); // a stage of no length has no tenths to thin out
});

test('what stays of a stage does not depend on how often it was looked at', () =>
  fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { maxLength: 40 }), fc.constantFrom<(Retention | undefined)[]>(undefined, 'best', 'spread'), fc.integer({ min: 1, max: 3 }), (steps, rule, newest) => {
    const all = steps.toSorted((a, b) => a - b).map((step): Kept => ({ step, gold: (step * 7919) % 101 }));
    let kept: Kept[] = [];
    for (const next of all) {
      kept = [...kept, next];
      const gone = outdated(kept, newest, rule, 200);
      kept = kept.filter((each) => !gone.includes(each));
    }
    expect(kept.map(({ step }) => step)).toEqual(stay(all, newest, rule, 200));
    expect(kept.length).toBeLessThanOrEqual(newest + 11);
  })));

test('the gold reward of a checkpoint is what was measured last before it', () => {
  const metrics: MetricColumns = { steps: [1, 2, 3, 4], columns: { loss: [1, 1, 1, 1], 'gold/reward': [null, 2, null, 4] } };
  expect([0, 1, 2, 3, 4, 9].map((step) => goldIn(metrics, step))).toEqual([{}, {}, { gold: 2 }, { gold: 2 }, { gold: 4 }, { gold: 4 }]);
  expect(goldIn(emptyColumns(), 9)).toEqual({});
});

let counted = 0;
describe.each<[string, () => Promise<RunStore>]>([['database', () => openDatabase(`retention-${counted++}`)], ['memory', async () => memoryStore()]])('a store in %s', (_, open) => {
  let store: RunStore;
  beforeEach(async () => {
    store = await open();
  });

  const stepsKept = async () => (await store.checkpoints(RUN, 'ppo')).map(({ step }) => step);
  const train = async (keep: Retention | undefined, golds: readonly (number | null)[]) => {
    await store.putRun({ ...recordOf(), ...(keep && { keep }) });
    for (const [i, gold] of golds.entries()) {
      const step = 10 * (i + 1);
      await store.commit({ ...commitAt('ppo', step - 10, step), metrics: { steps: [step], columns: { 'gold/reward': [gold] } } });
    }
  };

  test('keeps the best beside the newest two, says what each reached, and keeps it in a clean-up and after an undo', async () => {
    await train('best', [1, 5, null, 2, 3, 4]);
    expect(await stepsKept()).toEqual([60, 50, 20]);
    expect((await store.overview())[0]?.checkpoints.map(({ step, gold }) => [step, gold])).toEqual([[60, 4], [50, 3], [20, 5]]);
    const bundle = (await store.bundle(RUN))!;
    expect(bundle.stages[0]!.checkpoints[2]).toEqual(checkpointAt('ppo', 20)); // what is kept of it is no part of the run
    await store.deleteRun(RUN);
    await store.putBundle(bundle);
    await store.commit({ ...commitAt('ppo', 60, 70), metrics: { steps: [70], columns: { 'gold/reward': [0] } } });
    expect(await stepsKept()).toEqual([70, 60, 20]);
  });

  test('keeps one every tenth, and follows a rule that was changed meanwhile', async () => {
    await train('spread', [1, 1, 1, 1, 1]);
    expect(await stepsKept()).toEqual([50, 40, 30, 20, 10]);
    await store.putRun(recordOf());
    await store.commit(commitAt('ppo', 50, 60));
    expect(await stepsKept()).toEqual([60, 50]);
  });

  test('slims what a run was told to keep, and drops the rest', async () => {
    const whole = bundleOf();
    const history = { ...whole.stages[3]!.history, metrics: { steps: [40, 60, 100], columns: { 'gold/reward': [9, 2, 3] } } };
    const ppo = { stage: stageRecord('ppo', 100), history, checkpoints: [100, 60, 40].map((step) => checkpointAt('ppo', step)) };
    await store.putBundle({ record: { ...whole.record, keep: 'best' }, stages: [...whole.stages.slice(0, 3), ppo] });
    expect(await store.slim(RUN)).toBeGreaterThan(0);
    expect(await stepsKept()).toEqual([100, 40]);
    const [newest, best] = (await store.bundle(RUN))!.stages[3]!.checkpoints;
    expect(newest!.tensors.length).toBe(best!.tensors.length);
    expect(newest!.tensors.length).toBeLessThan(checkpointAt('ppo', 100).tensors.length / 2);
    expect(await store.slim(RUN)).toBe(0);
  });
});

test('a run file says what its run was told to keep; another word is refused', async () => {
  const bundle = bundleOf();
  const about = { appVersion: '0.1.0', vocabulary: VOCABULARY };
  const kept = { ...bundle, record: { ...bundle.record, keep: 'spread' as const } };
  expect(await readRunFile(await writeRunFile(kept, about))).toEqual(kept);
  const odd = { ...bundle, record: { ...bundle.record, keep: 'everything' as Retention } }; // as somebody might write
  await expect(writeRunFile(odd, about).then(readRunFile)).rejects.toMatchObject({ code: 'unreadable-run-file' });
});
