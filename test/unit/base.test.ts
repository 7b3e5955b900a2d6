/** A run that begins from a model which comes with the page, and stages that learn from another stage's pairs. */
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { readFile } from 'node:fs/promises';
import type { TrainEvent } from '../../src/contract/api';
import { parseRunConfig } from '../../src/contract/config';
import { newRunId } from '../../src/contract/ids';
import { parameterShapes, sizeOf } from '../../src/contract/model-shape';
import { Random } from '../../src/contract/random';
import { TASK_OPTIONS } from '../../src/contract/tasks';
import { memoryStore } from '../../src/storage/memory-store';
import { decodeSafetensors, encodeSafetensors } from '../../src/storage/safetensors';
import { openTask, TASKS } from '../../src/tasks';
import { asLists, pairsIn } from '../../src/tasks/pair-lists';
import { Training } from '../../workers/session/train-api';

const MODEL = { width: 16, layers: 1, heads: 2 };
const config = parseRunConfig({
  recipe: 'from a base', seed: 1, task: { id: 'names', pairs: 64 }, model: MODEL,
  stages: [
    { id: 'base', start: {}, train: { algorithm: 'base', evaluateOn: 16 } },
    { id: 'sft', start: { policy: 'base' }, train: { algorithm: 'sft', steps: 2, batchSize: 4, evaluateOn: 16 } },
  ],
});

/** A file as it is shipped: some model of that shape, in half precision. */
async function shipped(model: typeof MODEL): Promise<Uint8Array> {
  const { tokenizer, context } = await openTask(config.task, { readFile: (name) => readFile(`public/${name}`, 'utf8') });
  const random = Random.of(7, 'a shipped model');
  const shapes = parameterShapes({ ...model, vocabulary: tokenizer.vocabulary.length, context }, 'none');
  return encodeSafetensors(Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [`policy/${name}`, { shape, data: random.normals(sizeOf(shape), 0.1) }])), {}, 'F16');
}

async function trained(readBytes: (name: string) => Promise<Uint8Array>) {
  const store = memoryStore();
  const run = newRunId();
  const events: TrainEvent[] = [];
  const training = new Training({ openStore: async () => store, readFile: (name) => readFile(`public/${name}`, 'utf8'), readBytes, clock: Date.now });
  const failures: string[] = [];
  for (const { id } of config.stages) {
    try {
      await training.start({ run, config, stage: id, engine: 'wasm' }, (event) => events.push(event));
      await training.ended();
    } catch (error) {
      failures.push(String(error));
      break;
    }
  }
  return { store, run, failures, events };
}

test('the stages after it go on from the shipped weights, which stand in the checkpoint as they came', async () => {
  const asked: string[] = [];
  const file = await shipped(MODEL);
  const { store, run, failures } = await trained(async (name) => (asked.push(name), file));
  expect(failures).toEqual([]);
  expect(asked).toEqual(['bases/names.safetensors']);
  const [ref] = await store.checkpoints(run, 'base');
  expect(decodeSafetensors((await store.checkpoint(ref!))!.tensors)).toEqual(decodeSafetensors(file));
  expect((await store.stages(run)).map(({ stage, step, finished }) => [stage, step, finished])).toEqual([['base', 1, true], ['sft', 2, true]]);
  const { metrics } = await store.history(run, 'base');
  expect(metrics.steps).toEqual([1]);
  expect(metrics.columns.eval_loss![0]).toBeGreaterThan(0);
});

test('samples are as strange to the shipped model as it says itself: one that knows nothing wavers between all tokens, in its own stage and in those after it', async () => {
  const knowing = decodeSafetensors(await shipped(MODEL));
  const nothing = encodeSafetensors(Object.fromEntries(Object.entries(knowing).map(([name, { shape, data }]) => [name, { shape, data: data.map(() => 0) }])), {}, 'F16');
  const { store, run } = await trained(async () => nothing);
  for (const stage of ['base', 'sft']) {
    const { columns } = (await store.history(run, stage)).metrics;
    expect(columns['samples/perplexity']!.at(-1)).toBeCloseTo(TASKS.names.vocabulary.length, 3);
  }
});

test('a model of another shape, a file that is missing, and a file that is something else are refused before anything is written', async () => {
  const other = await shipped({ ...MODEL, width: 32 });
  const [unlike, missing, strange] = [await trained(async () => other), await trained(() => Promise.reject(new Error('404'))), await trained(async () => new Uint8Array(100))];
  expect(unlike.failures[0]).toMatch(/has one size.*\[/);
  expect(missing.failures[0]).toMatch(/trained model of this task could not|No trained model.*404/);
  expect(strange.failures[0]).toMatch(/safetensors/);
  for (const { store, run } of [unlike, missing, strange]) expect(await store.stages(run)).toEqual([]);
});

test('pairs go through a checkpoint and back, sure or not', () => {
  const pairs = [{ prompt: [3], chosen: [5, 1], rejected: [6, 1] }, { prompt: [3, 4], chosen: [7], rejected: [8, 9, 1], probability: 0.7 }];
  expect(pairsIn(asLists(pairs))).toEqual(pairs);
  expect(asLists(pairs.slice(0, 1))).toEqual({ lists: { pairs: [[3], [5, 1], [6, 1]] } });
  expect(pairsIn()).toEqual([]);
  expect(() => pairsIn({ lists: { pairs: [[1], [2]] } })).toThrow(/three rows/);
  expect(() => pairsIn({ lists: { pairs: [[1], [2], [3]] }, numbers: { probabilities: [[0.5, 0.5]] } })).toThrow(/probability a pair/);
});

test('a rater prefers what is better, as surely as it is better', async () => {
  for (const id of ['names', 'digits'] as const) {
    const task = id === 'names' ? TASKS.names.open(await readFile('public/names.csv', 'utf8'), v.parse(TASK_OPTIONS.names, { id })) : TASKS.digits.open('', v.parse(TASK_OPTIONS.digits, { id }));
    for (const { prompt, chosen, rejected } of task.pairs('seen').slice(0, 200)) {
      const chance = task.preference!(prompt, chosen, rejected); // both tasks have raters
      expect(chance + task.preference!(prompt, rejected, chosen)).toBeCloseTo(1, 12);
      expect(Math.sign(chance - 0.5)).toBe(Math.sign(task.gold(prompt, chosen) - task.gold(prompt, rejected)));
      expect(task.preference!(prompt, chosen, chosen)).toBe(0.5);
    }
  }
});
