/** Reward models with early stopping, ensembles and a rescaled head: what is kept, what is judged by, and that stopping in between changes nothing. */
import { expect, describe, it } from 'vitest';
import { parseRunConfig, stageOf } from '../../src/contract/config';
import { newRunId } from '../../src/contract/ids';
import { memoryStore } from '../../src/storage/memory-store';
import { decodeSafetensors } from '../../src/storage/safetensors';
import { exportRun, importRun } from '../../src/storage/transfer';
import { TASKS } from '../../src/tasks';
import { combined } from '../../workers/stage/judge';
import { rescaled, scaleFor } from '../../workers/stage/normalised-head';
import { configOf, LAST } from '../each-algorithm';
import { bench, configFor, outcome, PPO, trainAll, type Bench } from './session-bench';

/** A rate that ruins the models soon, so that the stage stops before its last step. */
const RUINOUS = ['reward-model.learningRate=0.1', 'reward-model.warmup=0'];
const ENSEMBLE = [...PPO, ...RUINOUS, 'reward-model.steps=12', 'reward-model.ensemble=3', 'reward-model.patience=1', 'reward-model.evaluateEvery=1', 'reward-model.evaluateOn=64', 'reward-model.normalise=reference', 'ppo.scoring=min'];

async function lastCheckpoint({ store, run }: Pick<Bench, 'store' | 'run'>, stage: string) {
  const [ref] = await store.checkpoints(run, stage);
  const checkpoint = (await store.checkpoint(ref!))!;
  return { ...checkpoint, tensors: decodeSafetensors(checkpoint.tensors) };
}

describe('an ensemble that stops early', () => {
  it('stopped at any step and resumed by another worker, it is the run that was never stopped, bit for bit', async () => {
    const whole = bench(configFor('names-ppo', ENSEMBLE));
    await trainAll(whole);
    expect((await lastCheckpoint(whole, 'reward-model')).step).toBeLessThan(12);
    for (const stopAt of [1, 4]) {
      const store = memoryStore();
      const run = newRunId();
      for (const { id } of whole.config.stages) {
        const before = bench(whole.config, store, run);
        await before.start(id, true);
        for (let i = 0; i < stopAt; i++) await before.training.step();
        await before.training.save();
        await before.training.stop();
        const after = bench(whole.config, store, run);
        await after.start(id);
        await after.training.ended();
        expect(after.events.filter(({ kind }) => kind === 'failed')).toEqual([]);
      }
      expect(await outcome({ store, run, config: whole.config })).toEqual(await outcome(whole));
    }
  });

  it('holds every member, each different, and its file can be exported and imported', async () => {
    const on = bench(configFor('names-ppo', ENSEMBLE));
    await on.store.putRun({ id: on.run, name: 'an ensemble', config: on.config, created: 1, appVersion: 'test', parents: [] });
    await trainAll(on);
    const { tensors } = await lastCheckpoint(on, 'reward-model');
    const heads = ['reward', 'reward-2', 'reward-3'].map((name) => Array.from(tensors[`${name}/score.weight`]!.data));
    expect(new Set(heads.map((head) => head.join())).size).toBe(3);
    expect(Object.keys(tensors).some((name) => name.startsWith('reward-4'))).toBe(false);

    const { bytes } = await exportRun(on.store, on.run, { appVersion: 'test', vocabulary: TASKS.names.vocabulary });
    const elsewhere = memoryStore();
    const { id } = await importRun(elsewhere, bytes);
    expect((await lastCheckpoint({ store: elsewhere, run: id }, 'reward-model')).tensors).toEqual(tensors);
  });
});

it('training stops when held-out loss no longer falls, and leaves the weights that had the lowest', async () => {
  const settings = [...PPO, ...RUINOUS, 'reward-model.steps=40', 'reward-model.patience=3', 'reward-model.evaluateEvery=1', 'reward-model.evaluateOn=64'];
  const on = bench(configFor('names-ppo', settings));
  for (const id of ['pretrain', 'sft', 'reward-model']) {
    await on.start(id);
    await on.training.ended();
  }
  const { step, tensors, state } = await lastCheckpoint(on, 'reward-model');
  expect(on.events.at(-1)).toMatchObject({ kind: 'finished', stage: 'reward-model', step });
  expect(step).toBeLessThan(40);
  expect(state.counters).toMatchObject({ 'best.step': step - 3, 'best.waited': 3 });
  for (const [name, { data }] of Object.entries(tensors)) {
    if (name.startsWith('reward/')) expect(Array.from(data), name).toEqual(Array.from(tensors[name.replace('reward/', 'reward-best/')]!.data));
  }
  // And once it has stopped it stays so.
  const again = bench(on.config, on.store, on.run);
  expect(await again.start('reward-model')).toMatchObject({ step });
  await again.training.ended();
  expect((await lastCheckpoint(again, 'reward-model')).step).toBe(step);
});

describe('the scale of rewards', () => {
  it('of reference samples becomes mean 0 and deviation 1: gain 1/std, bias −gain·mean', () => {
    const { gain, bias } = scaleFor('reference', [1, 3, 5, 7]);
    expect(gain).toBeCloseTo(1 / Math.sqrt(5), 12);
    expect(bias).toBeCloseTo(-4 / Math.sqrt(5), 12);
  });

  it('of demonstrations only becomes mean 0', () => {
    expect(scaleFor('demonstrations', [1, 3, 5, 7])).toEqual({ gain: 1, bias: -4 });
  });

  it('of rewards without spread is kept, never infinite', () => {
    expect(scaleFor('reference', [2, 2, 2])).toEqual({ gain: 1, bias: -2 });
  });

  it('is folded into the head and leaves the rest alone', () => {
    const weights = new Map([['wte.weight', Float32Array.of(1, 2)], ['score.weight', Float32Array.of(3, -4)], ['score.bias', Float32Array.of(0.5)]]);
    const scaled = rescaled(weights, { gain: 2, bias: -1 });
    expect([...scaled].map(([name, numbers]) => [name, [...numbers]])).toEqual([['wte.weight', [1, 2]], ['score.weight', [6, -8]], ['score.bias', [0]]]);
  });
});

describe('scores of an ensemble', () => {
  const members = [Float32Array.of(1, 5, -2), Float32Array.of(3, 1, -4)];

  it('are the mean of its members, or the worst of them', () => {
    expect([...combined(members, 'mean')]).toEqual([2, 3, -3]);
    expect([...combined(members, 'min')]).toEqual([1, 1, -4]);
  });

  it('of one member are its own', () => {
    expect(combined([members[0]!], 'min')).toBe(members[0]);
  });

  it.each(['rejection-sampling', 'online-dpo'] as const)('may be a vote in %s: of three members another run than by their mean, of one the same', async (algorithm) => {
    const by = async (ensemble: number, scoring: 'mean' | 'vote') => {
      const { stages, ...rest } = configOf(algorithm, 3);
      const set: Partial<Record<string, object>> = { judge: { ensemble }, [LAST]: { scoring, batchSize: 64 } };
      const on = bench(parseRunConfig({ ...rest, stages: stages.map((stage) => ({ ...stage, train: { ...stage.train, ...set[stage.id] } })) }));
      await trainAll(on);
      return (await on.store.history(on.run, LAST)).metrics;
    };
    expect(await by(3, 'vote')).not.toEqual(await by(3, 'mean'));
    expect(await by(1, 'vote')).toEqual(await by(1, 'mean'));
  });
});

it('reward models may be smaller than the policy they judge, from pretraining to PPO', async () => {
  const small = { width: 8, layers: 1, heads: 1 };
  const { stages, ...rest } = configFor('names-ppo', PPO);
  const [pretrain, sft, rewardModel, ppo] = ['pretrain', 'sft', 'reward-model', 'ppo'].map((id) => stages.find((stage) => stage.id === id)!);
  const config = parseRunConfig({
    ...rest,
    stages: [pretrain, sft, { ...pretrain, id: 'small-pretrain', model: small }, { ...sft, id: 'small-sft', start: { policy: 'small-pretrain' }, model: small }, { ...rewardModel, start: { trunk: 'small-sft' }, model: small }, ppo],
  });
  const on = bench(config);
  await on.store.putRun({ id: on.run, name: 'two shapes', config, created: 1, appVersion: 'test', parents: [] });
  await trainAll(on);
  const { tensors } = await lastCheckpoint(on, 'ppo');
  expect(tensors['critic/wte.weight']!.shape[1]).toBe(8);
  expect(tensors['policy/wte.weight']!.shape[1]).toBe(16);
  const { bytes } = await exportRun(on.store, on.run, { appVersion: 'test', vocabulary: TASKS.names.vocabulary });
  await importRun(memoryStore(), bytes);
});

it.each([
  ['labelSmoothing', 0.5],
  ['ensemble', 6],
  ['patience', -1],
])('%s of %d is refused', (name, value) => {
  const config = configFor('names-ppo', PPO);
  const stage = stageOf(config, 'reward-model');
  expect(() => parseRunConfig({ ...config, stages: config.stages.map((each) => (each === stage ? { ...each, train: { ...each.train, [name]: value } } : each)) })).toThrowError(expect.objectContaining({ code: 'invalid-config' }));
});
