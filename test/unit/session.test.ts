/** The life of a training session over a store in memory: what may be asked when, what is saved when, and that stopping changes nothing. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { stageOf } from '../../src/contract/config';
import { newRunId } from '../../src/contract/ids';
import { memoryStore } from '../../src/storage/memory-store';
import type { RunStore } from '../../src/storage/run-store';
import { decodeSafetensors } from '../../src/storage/safetensors';
import { exportRun, importRun } from '../../src/storage/transfer';
import { TASKS } from '../../src/tasks';
import { bench, configFor, DPO, outcome, PPO, trainAll } from './session-bench';

describe.each([
  ['names-dpo', DPO],
  ['names-ppo', PPO],
])('%s', (recipe, settings) => {
  it('is the same run for the same seed and another for another', async () => {
    const [first, again, other] = [bench(configFor(recipe, settings)), bench(configFor(recipe, settings)), bench(configFor(recipe, settings, 2))];
    for (const each of [first, again, other]) await trainAll(each);
    expect(await outcome(again)).toEqual(await outcome(first));
    expect((await outcome(other))[0]!.metrics).not.toEqual((await outcome(first))[0]!.metrics);
  });

  it('stopped at any step and resumed by another worker, it is the run that was never stopped, bit for bit', async () => {
    const whole = bench(configFor(recipe, settings));
    await trainAll(whole);
    for (const stopAt of [1, 3, 5]) {
      const store = memoryStore();
      const run = newRunId();
      for (const { id } of whole.config.stages) {
        const before = bench(whole.config, store, run);
        await before.start(id, true);
        for (let i = 0; i < stopAt; i++) expect(await before.training.step()).toEqual({ step: i + 1 });
        await before.training.save();
        await before.training.stop();
        const after = bench(whole.config, store, run);
        expect(await after.start(id)).toMatchObject({ step: stopAt, total: 6 });
        await after.training.ended();
      }
      expect(await outcome({ store, run, config: whole.config })).toEqual(await outcome(whole));
    }
  });

  it('leaves no tensor behind, between steps or at the end of a stage', async () => {
    const on = bench(configFor(recipe, settings.map((setting) => setting.replace(/^(.*\.)steps=6$/, '$1steps=52'))));
    for (const { id } of on.config.stages) {
      await on.start(id, true);
      const before = tf.memory().numTensors;
      const counts: number[] = [];
      for (let step = 1; step <= 50; step++) {
        await on.training.step();
        counts.push(tf.memory().numTensors);
      }
      expect(counts[49], `${id} at step 50`).toBe(counts[4]);
      on.training.resume();
      await on.training.ended();
      expect(tf.memory().numTensors, `${id} at its end`).toBe(before);
    }
  });
});

describe('a session', () => {
  it('answers in any order and after its end', async () => {
    const on = bench(configFor('names-dpo', DPO));
    await on.training.pause();
    await on.training.resume();
    await on.training.step();
    await on.training.stop();
    await on.start('pretrain', true);
    expect(await on.training.pause()).toEqual({ step: 0 });
    expect(await on.training.step()).toEqual({ step: 1 });
    expect(await on.training.save()).toMatchObject({ stage: 'pretrain', step: 1 });
    await Promise.all([on.training.resume(), on.training.pause(), on.training.step(), on.training.save(), on.training.pause()]);
    await on.training.resume();
    await on.training.ended();
    expect(on.events.at(-1)).toEqual({ kind: 'finished', stage: 'pretrain', step: 6 });
    expect(await on.training.pause()).toEqual({ step: 6 });
    expect(await on.training.step()).toEqual({ step: 6 });
    expect(await on.training.save()).toMatchObject({ step: 6 });
    await on.training.stop();
  });

  it('keeps what was measured before a pause, without being asked to save', async () => {
    const on = bench(configFor('names-dpo', DPO));
    await on.start('pretrain', true);
    await on.training.step();
    await on.training.step();
    await on.training.pause();
    while ((await on.store.checkpoints(on.run, 'pretrain'))[0]?.step !== 2) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await on.store.history(on.run, 'pretrain')).metrics.steps).toEqual([1, 2]);
    await on.training.stop();
  });

  it('saved and stopped before its first step, a stage can still be exported, imported and trained', async () => {
    const on = bench(configFor('names-dpo', DPO));
    await on.store.putRun({ id: on.run, name: 'saved early', config: on.config, created: 1, appVersion: 'test', parents: [] });
    await on.start('pretrain');
    await on.training.ended();
    await on.start('sft', true);
    expect(await on.training.save()).toMatchObject({ stage: 'sft', step: 0 });
    await on.training.stop();
    expect(await on.store.checkpoints(on.run, 'sft')).toEqual([]);

    const { bytes } = await exportRun(on.store, on.run, { appVersion: 'test', vocabulary: TASKS.names.vocabulary });
    const elsewhere = memoryStore();
    const { id } = await importRun(elsewhere, bytes);
    const there = bench(on.config, elsewhere, id);
    await there.start('sft');
    await there.training.ended();
    expect(there.events.filter(({ kind }) => kind === 'failed')).toEqual([]);
    expect((await elsewhere.history(id, 'sft')).metrics.steps).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('a save asked for during the last step is answered with the last checkpoint', async () => {
    const on = bench(configFor('names-dpo', [...DPO, 'pretrain.steps=1']));
    await on.start('pretrain', true);
    const [, ref] = await Promise.all([on.training.resume(), on.training.save(), on.training.ended()]);
    expect(ref.step).toBeLessThanOrEqual(1);
    expect(await on.training.save()).toMatchObject({ stage: 'pretrain', step: 1 });
  });

  it('says what is missing when a stage has nothing to start from', async () => {
    const on = bench(configFor('names-dpo', DPO));
    await expect(on.start('sft')).rejects.toMatchObject({ code: 'missing-checkpoint' });
  });

  it('stops at a loss that is not a number, says so once, and leaves the last checkpoint', async () => {
    const on = bench(configFor('names-dpo', [...DPO, 'pretrain.saveEvery=2']));
    await on.start('pretrain', true);
    await on.training.step();
    await on.training.step();
    await on.training.save();
    await on.training.stop();
    // A broken checkpoint stands for any way of getting there: one weight is infinite.
    const [ref] = await on.store.checkpoints(on.run, 'pretrain');
    const checkpoint = (await on.store.checkpoint(ref!))!;
    const stages = await on.store.stages(on.run);
    const numbers = new Float32Array(checkpoint.tensors.buffer, checkpoint.tensors.byteLength - 4 * decodeSafetensors(checkpoint.tensors)['policy.v/ln_f.bias']!.data.length);
    expect(numbers.length).toBe(16);
    const broken = checkpoint.tensors.slice();
    const header = 8 + Number(new DataView(broken.buffer).getBigUint64(0, true));
    new DataView(broken.buffer).setFloat32(header, Infinity, true);
    await on.store.commit({ stage: stages[0]!, checkpoint: { ...checkpoint, tensors: broken }, metrics: { steps: [], columns: {} }, samples: [], events: [] });
    await on.start('pretrain');
    await on.training.ended();
    const failed = on.events.filter((event) => event.kind === 'failed');
    expect(failed).toHaveLength(1);
    expect(failed[0]).toMatchObject({ stage: 'pretrain', failure: { code: 'non-finite-loss' } });
    expect((await on.store.checkpoints(on.run, 'pretrain'))[0]).toMatchObject({ step: 2 });
    expect((await on.store.history(on.run, 'pretrain')).metrics.steps).toEqual([1, 2]);
  });

  it('a full disk fails the stage with its own code and keeps what was there', async () => {
    const { Failure } = await import('../../src/contract/failures');
    const store = memoryStore();
    let isFull = false;
    const full: RunStore = { ...store, commit: async (...given) => { if (isFull) throw new Failure('disk-full'); return store.commit(...given); } };
    const on = bench(configFor('names-dpo', [...DPO, 'pretrain.saveEvery=2']), full);
    await on.start('pretrain', true);
    await on.training.step();
    await on.training.save();
    isFull = true;
    await expect(on.training.step().then(() => on.training.save())).rejects.toMatchObject({ code: 'disk-full' });
    expect((await store.checkpoints(on.run, 'pretrain'))[0]).toMatchObject({ step: 1 });
    await on.training.stop();
  });

  it('writes weights under GPT-2 names and moments beside them', async () => {
    const on = bench(configFor('names-dpo', DPO));
    await on.start('pretrain');
    await on.training.ended();
    const [ref] = await on.store.checkpoints(on.run, 'pretrain');
    const names = Object.keys(decodeSafetensors((await on.store.checkpoint(ref!))!.tensors));
    expect(names).toContain('policy/h.0.attn.c_attn.weight');
    expect(names).toContain('policy.m/wte.weight');
    expect(names).toContain('policy.v/wte.weight');
    expect(stageOf(on.config, 'pretrain').train.steps).toBe(6);
  });
});
