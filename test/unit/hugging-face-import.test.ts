/** Models that come from Hugging Face's libraries: the same logits and ids as those compute, and a run that others start from. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import recorded from '../golden/hugging-face-import.json';
import { basedOn } from '../../scripts/base-run';
import { main } from '../../scripts/import';
import { TASK_DOORS, taskDoors } from '../../scripts/task-doors';
import type { TrainEvent } from '../../src/contract/api';
import { modelOf } from '../../src/contract/config';
import { newRunId } from '../../src/contract/ids';
import type { Sample } from '../../src/contract/sample';
import { Summing } from '../../src/formats/summary';
import { configOf, recipeOf } from '../../src/recipes';
import { IMPORTED_STAGE } from '../../src/recipes/imported';
import { checkpointOffers, fittedTo, isFitted, putBorrowed } from '../../src/state/borrow';
import { huggingFaceZip } from '../../src/state/hugging-face';
import { importModel, readModel } from '../../src/state/import-model';
import { filesInZip } from '../../src/storage/hugging-face/read-folder';
import { memoryDatasets } from '../../src/storage/dataset-memory';
import { DatasetWriter } from '../../src/storage/dataset-rows';
import { memoryStore } from '../../src/storage/memory-store';
import { decodeSafetensors } from '../../src/storage/safetensors';
import { importRun } from '../../src/storage/transfer';
import { openTask } from '../../src/tasks';
import { Imported } from '../../src/tasks/tokenizer/imported';
import { startEngine } from '../../workers/engine/engine';
import { Training } from '../../workers/session/train-api';
import { answersOf } from '../interop/answers';
import { CASES, folder, read, tokenizer, utf8, weights } from './model-folders';

/** What an imported model may differ by. */
const BOUND = 1e-4;

async function imported(name: (typeof CASES)[number]) {
  const store = memoryStore();
  const model = await read(name);
  const { ids } = await model.read();
  const record = await importModel(store, model, '0.1.0');
  const [ref] = await store.checkpoints(record.id);
  const { tensors } = (await store.checkpoint(ref!))!; // just written
  const { task } = record.config;
  if (task.id !== 'yours' || !task.pieces) throw new Error('want the tokens of a model, got none');
  return { store, record, ids, tensors, cutter: new Imported(task.pieces), shape: { ...modelOf(record.config, IMPORTED_STAGE), vocabulary: ids.length, context: task.context } };
}

const weightsIn = (tensors: Uint8Array) => new Map(Object.entries(decodeSafetensors(tensors)).map(([name, { data }]) => [name.replace('policy/', ''), data]));
/** Our id of each of theirs: padding that the file lacks repeats another row, and stands before it. */
const oursOf = (ids: readonly number[]) => new Map(ids.map((theirs, ours) => [theirs, ours]));

describe('as transformers computes, recorded by test/interop/write-folders.py', () => {
  beforeAll(() => startEngine('wasm').then(() => {}));

  test.each(CASES)('%s: logits of 50 prompts', async (name) => {
    const { ids, tensors, shape } = await imported(name);
    const { prompts, logits } = recorded[name];
    const ours = oursOf(ids);
    expect(ours.size).toBe((await read(name)).preview.shape.vocabulary);
    const answers = await answersOf(shape, 'none', weightsIn(tensors), prompts.map((prompt) => prompt.map((id) => ours.get(id)!))); // all have one
    const differences = logits.flatMap((row, i) => row.map((logit, place) => Math.abs((answers[i] as number[][]).at(-1)![ours.get(7 * place)!]! - logit))); // of a policy
    expect(differences.length).toBe(50 * Math.ceil(ours.size / 7));
    expect(Math.max(...differences)).toBeLessThan(BOUND);
  });

  test.each(CASES)('%s: ids of texts, and texts of ids', async (name) => {
    const { ids, cutter } = await imported(name);
    for (const [text, theirs] of recorded[name].texts as [string, number[]][]) {
      const tokens = cutter.encode(text);
      expect([text, tokens.map((token) => ids[token])]).toEqual([text, theirs]);
      expect(cutter.decode([cutter.start, ...tokens, 1, 0])).toBe(text);
    }
  });
});

describe('a run', () => {
  test('has the model, and is looked at when it is trained: samples without a row of data', async () => {
    const { store, record, cutter } = await imported('f32');
    expect(record).toMatchObject({ name: 'f32', config: { recipe: 'imported', model: { width: 16, layers: 2, heads: 2 }, task: { id: 'yours', tokenizer: 'imported', context: 24 } } });
    expect(cutter.vocabulary[cutter.start]).toBe('<s>');
    const before = (await store.checkpoint({ run: record.id, stage: IMPORTED_STAGE, step: 1 }))!.tensors;
    await trainAll(store, record);
    expect(await store.stages(record.id)).toMatchObject([{ stage: IMPORTED_STAGE, step: 1, finished: true }]);
    const { samples, metrics } = await store.history(record.id, IMPORTED_STAGE);
    expect(samples[0]!.prompts).toMatchObject([{ prompt: '' }]);
    expect(metrics.columns['samples/length']![0]).toBeGreaterThan(0);
    expect((await store.checkpoint({ run: record.id, stage: IMPORTED_STAGE, step: 1 }))!.tensors).toEqual(before);
    await trainAll(store, record); // looked at already: nothing changes
    expect((await store.history(record.id, IMPORTED_STAGE)).samples).toHaveLength(1);
    expect((await store.checkpoint({ run: record.id, stage: IMPORTED_STAGE, step: 1 }))!.tensors).toEqual(before);
  });

  test('others start from it: they take over its shape and tokens, and as many of its places as they read', async () => {
    const { store, record, cutter } = await imported('f16-in-shards');
    const datasets = memoryDatasets();
    const writer = await DatasetWriter.begin(datasets);
    const summing = new Summing();
    for (const sample of shortPreferences()) {
      summing.add(sample, 'keep');
      await writer.add(sample);
    }
    const { record: rows } = await writer.finish({ name: 'made', source: '', licence: '', created: 0, kind: 'preference', heldOut: { share: 0.1, rows: 0 }, summary: summing.summary });
    const draft = configOf(recipeOf('yours-sft'), 1, [`task.dataset=${rows.id}`, 'task.context=20', 'sft.steps=2', 'sft.batchSize=4', 'sft.evaluateOn=16']);
    const offer = (await checkpointOffers(store, draft))['pretrain']![0]!; // there is one run
    expect(offer).toMatchObject({ name: 'f16-in-shards', isModel: true, ref: { stage: IMPORTED_STAGE, step: 1 } });
    expect(isFitted(draft, 'pretrain', offer.from!)).toBe(false);
    const config = fittedTo(draft, offer.from!);
    expect(config).toMatchObject({ model: { width: 16, layers: 2, heads: 2 }, task: { tokenizer: 'imported', context: 20 } });
    expect([isFitted(config, 'pretrain', offer.from!), isFitted({ ...config, model: { ...config.model, layers: 1 } }, 'pretrain', offer.from!)]).toEqual([true, false]);
    const run = { ...record, id: newRunId(), config };
    await store.putRun(run);
    await putBorrowed(store, run, { pretrain: offer.ref });
    const own = decodeSafetensors((await store.checkpoint({ run: run.id, stage: 'pretrain', step: 1 }))!.tensors);
    const source = decodeSafetensors((await store.checkpoint(offer.ref))!.tensors);
    expect(own['policy/wpe.weight']).toEqual({ shape: [20, 16], data: source['policy/wpe.weight']!.data.slice(0, 20 * 16) });
    expect(own['policy/wte.weight']).toEqual(source['policy/wte.weight']);
    await trainAll(store, run, datasets);
    expect(await store.stages(run.id)).toMatchObject([{ stage: 'pretrain', borrowed: offer.ref }, { stage: 'sft', step: 2, finished: true }]);
    const task = await openTask(config.task, taskDoors(datasets));
    expect(task.corpus('train').every(([first]) => first === cutter.start)).toBe(true);
    expect(task.tokenizer.vocabulary).toHaveLength(cutter.vocabulary.length);
    // What was imported elsewhere is not this one.
    expect((await checkpointOffers(store, configOf(recipeOf('names-dpo'), 1)))['pretrain']).toEqual([]);
  });

  test.each(CASES)('%s: exported and imported again it is the same model', async (name) => {
    const { store, record, tensors, ids } = await imported(name);
    const { content } = await huggingFaceZip(store, record.id, { appVersion: '0.1.0', openTask: (config) => openTask(config, TASK_DOORS) });
    const again = await readModel(new Blob(content), 'again');
    expect(again.preview).toMatchObject({ name: 'policy', shape: { vocabulary: ids.length, context: 24 }, types: ['F32'] });
    const { tensors: back, config, ids: own } = await again.read();
    expect(own).toEqual(ids.map((_, id) => id)); // our numbering already
    expect(decodeSafetensors(back)).toEqual(decodeSafetensors(tensors));
    expect(config.task).toEqual(record.config.task);
  });

  test('a stage that would take an imported model and has none says so', async () => {
    const { record } = await imported('f32');
    await expect(trainAll(memoryStore(), record)).rejects.toMatchObject({ code: 'no-imported-model' });
    await expect(openTask({ ...record.config.task, pieces: undefined } as never, TASK_DOORS)).rejects.toMatchObject({ code: 'no-imported-tokens' }); // as a link may have it
  });
});

/** That fit a context of 20 tokens of a small vocabulary. */
const shortPreferences = (): Sample[] => Array.from({ length: 40 }, (_, i) => ({ kind: 'preference', prompt: `${i} `, chosen: 'the cat', rejected: 'a dog', extra: {} }));

async function trainAll(store: ReturnType<typeof memoryStore>, { id: run, config }: { id: ReturnType<typeof newRunId>; config: ReturnType<typeof configOf> }, datasets = memoryDatasets()): Promise<void> {
  const training = new Training({ openStore: async () => store, ...taskDoors(datasets), readBytes: () => Promise.reject(new Error('404')), clock: Date.now });
  const done = new Set((await store.stages(run)).filter(({ finished }) => finished && config.recipe !== 'imported').map(({ stage }) => stage));
  for (const { id } of config.stages.filter((stage) => !done.has(stage.id))) {
    const events: TrainEvent[] = [];
    await training.start({ run, config, stage: id, engine: 'wasm' }, (event) => events.push(event));
    await training.ended();
    expect(events.filter(({ kind }) => kind === 'failed')).toEqual([]);
  }
}

describe('reads', () => {
  test('a zip as any program makes it: a folder in it, its entry, names with spaces, what systems leave beside', async () => {
    const zip = zipSync({ 'my model/': new Uint8Array(), ...Object.fromEntries(Object.entries(folder('f32')).map(([name, bytes]) => [`my model/${name}`, bytes])), '__MACOSX/my model/._config.json': utf8.encode('x'), 'my model/.DS_Store': utf8.encode('x') });
    const { preview } = await readModel(new Blob([zip]), 'file');
    expect(preview).toEqual({ kind: 'model', name: 'my model', shape: { width: 16, layers: 2, heads: 2, vocabulary: 320, context: 24 }, parameters: 12096, types: ['F32'], bytes: folder('f32')['model.safetensors']!.length });
    expect([...(await filesInZip(new Blob([zip]))).keys()].every((name) => name.startsWith('my model/'))).toBe(true);
  });

  test('what older versions wrote: buffers of attention, an output beside the embedding, settings left out, merges as lines, a model without a type', async () => {
    const old = weights((tensors) => {
      tensors['transformer.h.0.attn.bias'] = { shape: [1, 1, 2, 2], data: new Float32Array(4) };
      tensors['transformer.h.0.attn.masked_bias'] = { shape: [], data: Float32Array.of(-1e4) };
      tensors['lm_head.weight'] = tensors['transformer.wte.weight']!;
    });
    const config = (json: Record<string, unknown>) => Object.fromEntries(Object.entries(json).filter(([name]) => /^(model_type|vocab_size|n_(embd|layer|head|positions)|.*_token_id)$/.test(name)));
    const lines = tokenizer((file) => {
      delete (file.model as Record<string, unknown>)['type'];
      file.model.merges = file.model.merges.map((pair) => (pair as string[]).join(' ')); // as the new ones are
    });
    const [plain, again] = [await (await read('f32')).read(), await (await read('f32', { 'model.safetensors': old, 'config.json': config, 'tokenizer.json': lines })).read()];
    expect(again).toEqual(plain);
  });
});

test('the door writes a run file that is read as any other, and says what it wants and what went wrong', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  const told = vi.spyOn(console, 'log').mockImplementation(() => {});
  const at = await mkdtemp(join(tmpdir(), 'nudge-import-'));
  try {
    expect(await main([])).toBe(2);
    expect(said.mock.lastCall![0]).toMatch(/want one folder or zip.*\nnpm run import/s);
    expect(await main(['here', '--to', ''])).toBe(2);
    expect(await main(['package.json', '--to', join(at, 'no.nudge')])).toBe(1);
    expect(said.mock.lastCall![0]).toMatch(/no model that can be read/);
    for (const [name, bytes] of Object.entries(folder('bf16-bare'))) await writeFile(join(at, name), bytes);
    expect(await main([at, '--to', join(at, 'run.nudge'), '--name', 'Tiny'])).toBe(0);
    expect(told.mock.calls[0]![0]).toBe('Tiny: GPT-2, 2 layers, width 16, 2 heads, 300 tokens, context 24, 11,776 parameters in BF16');
    const store = memoryStore();
    const record = await importRun(store, new Uint8Array(await readFile(join(at, 'run.nudge'))));
    expect(record).toMatchObject({ name: 'Tiny', config: { recipe: 'imported' } });
    expect(await store.checkpoints(record.id)).toHaveLength(1);
    // The batch door starts from it as the page does.
    const { config, borrowed } = await basedOn(memoryStore(), join(at, 'run.nudge'), configOf(recipeOf('yours-dpo'), 3, ['task.context=20']));
    expect(config).toMatchObject({ seed: 3, model: { width: 16 }, task: { tokenizer: 'imported', context: 20 } });
    expect(borrowed).toEqual({ pretrain: { run: record.id, stage: IMPORTED_STAGE, step: 1 } });
    await expect(basedOn(memoryStore(), join(at, 'run.nudge'), configOf(recipeOf('names-dpo'), 1))).rejects.toMatchObject({ code: 'checkpoint-mismatch' });
    await expect(basedOn(memoryStore(), join(at, 'none.nudge'), config)).rejects.toThrow(/none\.nudge/);
    await expect(readFile(join(at, 'no.nudge'))).rejects.toThrow('ENOENT');
  } finally {
    said.mockRestore();
    told.mockRestore();
    await rm(at, { recursive: true });
  }
});
