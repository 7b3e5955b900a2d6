/** One set of promises, kept by both run stores; then a full disk, which only the database can meet. */
import 'fake-indexeddb/auto';
import type { PreferenceRecord } from '../../src/contract/preferences';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { asRunId } from '../../src/contract/ids';
import { appendColumns, emptyColumns } from '../../src/contract/metrics';
import { openDatabase } from '../../src/storage/database';
import { memoryStore } from '../../src/storage/memory-store';
import type { RunStore } from '../../src/storage/run-store';
import { encodeSafetensors } from '../../src/storage/safetensors';
import { bundleOf, checkpointAt, commitAt, contentOf, eventAt, recordOf, rows, RUN, samplesAt, stageRecord, TENSORS } from './made-runs';

let counted = 0;
const stores: [string, () => Promise<RunStore>][] = [
  ['database', () => openDatabase(`test-${counted++}`)],
  ['database, tensors in pieces', () => openDatabase(`test-${counted++}`, 100)],
  ['memory', async () => memoryStore()],
];

const OTHER = asRunId('run-test-2'); // begins like the first, so that a careless key range would catch both

describe.each(stores)('a run store in %s', (_, open) => {
  let store: RunStore;
  beforeEach(async () => {
    store = await open();
  });

  test('an unknown run is nothing, not an error', async () => {
    expect(await store.runs()).toEqual([]);
    expect(await store.run(RUN)).toBeUndefined();
    expect(await store.bundle(RUN)).toBeUndefined();
    expect(await store.stages(RUN)).toEqual([]);
    expect(await store.checkpoints(RUN)).toEqual([]);
    expect(await store.checkpoint({ run: RUN, stage: 'sft', step: 1 })).toBeUndefined();
    expect(await store.history(RUN, 'sft')).toEqual({ metrics: emptyColumns(), samples: [], events: [] });
    expect(await store.bytes(RUN)).toBe(0);
    await store.deleteRun(RUN);
    await store.clearStage(RUN, 'sft');
  });

  test('runs come newest first and renaming keeps what was trained', async () => {
    await store.putRun(recordOf(RUN, 1000));
    await store.putRun(recordOf(OTHER, 2000));
    await store.commit(commitAt('pretrain', 0, 4));
    await store.putRun({ ...recordOf(RUN, 1000), name: 'Renamed' });
    expect((await store.runs()).map(({ id, name }) => [id, name])).toEqual([[OTHER, 'Names, seed 7'], [RUN, 'Renamed']]);
    expect((await store.stages(RUN)).map(({ step }) => step)).toEqual([4]);
  });

  test('commits add up to one history, and only the newest checkpoints stay', async () => {
    await store.putRun(recordOf());
    for (const step of [0, 5, 10, 15]) await store.commit(commitAt('sft', step, step + 5));
    const { metrics, samples, events } = await store.history(RUN, 'sft');
    const expected = emptyColumns();
    appendColumns(expected, rows(0, 20));
    expect(metrics).toEqual(expected);
    expect(samples).toEqual([5, 10, 15, 20].map(samplesAt));
    expect(events).toEqual([5, 10, 15, 20].map((step) => eventAt(step, 'sft')));
    expect(await store.checkpoints(RUN, 'sft')).toEqual([20, 15].map((step) => ({ run: RUN, stage: 'sft', step })));
    expect(await store.checkpoint({ run: RUN, stage: 'sft', step: 20 })).toEqual(checkpointAt('sft', 20));
    expect(await store.checkpoint({ run: RUN, stage: 'sft', step: 10 })).toBeUndefined();
    expect(await store.stages(RUN)).toEqual([stageRecord('sft', 20)]);
  });

  test('a commit keeps as many checkpoints as it is told, the last one always', async () => {
    for (const step of [9, 10, 11]) await store.commit(commitAt('sft', step - 1, step), 3);
    expect((await store.checkpoints(RUN, 'sft')).map(({ step }) => step)).toEqual([11, 10, 9]); // by number, not by text
    await store.commit(commitAt('sft', 11, 12), 0);
    expect((await store.checkpoints(RUN, 'sft')).map(({ step }) => step)).toEqual([12]);
  });

  test('a commit without a checkpoint leaves those there are; one at the same step replaces', async () => {
    await store.commit(commitAt('sft', 0, 5));
    const { checkpoint: _, ...rest } = commitAt('sft', 5, 6);
    await store.commit(rest);
    expect((await store.checkpoints(RUN)).map(({ step }) => step)).toEqual([5]);
    await store.commit({ stage: stageRecord('sft', 5), checkpoint: { ...checkpointAt('sft', 5), created: 9 }, metrics: emptyColumns(), samples: [], events: [] });
    expect(await store.checkpoints(RUN)).toHaveLength(1);
    expect((await store.checkpoint({ run: RUN, stage: 'sft', step: 5 }))?.created).toBe(9);
  });

  test('what people said adds up too, without rows or checkpoints; where nobody was asked there is nothing', async () => {
    const side = { text: 'Ann', ended: true, tokens: [5, 1] };
    const said = (step: number, question: number): PreferenceRecord => ({ time: 1, step, question, prompt: { text: '♀', tokens: [3] }, a: side, b: side, choice: 'a', by: 'visitor', seconds: 2 });
    await store.commit(commitAt('sft', 0, 5));
    expect(await store.history(RUN, 'sft')).not.toHaveProperty('preferences');
    for (const question of [0, 1]) await store.commit({ stage: stageRecord('sft', 5), metrics: emptyColumns(), samples: [], events: [], preferences: [said(5, question)] });
    const { preferences, metrics } = await store.history(RUN, 'sft');
    expect(preferences).toEqual([said(5, 0), said(5, 1)]);
    expect(await store.said(RUN)).toEqual([{ stage: 'sft', preferences }]);
    expect(await store.said(OTHER)).toEqual([]);
    expect(metrics.steps).toEqual([1, 2, 3, 4, 5]);
    expect((await store.checkpoints(RUN)).map(({ step }) => step)).toEqual([5]);
    await store.clearStage(RUN, 'sft');
    expect(await store.history(RUN, 'sft')).not.toHaveProperty('preferences');
  });

  test('stages come in the order of the configuration, whatever order they were written in', async () => {
    await store.putRun(recordOf());
    for (const stage of ['ppo', 'sft', 'pretrain', 'reward-model']) await store.commit(commitAt(stage, 0, 3));
    expect((await store.stages(RUN)).map(({ stage }) => stage)).toEqual(['pretrain', 'sft', 'reward-model', 'ppo']);
    expect((await store.bundle(RUN))?.stages.map(({ stage }) => stage.stage)).toEqual(['pretrain', 'sft', 'reward-model', 'ppo']);
    expect((await store.checkpoints(RUN)).map(({ stage }) => stage)).toEqual(['ppo', 'pretrain', 'reward-model', 'sft']);
  });

  test('clearing a stage forgets that stage and nothing else', async () => {
    await store.putBundle(bundleOf());
    await store.clearStage(RUN, 'pretrain');
    const bundle = bundleOf();
    expect(await store.bundle(RUN)).toEqual({ ...bundle, stages: bundle.stages.slice(1) });
    expect(await store.history(RUN, 'pretrain')).toEqual({ metrics: emptyColumns(), samples: [], events: [] });
    expect(await store.checkpoint({ run: RUN, stage: 'pretrain', step: 100 })).toBeUndefined();
  });

  test('a whole run goes in and comes out the same, and replaces one of the same id', async () => {
    await store.putRun({ ...recordOf(), name: 'Earlier' });
    await store.commit(commitAt('sft', 0, 77));
    await store.putBundle(bundleOf());
    expect(await store.bundle(RUN)).toEqual(bundleOf());
    await store.commit(commitAt('pretrain', 10, 12)); // and it can be gone on with
    expect((await store.history(RUN, 'pretrain')).metrics.steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  test('deleting a run leaves its neighbour', async () => {
    await store.putBundle(bundleOf());
    await store.putBundle(bundleOf(OTHER));
    await store.deleteRun(RUN);
    expect((await store.runs()).map(({ id }) => id)).toEqual([OTHER]);
    expect(await store.stages(RUN)).toEqual([]);
    expect(await store.checkpoints(RUN)).toEqual([]);
    expect(await store.history(RUN, 'sft')).toEqual({ metrics: emptyColumns(), samples: [], events: [] });
    expect(await store.bundle(OTHER)).toEqual(bundleOf(OTHER));
  });

  test('what goes in and comes out is a copy', async () => {
    const given = bundleOf();
    await store.putBundle(given);
    given.record.name = 'changed by its giver';
    given.stages[0]!.history.metrics.steps[0] = 999;
    given.stages[0]!.checkpoints[0]!.tensors.fill(0);
    const taken = (await store.bundle(RUN))!;
    taken.record.config.seed = 999;
    taken.stages[0]!.history.samples.length = 0;
    taken.stages[0]!.checkpoints[0]!.tensors.fill(1);
    expect(await store.bundle(RUN)).toEqual(bundleOf());
  });

  test('a checkpoint written again is the later one, however much smaller it is', async () => {
    for (const length of [1000, 301, 100, 7]) {
      const tensors = Uint8Array.from({ length }, (_each, i) => i + length);
      await store.commit({ ...commitAt('sft', 0, 5), checkpoint: { ...checkpointAt('sft', 5), tensors } });
      expect((await store.checkpoint({ run: RUN, stage: 'sft', step: 5 }))!.tensors).toEqual(tensors);
    }
  });

  test('tensors that are part of a larger buffer are stored alone', async () => {
    const plain = checkpointAt('sft', 5);
    const large = new Uint8Array(1_000_000);
    large.set(plain.tensors, 512);
    await store.commit({ ...commitAt('sft', 0, 5), checkpoint: { ...plain, tensors: large.subarray(512, 512 + plain.tensors.length) } });
    const { tensors } = (await store.checkpoint(plain))!;
    expect(tensors).toEqual(plain.tensors);
    expect(tensors.buffer.byteLength).toBe(plain.tensors.length);
  });

  test('bytes grow with what is stored and return to nothing', async () => {
    await store.putRun(recordOf());
    await store.commit(commitAt('sft', 0, 5));
    const once = await store.bytes(RUN);
    const { length } = checkpointAt('sft', 5).tensors;
    expect(once).toBeGreaterThan(length);
    expect(once).toBeLessThan(length + 5000);
    await store.commit(commitAt('sft', 5, 10));
    expect(await store.bytes(RUN)).toBeGreaterThan(once + length);
    await store.deleteRun(RUN);
    expect(await store.bytes(RUN)).toBe(0);
  });

  test('the overview is what runs, stages, checkpoints and bytes say one by one, without a row or a weight', async () => {
    await store.putBundle(bundleOf());
    await store.putBundle({ ...bundleOf(OTHER), record: { ...recordOf(OTHER, 2000), tags: ['kept'] } });
    const [newest, oldest] = await store.overview();
    expect(newest!.record).toEqual({ ...recordOf(OTHER, 2000), tags: ['kept'] });
    expect(oldest!.record).toEqual(recordOf());
    for (const summary of [newest!, oldest!]) {
      const { id } = summary.record;
      expect(summary.stages).toEqual(await store.stages(id));
      expect(summary.bytes).toBe(await store.bytes(id));
      expect(summary.checkpoints.map(({ run, stage, step }) => ({ run, stage, step }))).toEqual(await store.checkpoints(id));
      expect(summary.checkpoints.map(({ created }) => created)).toEqual(summary.checkpoints.map(({ step }) => 4000 + step));
    }
    expect(oldest!.checkpoints[0]!.bytes).toBeGreaterThan(checkpointAt('pretrain', 100).tensors.length);
  });

  test('what a stage measured can be had without its samples and events', async () => {
    await store.commit(commitAt('sft', 0, 5));
    await store.commit(commitAt('sft', 5, 9));
    expect(await store.metrics(RUN, 'sft')).toEqual((await store.history(RUN, 'sft')).metrics);
    expect(await store.metrics(RUN, 'ppo')).toEqual(emptyColumns());
  });

  test('a finished run can be slimmed: the newest weights and the whole history stay, to the byte', async () => {
    await store.putBundle(bundleOf());
    await store.putBundle(bundleOf(OTHER));
    const before = await store.bytes(RUN);
    const neighbour = await store.bundle(OTHER);
    const freed = await store.slim(RUN);
    expect(freed).toBeGreaterThan(before / 2);
    expect(await store.bytes(RUN)).toBe(before - freed);
    const whole = bundleOf();
    const slim = whole.stages.map((stage) => ({ ...stage, checkpoints: stage.checkpoints.slice(0, 1).map((checkpoint) => ({ ...checkpoint, tensors: encodeSafetensors(Object.fromEntries(Object.entries(TENSORS[checkpoint.stage]!).filter(([name]) => /^\w+\//.test(name)))) })) }));
    expect(await store.bundle(RUN)).toEqual({ ...whole, stages: slim });
    expect(await store.bundle(OTHER)).toEqual(neighbour);
    expect(await store.slim(RUN)).toBe(0);
  });

  test('a run that is not finished is not slimmed', async () => {
    const whole = bundleOf();
    const open = { ...whole, stages: whole.stages.map((stage, i) => (i === 3 ? { ...stage, stage: stageRecord('ppo', 50) } : stage)) };
    await store.putBundle(open);
    expect(await store.slim(RUN)).toBe(0);
    await store.putBundle({ ...whole, stages: whole.stages.slice(0, 3) }); // its last stage has not begun
    expect(await store.slim(RUN)).toBe(0);
    expect(await store.slim(OTHER)).toBe(0); // nobody has it
    expect(await store.bundle(RUN)).toEqual({ ...whole, stages: whole.stages.slice(0, 3) });
  });

  test('a commit that cannot be copied changes nothing', async () => {
    await store.putBundle(bundleOf());
    const before = await contentOf(store);
    const commit = commitAt('sft', 100, 105);
    // A function cannot be cloned; no caller that type-checks can pass one.
    const bad = { ...commit, events: [{ ...eventAt(1), text: (() => {}) as unknown as string }] };
    await expect(store.commit(bad)).rejects.toThrow(/clone/);
    expect(await contentOf(store)).toEqual(before);
  });
});

describe('a full disk', () => {
  const full = () => new DOMException('no room', 'QuotaExceededError');
  afterEach(() => vi.restoreAllMocks());

  const writes: [string, number, (store: RunStore) => Promise<void>][] = [
    ['putRun', 1, (store) => store.putRun({ ...recordOf(), name: 'Renamed' })],
    ['commit', 6, (store) => store.commit(commitAt('sft', 100, 105))],
    ['putBundle', 27, (store) => store.putBundle(bundleOf())],
    ['putBundle of another run', 27, (store) => store.putBundle(bundleOf(OTHER))],
  ];

  test.each(writes)('at any put of %s changes nothing', async (_, puts, write) => {
    const store = await openDatabase(`test-${counted++}`);
    await store.putBundle(bundleOf());
    await store.commit(commitAt('sft', 10, 99));
    const before = await contentOf(store);
    const put = IDBObjectStore.prototype.put;
    for (let n = 1; n <= puts; n++) {
      let made = 0;
      vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
        made += 1;
        if (made === n) throw full();
        return put.apply(this, args);
      });
      await expect(write(store)).rejects.toMatchObject({ name: 'Failure', code: 'disk-full' });
      expect(made).toBe(n);
      vi.restoreAllMocks();
      expect(await contentOf(store)).toEqual(before);
    }
    const spy = vi.spyOn(IDBObjectStore.prototype, 'put');
    await write(store);
    expect(spy).toHaveBeenCalledTimes(puts); // no put was left out above
  });

  test('noticed only when the transaction ends changes nothing', async () => {
    const store = await openDatabase(`test-${counted++}`);
    await store.putBundle(bundleOf());
    const before = await contentOf(store);
    const put = IDBObjectStore.prototype.put;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
      const request = put.apply(this, args);
      // fake-indexeddb's own way of ending a transaction with an error, as a browser does whose disk filled up meanwhile.
      const { transaction } = this as unknown as { transaction: { _abort(name: string): void } };
      request.addEventListener('success', () => transaction._abort('QuotaExceededError'));
      return request;
    });
    await expect(store.commit(commitAt('sft', 100, 105))).rejects.toMatchObject({ code: 'disk-full' });
    vi.restoreAllMocks();
    expect(await contentOf(store)).toEqual(before);
  });

  test('on opening is told as such', async () => {
    vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw full();
    });
    await expect(openDatabase('test-full')).rejects.toMatchObject({ code: 'disk-full' });
  });
});
