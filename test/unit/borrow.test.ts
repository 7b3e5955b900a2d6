/** Beginning a run from checkpoints of others: what may be taken, what need not be trained then, and what is written. */
import { beforeEach, describe, expect, test } from 'vitest';
import { parseRunConfig, withSettings, type RunConfig } from '../../src/contract/config';
import { asRunId } from '../../src/contract/ids';
import { emptyColumns } from '../../src/contract/metrics';
import type { CheckpointRef, RunRecord } from '../../src/contract/run';
import { configOf, recipeOf } from '../../src/recipes';
import { branchFrom, canBorrow, checkpointOffers, putBorrowed, skippedStages } from '../../src/state/borrow';
import { memoryStore } from '../../src/storage/memory-store';
import type { RunStore } from '../../src/storage/run-store';
import { exportRun, importRun } from '../../src/storage/transfer';
import { madeReport } from '../page/fixtures';
import { bundleOf, checkpointAt, config, contentOf, RUN, VOCABULARY } from './made-runs';

const NEW = asRunId('run-new');
const OTHER = asRunId('run-other');
const stored = (stage: string, step = 100): CheckpointRef => ({ run: RUN, stage, step });
const record: RunRecord = { id: NEW, name: 'New', config, created: 2000, appVersion: '0.1.0', parents: [] };
/** Of the shape that the stored run has. */
const dpoConfig = configOf(recipeOf('names-dpo'), 1, ['model.width=8', 'model.layers=1', 'model.heads=2']);

let store: RunStore;
beforeEach(async () => {
  store = memoryStore();
  await store.putBundle(bundleOf());
});

test('a stage can be borrowed when another starts from it', () => {
  expect(config.stages.map(({ id }) => canBorrow(config, id))).toEqual([true, true, true, false]);
  expect(dpoConfig.stages.map(({ id }) => canBorrow(dpoConfig, id))).toEqual([true, true, false]);
  expect(canBorrow(config, 'nowhere')).toBe(false);
});

describe('stages that need no training', () => {
  test.each<[string[], string[]]>([
    [[], []],
    [['pretrain'], []],
    [['sft'], ['pretrain']],
    [['reward-model'], []], // the policy still comes from sft
    [['sft', 'reward-model'], ['pretrain']],
    [['pretrain', 'sft'], ['pretrain']], // borrowed for nothing
  ])('with %j borrowed are %j', (borrowed, skipped) => {
    expect([...skippedStages(config, Object.fromEntries(borrowed.map((stage) => [stage, stored(stage)])))]).toEqual(skipped);
  });

  test('follow from the run and not from the order of its stages: a second branch is skipped with what led to it', () => {
    const branched = parseRunConfig({
      ...config,
      stages: [
        config.stages[0], config.stages[1],
        { id: 'pretrain-b', start: {}, train: { algorithm: 'pretrain' } },
        { id: 'sft-b', start: { policy: 'pretrain-b' }, train: { algorithm: 'sft' } },
        { id: 'reward-model', start: { trunk: 'sft-b' }, train: { algorithm: 'reward-model' } },
        config.stages[3],
      ],
    });
    expect([...skippedStages(branched, { 'reward-model': stored('reward-model') })]).toEqual(['pretrain-b', 'sft-b']);
  });
});

describe('going another way from a checkpoint', () => {
  const kept = ['ppo', 'reward-model', 'sft', 'pretrain'].map((stage) => stored(stage));

  test.each<[string, number, Record<string, CheckpointRef> | null]>([
    ['pretrain', 50, { pretrain: stored('pretrain', 50) }],
    ['sft', 100, { sft: stored('sft') }],
    ['reward-model', 100, { 'reward-model': stored('reward-model') }],
    ['ppo', 70, { sft: stored('ppo', 70), 'reward-model': stored('reward-model') }], // on from this policy, by the same judge
  ])('of %s at %d', (stage, step, borrowed) => expect(branchFrom(config, stored(stage, step), kept)).toEqual(borrowed));

  test('needs no other checkpoint to be kept', () => expect(branchFrom(config, stored('ppo'), [])).toEqual({ sft: stored('ppo') }));

  test('is nothing where no stage could start from it', () => {
    const alone = parseRunConfig({ ...config, stages: config.stages.slice(0, 3) }); // ends with the reward model
    expect(branchFrom(alone, stored('reward-model'), kept)).toBeNull();
    expect(branchFrom(parseRunConfig({ ...config, stages: config.stages.slice(0, 1) }), stored('pretrain'), kept)).toBeNull();
    const small = parseRunConfig({ ...config, stages: [config.stages[0], { ...config.stages[1], model: { width: 16, layers: 1, heads: 2 } }] });
    expect(branchFrom(small, stored('sft'), kept)).toBeNull();
  });
});

describe('offers', () => {
  const stepsOf = async (wanted: RunConfig) => Object.fromEntries(Object.entries(await checkpointOffers(store, wanted)).map(([stage, offers]) => [stage, offers.map(({ ref }) => `${ref.stage} ${ref.step}`)]));

  test('are every stored checkpoint of the kind of model that the stage makes', async () => {
    const policies = ['ppo 100', 'pretrain 100', 'sft 100', 'pretrain 50'];
    expect(await stepsOf(config)).toEqual({ pretrain: policies, sft: policies, 'reward-model': ['reward-model 100'], ppo: policies });
    expect(await stepsOf(dpoConfig)).toEqual({ pretrain: policies, sft: policies, dpo: policies });
  });

  test('say which run, stage and step they are from, the newest run first', async () => {
    await store.putBundle({ ...bundleOf(NEW), record: { ...record, name: 'Later' } });
    const offers = (await checkpointOffers(store, config))['reward-model'];
    expect(offers).toEqual([
      { ref: { run: NEW, stage: 'reward-model', step: 100 }, name: 'Later' },
      { ref: stored('reward-model'), name: 'Names, seed 7' },
    ]);
  });

  test.each(['model.width=16', 'model.layers=2', 'model.heads=4'])('leave out models of another shape: %s', async (setting) => {
    expect(Object.values(await stepsOf(withSettings(config, [setting]))).flat()).toEqual([]);
  });

  test('leave out another task, but neither another seed nor other data of the same', async () => {
    expect(Object.values(await stepsOf(parseRunConfig({ ...config, task: { id: 'digits' } }))).flat()).toEqual([]);
    expect(await stepsOf({ ...config, seed: 99, task: { id: 'names', decade: '1880', pairs: 64 } })).toEqual(await stepsOf(config));
  });

  test('are none in an empty store, for every stage', async () => {
    store = memoryStore();
    expect(await stepsOf(config)).toEqual({ pretrain: [], sft: [], 'reward-model': [], ppo: [] });
  });
});

describe('a run that borrows', () => {
  beforeEach(() => store.putRun(record));

  test('has the checkpoint as the finished result of its stage, and what led up to it as skipped', async () => {
    const source = await store.bundle(RUN);
    await putBorrowed(store, record, { sft: stored('ppo') });
    expect(await store.stages(NEW)).toEqual([
      { run: NEW, stage: 'pretrain', step: 0, total: 0, finished: true, engine: null, updated: expect.any(Number), seconds: 0, borrowed: stored('ppo') },
      { run: NEW, stage: 'sft', step: 100, total: 100, finished: true, engine: null, updated: expect.any(Number), seconds: 0, borrowed: stored('ppo') },
    ]);
    expect(await store.checkpoints(NEW)).toEqual([{ run: NEW, stage: 'sft', step: 100 }]);
    const { tensors, state } = checkpointAt('ppo', 100);
    expect(await store.checkpoint({ run: NEW, stage: 'sft', step: 100 })).toMatchObject({ run: NEW, stage: 'sft', step: 100, tensors, state });
    expect(await store.history(NEW, 'sft')).toEqual({ metrics: emptyColumns(), samples: [], events: [] });
    expect(await store.bundle(RUN)).toEqual(source);
  });

  describe('a reward model', () => {
    /** @param step at which its report was made */
    async function borrowReported(step: number) {
      const report = { ...madeReport(), step };
      const { record: source, stages } = bundleOf(OTHER);
      await store.putBundle({ record: source, stages: stages.map((entry) => (entry.stage.stage === 'reward-model' ? { ...entry, stage: { ...entry.stage, report } } : entry)) });
      await putBorrowed(store, record, { sft: stored('sft'), 'reward-model': { run: OTHER, stage: 'reward-model', step: 100 } });
      return { report, found: (await store.stages(NEW)).find(({ stage }) => stage === 'reward-model')?.report };
    }

    test('has its report, and so has the file of the run', async () => {
      const { report, found } = await borrowReported(100);
      expect(found).toEqual(report);
      const { bytes } = await exportRun(store, NEW, { appVersion: '0.1.0', vocabulary: VOCABULARY });
      const elsewhere = memoryStore();
      await importRun(elsewhere, bytes);
      expect(await elsewhere.bundle(NEW)).toEqual(await store.bundle(NEW));
    });

    test('has none where the report is about later weights: that is another model', async () => {
      expect((await borrowReported(1600)).found).toBeUndefined();
    });
  });

  test('keeps what it borrowed when the source is deleted', async () => {
    await putBorrowed(store, record, { sft: stored('sft'), 'reward-model': stored('reward-model') });
    await store.deleteRun(RUN);
    expect((await store.stages(NEW)).map(({ stage, step }) => [stage, step])).toEqual([['pretrain', 0], ['sft', 100], ['reward-model', 100]]);
    expect((await store.checkpoint({ run: NEW, stage: 'reward-model', step: 100 }))?.tensors).toEqual(checkpointAt('reward-model', 100).tensors);
  });

  test('copies nothing for a stage that is skipped', async () => {
    await putBorrowed(store, record, { pretrain: stored('pretrain', 50), sft: stored('sft') });
    expect(await store.checkpoints(NEW)).toEqual([{ run: NEW, stage: 'sft', step: 100 }]);
    expect((await store.stages(NEW)).map(({ stage, step }) => [stage, step])).toEqual([['pretrain', 0], ['sft', 100]]);
  });

  test('writes nothing at all when one of several checkpoints is gone', async () => {
    const before = await contentOf(store);
    await expect(putBorrowed(store, record, { sft: stored('sft'), 'reward-model': stored('reward-model', 99) })).rejects.toMatchObject({ code: 'missing-checkpoint', detail: 'reward-model step 99' });
    expect(await contentOf(store)).toEqual(before);
  });

  test('is not kept from beginning by a checkpoint that it does not need', async () => {
    await putBorrowed(store, record, { pretrain: stored('pretrain', 99), sft: stored('sft') });
    expect(await store.checkpoints(NEW)).toHaveLength(1);
  });

  test('and borrows nothing is left to train from its start', async () => {
    const before = await contentOf(store);
    await putBorrowed(store, record, {});
    expect(await contentOf(store)).toEqual(before);
  });

  test('can be exported and imported like any other', async () => {
    await putBorrowed(store, record, { sft: stored('ppo'), 'reward-model': stored('reward-model') });
    const { bytes } = await exportRun(store, NEW, { appVersion: '0.1.0', vocabulary: VOCABULARY });
    const elsewhere = memoryStore();
    await importRun(elsewhere, bytes);
    expect(await elsewhere.bundle(NEW)).toEqual(await store.bundle(NEW));
  });
});
