/**
 * LoRA as a visitor has it: every stage with the knob, its checkpoints and files, what may be made of them, and what leaves for PEFT. Its arithmetic is in test/backend/lora.test.ts.
 * Planted and seen to fail: a checkpoint's adapters forgotten at resuming, PPO's critic by LoRA, a base that has the adapters in it, adapters written as they stand here and not turned.
 */
import * as tf from '@tensorflow/tfjs-core';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { adapterCount, adaptersOf, targetShapes } from '../../src/contract/adapter-shape';
import { ALGORITHMS } from '../../src/contract/algorithms';
import { modelOf, type RunConfig } from '../../src/contract/config';
import { newRunId } from '../../src/contract/ids';
import { knobsOf } from '../../src/contract/knobs';
import { parameterShapes } from '../../src/contract/model-shape';
import { Random } from '../../src/contract/random';
import { outcomeOf } from '../../src/contract/verification';
import { putBorrowed } from '../../src/state/borrow';
import { huggingFaceZip } from '../../src/state/hugging-face';
import { entriesIn, openArchive } from '../../src/storage/archive';
import { filesInZip, openModel } from '../../src/storage/hugging-face/read-folder';
import { memoryStore } from '../../src/storage/memory-store';
import { readRunFile } from '../../src/storage/run-file';
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from '../../src/storage/safetensors';
import { exportRun } from '../../src/storage/transfer';
import { openTask, TASKS } from '../../src/tasks';
import { TASK_DOORS } from '../../scripts/task-doors';
import { startEngine } from '../../workers/engine/engine';
import { initialWeights, Parameters } from '../../workers/model/parameters';
import { verifyRun } from '../../workers/session/verify';
import { optimizerOf } from '../../workers/stage/optimizer-of';
import { ALGORITHM_IDS, configOf, LAST, runOnBaseOf } from '../each-algorithm';
import { bench, outcome, trainAll, type Bench } from './session-bench';

const VERSION = '0.1.0';
const LORA = { loraRank: 2, loraTargets: 'all-linear', learningRate: 0.01 };
/** Those that train a policy made before. */
const WITH_KNOB = ALGORITHM_IDS.filter((id) => knobsOf(ALGORITHMS[id].config).some(({ name }) => name === 'loraRank'));

const store = memoryStore();
const shared = bench(configOf('sft', 3), store);
beforeAll(() => trainAll(shared));

async function begun(config: RunConfig): Promise<Bench> {
  const run = await runOnBaseOf(shared.run, store);
  await store.putRun({ id: run, name: 'By LoRA', config, created: 1, appVersion: VERSION, parents: [] });
  return { ...shared, run, config, start: (stage, paused = false) => shared.training.start({ run, config, stage, engine: 'wasm', paused }, (event) => shared.events.push(event)) };
}

async function trained(config: RunConfig): Promise<Bench> {
  const on = await begun(config);
  await on.start(LAST);
  await on.training.ended();
  expect(on.events.find((event) => event.kind === 'failed')).toBeUndefined();
  return on;
}

const checkpointOf = async ({ run }: Pick<Bench, 'run'>, stage = LAST) => (await store.checkpoint((await store.checkpoints(run, stage))[0]!))!; // it was trained
const tensorsOf = async (on: Pick<Bench, 'run'>, stage = LAST) => decodeSafetensors((await checkpointOf(on, stage)).tensors);
const partsOf = (tensors: object) => [...new Set(Object.keys(tensors).map((name) => name.split('/')[0]!))]; // there is one before the slash
const fileOf = async (run: Bench['run']) => (await exportRun(store, run, { appVersion: VERSION, vocabulary: TASKS.names.vocabulary })).bytes;

it('every stage that trains a policy made before has the knobs, and no other', () => {
  expect(WITH_KNOB).toEqual(ALGORITHM_IDS.filter((id) => 'policy' in ALGORITHMS[id].starts && 'learningRate' in ALGORITHMS[id].config.entries));
});

it.each(WITH_KNOB)('%s trains adapters and leaves every other number as it was, bit for bit', async (algorithm) => {
  const on = await trained(configOf(algorithm, 3, 1, LORA));
  const [before, now] = [await tensorsOf(on, 'sft'), await tensorsOf(on)];
  const shape = { ...modelOf(on.config, LAST), vocabulary: TASKS.names.vocabulary.length, context: before['policy/wpe.weight']!.shape[0]! };
  const targets = targetShapes(shape, 'all-linear');
  for (const name of Object.keys(parameterShapes(shape, 'none'))) {
    if (name in targets) expect(now[`policy/${name}`]!.data, name).not.toEqual(before[`policy/${name}`]!.data);
    else expect(now[`policy/${name}`]!.data, name).toEqual(before[`policy/${name}`]!.data);
    if (name in targets) expect(now[`policy.frozen/${name}`]!.data, name).toEqual(before[`policy/${name}`]!.data);
  }
  expect(partsOf(now).filter((part) => part.startsWith('policy'))).toEqual(['policy', 'policy.lora', 'policy.lora.m', 'policy.lora.v', 'policy.frozen']);
  if (algorithm === 'ppo') expect(partsOf(now)).toEqual(expect.arrayContaining(['critic', 'critic.m', 'critic.v'])); // whole
  expect((await readRunFile(await fileOf(on.run))).stages).toHaveLength(4);
});

it('stopped and resumed by another worker, it is the run that was never stopped, and its file says so', async () => {
  const whole = await trained(configOf('dpo', 5, 1, LORA));
  const on = await begun(whole.config);
  await on.start(LAST, true);
  for (let i = 0; i < 2; i++) await on.training.step();
  await on.training.save();
  await on.training.stop();
  const after = bench(whole.config, store, on.run);
  expect(await after.start(LAST)).toMatchObject({ step: 2, adapters: adapterCount({ width: 16, layers: 1, heads: 2, vocabulary: 31, context: 1 }, { rank: 2, targets: 'all-linear' }) });
  await after.training.ended();
  expect((await outcome(on)).at(-1)).toEqual((await outcome(whole)).at(-1));
  expect((await outcome(await trained(configOf('dpo', 5, 2, LORA)))).at(-1)!.tensors).not.toEqual((await outcome(whole)).at(-1)!.tensors); // another seed
});

it('leaves no tensor behind, between steps or at its end', async () => {
  const on = await begun(configOf('ppo', 8, 1, LORA));
  const before = tf.memory().numTensors;
  await on.start(LAST, true);
  const counts: number[] = [];
  for (let step = 1; step <= 6; step++) {
    await on.training.step();
    counts.push(tf.memory().numTensors);
  }
  expect(counts.at(-1)).toBe(counts[3]);
  on.training.resume();
  await on.training.ended();
  expect(tf.memory().numTensors).toBe(before);
});

it.each([[0, 2], [2, 0]])('a checkpoint of a model that was trained in the other way (rank %i, now %i) is begun anew from', async (was, now) => {
  await startEngine('wasm');
  const shape = { width: 8, layers: 1, heads: 2, vocabulary: 5, context: 4 };
  const weights = initialWeights(parameterShapes(shape, 'none'), shape, Random.of(1, 'weights'));
  const parameters = new Parameters(shape, 'none', weights);
  const knobs = { weightDecay: 0, clipNorm: 1, loraAlpha: 4, loraTargets: 'attention' } as const;
  const before = { weights, updates: 7, random: () => Random.of(1, 'adapters') };
  const first = optimizerOf(parameters, { ...knobs, loraRank: was }, { ...before, kept: () => undefined });
  const kept = await first.read();
  const second = optimizerOf(parameters, { ...knobs, loraRank: now }, { ...before, kept: (part) => kept.find((each) => each.part === part)?.weights ?? new Map() });
  expect(second.updates).toBe(0);
  expect(await parameters.read()).toEqual(weights);
  for (const each of [first, second, parameters]) each.dispose();
});

/** Two stages, both by LoRA: what the second begins from is what the first made. */
const twice = (): RunConfig => {
  const config = configOf('dpo', 3, 1, LORA);
  const stages = config.stages.map((stage) => (stage.id === 'sft' && stage.train.algorithm === 'sft' ? { ...stage, train: { ...stage.train, loraRank: 3 } } : stage));
  return { ...config, stages };
};

describe('a run of two stages by LoRA', () => {
  const on = bench(twice(), store, newRunId());
  beforeAll(async () => {
    await store.putRun({ id: on.run, name: 'By LoRA', config: on.config, created: 1, appVersion: VERSION, parents: [] });
    await trainAll(on);
  });

  it('goes on from both together: the model and what the stage before added', async () => {
    const [first, second] = [await tensorsOf(on, 'sft'), await tensorsOf(on)];
    expect(second['policy.frozen/h.0.attn.c_attn.weight']).toEqual(first['policy/h.0.attn.c_attn.weight']);
    expect(second['policy.frozen/h.0.attn.c_attn.weight']).not.toEqual(first['policy.frozen/h.0.attn.c_attn.weight']);
    expect(second['policy.lora/alpha']!.data).toEqual(Float32Array.of(32));
  });

  it('is the same again when verified, and its file is the same bytes', async () => {
    const doors = { readFile: (name: string) => readFile(`public/${name}`, 'utf8'), readBytes: (name: string) => readFile(`public/${name}`), clock: () => 5 };
    expect(outcomeOf(await verifyRun(store, on.run, doors, VERSION, () => {}))).toBe('same');
    expect(await fileOf(on.run)).toEqual(await fileOf(on.run));
  });

  it('may be borrowed from by a run whose own stage trains the whole model', async () => {
    const config = configOf('dpo', 2);
    const run = newRunId();
    const record = { id: run, name: 'Borrowed', config, created: 2, appVersion: VERSION, parents: [] };
    await store.putRun(record);
    const [sft] = await store.checkpoints(on.run, 'sft');
    await putBorrowed(store, record, { sft: sft! });
    const later = bench(config, store, run);
    await later.start(LAST);
    await later.training.ended();
    expect(later.events.find((event) => event.kind === 'failed')).toBeUndefined();
    expect((await readRunFile(await fileOf(run))).record.config.stages[1]).toMatchObject({ train: { loraRank: 0 } });
  });

  it('leaves for PEFT as adapters and the model they stand beside, which together are the policy', async () => {
    const { content } = await huggingFaceZip(store, on.run, { appVersion: VERSION, openTask: (task) => openTask(task, TASK_DOORS) });
    const zip = new Blob(content);
    const entries = await entriesIn(await openArchive(zip));
    const names = [...entries.keys()].filter((name) => name.startsWith('adapter/')).map((name) => name.slice('adapter/'.length));
    expect(names.sort()).toEqual(['README.md', 'adapter_config.json', 'adapter_model.safetensors', 'base/README.md', 'base/config.json', 'base/generation_config.json', 'base/model.safetensors', 'base/tokenizer.json', 'base/tokenizer_config.json']);
    const text = (name: string) => new TextDecoder().decode(entries.get(name));
    expect(JSON.parse(text('adapter/adapter_config.json'))).toMatchObject({ peft_type: 'LORA', task_type: 'CAUSAL_LM', r: 2, lora_alpha: 32, target_modules: ['c_attn', 'c_proj', 'c_fc'], fan_in_fan_out: true, bias: 'none', base_model_name_or_path: 'base' });
    const tensors = (name: string) => decodeSafetensors(entries.get(name)!);
    const [policy, base, adapters] = [tensors('policy/model.safetensors'), tensors('adapter/base/model.safetensors'), tensors('adapter/adapter_model.safetensors')];
    for (const [name, { shape: [deep = 0, wide = 0], data }] of Object.entries(policy)) {
      const layer = `base_model.model.${name.replace(/\.weight$/, '')}`;
      const [a, b] = [adapters[`${layer}.lora_A.weight`], adapters[`${layer}.lora_B.weight`]];
      if (!a || !b) expect(data, name).toEqual(base[name]!.data);
      else {
        expect([a.shape, b.shape]).toEqual([[2, deep], [wide, 2]]);
        const worst = data.reduce((most, w, i) => Math.max(most, Math.abs(w - base[name]!.data[i]! - 16 * [0, 1].reduce((sum, r) => sum + a.data[r * deep + Math.floor(i / wide)]! * b.data[(i % wide) * 2 + r]!, 0))), 0);
        expect(worst, name).toBeLessThan(1e-6);
      }
    }
    expect(text('policy/README.md')).toContain('trained by LoRA (Hu et al. 2021, arXiv:2106.09685): rank 2, α 32, beside every matrix of every block; 512 numbers were trained');
    expect(text('adapter/README.md')).toContain('PeftModel.from_pretrained(base, folder)');
    // The zip still comes in as one model, the policy; its adapters by themselves are not taken for the model they stand beside.
    const files = await filesInZip(zip);
    const opened = await openModel(files);
    expect(await opened.read('h.0.mlp.c_fc.weight')).toEqual(policy['transformer.h.0.mlp.c_fc.weight']!.data);
    const alone = new Map([...files].filter(([name]) => name.startsWith('adapter/')));
    await expect(openModel(alone)).rejects.toMatchObject({ code: 'unreadable-model', detail: expect.stringContaining('it is an adapter (LoRA)') });
  });

  it('of which a stage that trained the whole model leaves without adapters', async () => {
    const { content } = await huggingFaceZip(store, on.run, { appVersion: VERSION, openTask: (task) => openTask(task, TASK_DOORS), stage: 'pretrain' });
    expect([...(await openArchive(new Blob(content))).directory.keys()].filter((name) => name.startsWith('adapter'))).toEqual([]);
  });

  describe('a file whose adapters do not fit is refused', () => {
    const { a } = adaptersOf('h.0.mlp.c_fc.weight');
    const without = (tensors: Record<string, NamedTensor>, gone: (name: string) => boolean) => Object.fromEntries(Object.entries(tensors).filter(([name]) => !gone(name)));
    it.each<[string, (tensors: Record<string, NamedTensor>) => Record<string, NamedTensor>, string]>([
      ['an adapter is missing', (tensors) => without(tensors, (name) => name === `policy.lora/${a}`), `policy.lora/${a} is missing`],
      ['what they add is missing', (tensors) => without(tensors, (name) => name === 'policy.lora/alpha'), 'policy.lora/alpha is missing'],
      ['moments are missing', (tensors) => without(tensors, (name) => name.startsWith('policy.lora.v/')), 'policy.lora without policy.lora.v'],
      ['what they stand beside is missing', (tensors) => without(tensors, (name) => name.startsWith('policy.frozen/')), 'policy.lora without policy.frozen'],
      ['one has another rank', (tensors) => ({ ...tensors, [`policy.lora/${a}`]: { shape: [16, 3], data: new Float32Array(48) } }), `policy.lora/${a} is [16, 3], not [16, 2]`],
      ['there is none', (tensors) => ({ ...without(tensors, (name) => name.startsWith('policy.lora/')), 'policy.lora/alpha': { shape: [1], data: Float32Array.of(1) } }), 'policy.lora holds no adapters'],
      ['something else is there', (tensors) => ({ ...tensors, 'policy.dora/x': { shape: [1], data: Float32Array.of(1) } }), 'nothing is named policy.dora'],
      ['a stranger stands among them', (tensors) => ({ ...tensors, 'policy.lora/x': { shape: [1], data: Float32Array.of(1) } }), 'nothing is named policy.lora/x'],
    ])('%s', async (_, change, why) => {
      const bundle = (await store.bundle(on.run))!; // stored
      const run = newRunId();
      const other = memoryStore();
      await other.putBundle({
        record: { ...bundle.record, id: run },
        stages: bundle.stages.map(({ stage, history, checkpoints }) => ({ stage: { ...stage, run }, history, checkpoints: checkpoints.map((checkpoint) => ({ ...checkpoint, run, ...(stage.stage === LAST && { tensors: encodeSafetensors(change(decodeSafetensors(checkpoint.tensors))) }) })) })),
      });
      const { bytes } = await exportRun(other, run, { appVersion: VERSION, vocabulary: TASKS.names.vocabulary });
      await expect(readRunFile(bytes)).rejects.toMatchObject({ code: 'checkpoint-mismatch', detail: expect.stringContaining(why) });
    });
  });
});
