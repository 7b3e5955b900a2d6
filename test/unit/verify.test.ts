/** Training a stored run again: the same to the last bit, or where it first is not, or why that cannot be known. */
import fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { RunConfig } from '../../src/contract/config';
import { detailText } from '../../src/contract/details';
import { asRunId, type RunId } from '../../src/contract/ids';
import { appendRow, emptyColumns, METRIC_NAMES, type MetricColumns, type MetricRow } from '../../src/contract/metrics';
import { firstDifference, outcomeOf, sentenceOn, type VerifyProgress } from '../../src/contract/verification';
import { hashOf } from '../../src/storage/archive';
import { linesBytes, rowsOf } from '../../src/storage/json-entries';
import { memoryStore } from '../../src/storage/memory-store';
import type { RunBundle, RunStore } from '../../src/storage/run-store';
import { decodeSafetensors, encodeSafetensors } from '../../src/storage/safetensors';
import { putBorrowed } from '../../src/state/borrow';
import { verifyRun } from '../../workers/session/verify';
import { bench, configFor, DPO, ONLINE_DPO, trainAll } from './session-bench';

const VERSION = '0.1.0';
const doors = { readFile: (name: string) => readFile(`public/${name}`, 'utf8'), readBytes: (name: string) => readFile(`public/${name}`), clock: () => 5 };

/** A trained run in a store of its own. */
async function trained(config: RunConfig = configFor('names-dpo', DPO), train = trainAll) {
  const on = bench(config);
  await on.store.putRun({ id: on.run, name: 'a run', config, created: 1, appVersion: VERSION, parents: [] });
  await train(on);
  return on;
}

/** One run for all tests that only look at it. */
const once = trained();

const bundleOf = async () => {
  const { store, run } = await once;
  return (await store.bundle(run))!; // stored a moment ago
};

async function verified(bundle: RunBundle, progress: VerifyProgress[] = []) {
  const store = memoryStore();
  await store.putBundle(bundle);
  return verifyRun(store, bundle.record.id, doors, VERSION, (made) => progress.push(made));
}

const verify = (store: RunStore, run: string, version = VERSION) => verifyRun(store, asRunId(run), doors, version, () => {});

describe('a run trained on WASM', () => {
  it('is the same again, by metrics and weights, and nothing is written to its store', async () => {
    const { store, run } = await once;
    const before = await store.bundle(run);
    const writes: string[] = [];
    const watched = new Proxy(store, { get: (target, name: keyof RunStore) => (['commit', 'putRun', 'putBundle', 'clearStage', 'deleteRun'].includes(name) ? () => writes.push(name) : target[name]) });
    const progress: VerifyProgress[] = [];
    const found = await verifyRun(watched, run, doors, VERSION, (made) => progress.push(made));
    expect(outcomeOf(found)).toBe('same');
    expect(found.notes).toEqual([]);
    for (const [i, { stage, history }] of before!.stages.entries()) {
      expect(found.stages[i]).toEqual({ stage: stage.stage, outcome: 'same', steps: 6, hash: await hashOf(linesBytes(rowsOf(history.metrics))), hasWeights: true });
    }
    expect(writes).toEqual([]);
    expect(await store.bundle(run)).toEqual(before);
    expect(progress.at(-1)).toEqual({ stage: 'dpo', done: 18, total: 18 });
  });

  it('with one metric changed by one bit is different at that step, with both values', async () => {
    const bundle = await bundleOf();
    const { columns } = bundle.stages[1]!.history.metrics;
    const real = columns.loss![3]!;
    const bits = new DataView(new ArrayBuffer(8));
    bits.setFloat64(0, real);
    bits.setUint8(7, bits.getUint8(7) ^ 1);
    columns.loss![3] = bits.getFloat64(0);
    const found = await verified(bundle);
    expect(outcomeOf(found)).toBe('different');
    expect(found.stages).toEqual([expect.objectContaining({ stage: 'pretrain', outcome: 'same' }), { stage: 'sft', outcome: 'different', difference: { step: 4, name: 'loss', kind: 'metric', stored: columns.loss![3], again: real } }]);
    expect(sentenceOn(found.stages[1]!)).toBe(`sft: the first difference is at step 4: loss is ${columns.loss![3]} in the stored run and ${real} when trained again.`);
  });

  it('with a weight changed is different there', async () => {
    const bundle = await bundleOf();
    const [newest] = bundle.stages[2]!.checkpoints;
    const tensors = decodeSafetensors(newest!.tensors);
    const name = 'policy/wte.weight';
    const real = tensors[name]!.data[5]!;
    tensors[name]!.data[5] = 2;
    newest!.tensors = encodeSafetensors(tensors);
    const found = await verified(bundle);
    expect(found.stages[2]).toEqual({ stage: 'dpo', outcome: 'different', difference: { step: 6, name, kind: 'weight', stored: 2, again: real } });
  });

  it('that claims more steps, or fewer, than its settings give is different', async () => {
    const more = await bundleOf();
    appendRow(more.stages[2]!.history.metrics, 7, { loss: 1 });
    expect((await verified(more)).stages[2]).toMatchObject({ difference: { step: 7, name: 'loss', stored: 1, again: null } });
    const fewer = await bundleOf();
    const { steps, columns } = fewer.stages[2]!.history.metrics;
    steps.pop();
    for (const column of Object.values(columns)) column.pop();
    expect((await verified(fewer)).stages[2]).toMatchObject({ difference: { step: 6, stored: null } });
  });

  it('that stands in the middle of a stage is verified up to there', async () => {
    const on = await trained(undefined, async ({ start, training }) => {
      await start('pretrain');
      await training.ended();
      await start('sft', true);
      for (let i = 0; i < 3; i++) await training.step();
      await training.save();
      await training.stop();
    });
    expect((await verify(on.store, on.run)).stages).toMatchObject([{ stage: 'pretrain', outcome: 'same', steps: 6 }, { stage: 'sft', outcome: 'same', steps: 3, hasWeights: true }]);
    const bundle = (await on.store.bundle(on.run))!;
    bundle.stages[1]!.history.metrics.columns.loss![1] = 9;
    expect((await verified(bundle)).stages[1]).toMatchObject({ difference: { step: 2, name: 'loss', stored: 9 } });
  });

  it('whose optimizer was cleaned up is verified by its weights alone, and borrowed from as before', async () => {
    const bundle = await bundleOf();
    const store = memoryStore();
    await store.putBundle(bundle);
    expect(await store.slim(bundle.record.id)).toBeGreaterThan(0);
    const found = await verify(store, bundle.record.id);
    expect(outcomeOf(found)).toBe('same');
    expect(found.stages.at(-1)).toMatchObject({ stage: 'dpo', hasWeights: true });
    const on = bench(bundle.record.config, store);
    await store.putRun({ ...bundle.record, id: on.run });
    await putBorrowed(store, (await store.run(on.run))!, { sft: { run: bundle.record.id, stage: 'sft', step: 6 } });
    await on.start('dpo');
    await on.training.ended();
    const lossOf = async (run: RunId) => (await store.metrics(run, 'dpo')).columns.loss;
    expect(await lossOf(on.run)).toEqual(await lossOf(bundle.record.id));
  });

  it('by another version of the page is tried all the same, and it is said', async () => {
    const { store, run } = await once;
    const found = await verify(store, run, '9.0.0');
    expect(outcomeOf(found)).toBe('same');
    expect(found.notes.map(detailText)).toEqual([expect.stringContaining('version 0.1.0 of Nudge and trained again by version 9.0.0')]);
  });
});

describe('what cannot be made again', () => {
  it('a borrowed stage is another run’s claim: what follows is trained from its checkpoint', async () => {
    const { store, run, config } = await once;
    const on = bench(config, store);
    await store.putRun({ id: on.run, name: 'borrower', config, created: 2, appVersion: VERSION, parents: [] });
    await putBorrowed(store, (await store.run(on.run))!, { sft: { run, stage: 'sft', step: 6 } });
    await on.start('dpo');
    await on.training.ended();
    const found = await verify(store, on.run);
    expect(found.stages).toMatchObject([{ stage: 'pretrain', outcome: 'borrowed' }, { stage: 'sft', outcome: 'borrowed' }, { stage: 'dpo', outcome: 'same', steps: 6 }]);
    expect(outcomeOf(found)).toBe('same');
    await store.deleteRun(on.run);
  });

  it('a stage trained on WebGPU: a tolerance is no proof; those after it are verified from its checkpoint', async () => {
    const bundle = await bundleOf();
    bundle.stages[1]!.stage.engine = { engine: 'webgpu', adapter: 'a GPU', note: '' };
    const found = await verified(bundle);
    expect(found.stages).toMatchObject([{ outcome: 'same' }, { stage: 'sft', outcome: 'unproven', why: { name: 'on-webgpu' } }, { outcome: 'same' }]);
    expect(outcomeOf(found)).toBe('partly');
    // In part is enough: a GPU was lost and WASM went on.
    const halfway = await bundleOf();
    halfway.stages[2]!.history.events[0]!.text = 'on webgpu, a GPU';
    expect((await verified(halfway)).stages[2]).toMatchObject({ outcome: 'unproven' });
    for (const { stage } of bundle.stages) stage.engine = { engine: 'webgpu', adapter: 'a GPU', note: '' };
    expect(outcomeOf(await verified(bundle))).toBe('cannot');
  });

  it('a stage that began before the one it starts from was finished', async () => {
    const bundle = await bundleOf();
    bundle.stages[1]!.history.events.find(({ kind }) => kind === 'finished')!.time += 1;
    expect((await verified(bundle)).stages[2]).toMatchObject({ outcome: 'unproven', why: { name: 'began-early', given: ['sft'] } });
  });

  it('what a person answered is taken from the run, and the rest made again; without the answers it cannot be', async () => {
    const config = configFor('names-online-dpo', [...ONLINE_DPO, 'online-dpo.judge=visitor', 'online-dpo.batchSize=2', 'online-dpo.steps=3']);
    const on = await trained(config, async (each) => {
      for (const { id } of config.stages) {
        let heard = each.events.length;
        await each.start(id);
        let isEnded = false;
        void each.training.ended().then(() => (isEnded = true));
        while (!isEnded) {
          for (const event of each.events.slice(heard)) {
            heard += 1;
            if (event.kind === 'asked') for (const question of event.questions.keys()) await each.training.answer({ step: event.step, question }, question % 2 ? 'b' : 'a');
          }
          await new Promise((next) => setTimeout(next));
        }
      }
    });
    const found = await verify(on.store, on.run);
    expect(outcomeOf(found)).toBe('same');
    expect(found.stages.at(-1)).toMatchObject({ stage: 'online-dpo', steps: 3 });
    expect(found.notes.map(detailText)).toEqual([expect.stringContaining('What a person answered was taken from the run')]);
    const bundle = (await on.store.bundle(on.run))!;
    const { preferences } = bundle.stages.at(-1)!.history;
    preferences![0]!.choice = 'undone';
    expect((await verified(bundle)).stages.at(-1)).toMatchObject({ outcome: 'unproven', why: { name: 'person-asked' } });
    preferences![0]!.choice = 'b';
    expect((await verified(bundle)).stages.at(-1)).toMatchObject({ outcome: 'different' });
  });

  it('a run whose data are not here', async () => {
    const bundle = await bundleOf();
    const lost = { ...bundle, record: { ...bundle.record, config: { ...bundle.record.config, task: { ...configFor('yours-dpo', ['model.width=16', 'model.layers=1', 'model.heads=2']).task, dataset: 'a'.repeat(64) } } } };
    const store = memoryStore();
    await store.putBundle(lost as RunBundle); // the task of another recipe
    const found = await verifyRun(store, lost.record.id, { ...doors, readDataset: async () => undefined }, VERSION, () => {});
    expect(outcomeOf(found)).toBe('cannot');
    expect(found.stages[0]).toMatchObject({ outcome: 'unproven', why: { name: 'not-here' }, failure: { code: 'missing-dataset' } });
    expect(sentenceOn(found.stages[0]!)).toContain('it needs something that is not here. The data set that this run learns from is not in this browser');
  });

  it('a run that was never trained, or is not there', async () => {
    const { record } = await bundleOf();
    const found = await verified({ record, stages: [] });
    expect([outcomeOf(found), found.notes.map(detailText)]).toEqual(['cannot', ['Nothing of it has been trained yet.']]);
    await expect(verify(memoryStore(), 'run-x')).rejects.toMatchObject({ code: 'missing-checkpoint' });
  });
});

describe('the first difference', () => {
  const columnsOf = (rows: readonly MetricRow[]): MetricColumns => {
    const columns = emptyColumns();
    rows.forEach((row, i) => appendRow(columns, i + 1, row));
    return columns;
  };

  it('NaN is itself, 0 is not -0, and what was not measured is not 0', () => {
    expect(firstDifference(columnsOf([{ loss: NaN }]), columnsOf([{ loss: NaN }]))).toBeUndefined();
    expect(firstDifference(columnsOf([{ loss: 0 }]), columnsOf([{ loss: -0 }]))).toMatchObject({ step: 1, name: 'loss' });
    expect(firstDifference(columnsOf([{ loss: 1 }]), columnsOf([{ loss: 1, kl: 0 }]))).toEqual({ step: 1, name: 'kl', kind: 'metric', stored: null, again: 0 });
  });

  it('of any history changed in one place is that place', () => {
    const row = fc.dictionary(fc.constantFrom(...METRIC_NAMES), fc.double(), { minKeys: 1, maxKeys: 4 });
    fc.assert(fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), fc.nat(), fc.nat(), (rows, at, which) => {
      expect(firstDifference(columnsOf(rows), columnsOf(rows))).toBeUndefined();
      const step = (at % rows.length) + 1;
      const names = METRIC_NAMES.filter((name) => rows[step - 1]![name] !== undefined);
      const name = names[which % names.length]!;
      const value = rows[step - 1]![name]!;
      const other = Object.is(value, 1) ? 2 : 1;
      const changed = rows.map((each, i) => (i === step - 1 ? { ...each, [name]: other } : each));
      expect(firstDifference(columnsOf(rows), columnsOf(changed))).toEqual({ step, name, kind: 'metric', stored: value, again: other });
      expect(firstDifference(columnsOf(rows), columnsOf(changed), step - 1)).toBeUndefined();
    }));
  });
});
