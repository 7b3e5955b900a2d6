/** A GPU that is lost while it trains: the stage goes on by itself from its last checkpoint, on a new device or on WASM, and the run is the one that was never lost. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { detail } from '../../src/contract/details';
import type { EngineChoice } from '../../src/contract/engine';
import { Failure } from '../../src/contract/failures';
import { newRunId } from '../../src/contract/ids';
import { memoryStore } from '../../src/storage/memory-store';
import type { RunStore } from '../../src/storage/run-store';
import { startEngine, type EngineStart } from '../../workers/engine/engine';
import { bench, configFor, DPO, outcome, PPO, trainAll } from './session-bench';

/** The read at which a device is lost, counted from its start; or none can be had. */
type Device = number | 'absent';
/** What becomes of that read and of all after it, until another engine is started. */
type Manner = 'stays open' | 'fails';

/** Devices that compute as WASM does. Those not listed are never lost. */
class FakeGpus {
  /** What was started, in order. */
  readonly started: EngineChoice[] = [];
  reads = 0;
  discarded = 0;
  /** Loses the present device now. */
  lose: () => void = () => {};
  hasWasm = true;

  constructor(private readonly devices: Device[] = [], private readonly manner: Manner = 'stays open') {
    onTestFinished(() => void vi.restoreAllMocks());
  }

  readonly start = async (choice: EngineChoice): Promise<EngineStart> => {
    vi.restoreAllMocks();
    this.started.push(choice);
    if (choice === 'wasm') {
      if (!this.hasWasm) throw new Failure('no-engine', 'none left');
      return startEngine('wasm');
    }
    const device = this.devices.shift() ?? Infinity;
    if (device === 'absent') throw new Failure('no-webgpu', 'none left');
    const wasm = await startEngine('wasm');
    const backend = tf.backend();
    const read = backend.read.bind(backend);
    const first = this.reads;
    let isLost = false;
    let tell!: (reason: string) => void; // set while the promise below is made
    const lost = new Promise<string>((resolve) => (tell = resolve));
    this.lose = () => {
      isLost = true;
      tell('lost by the test.\n  in full');
    };
    vi.spyOn(backend, 'read').mockImplementation(async (dataId) => {
      this.reads += 1;
      if (!isLost && this.reads - first < device) return read(dataId);
      isLost = true;
      setTimeout(this.lose, this.manner === 'fails' ? 20 : 0);
      if (this.manner === 'fails') throw new DOMException('a map failed', 'AbortError');
      return new Promise<never>(() => {});
    });
    return { ...wasm, engine: 'webgpu', adapter: 'fake', lost, discard: () => void (this.discarded += 1) };
  };
}

const OFTEN = ['pretrain', 'sft', 'dpo'].map((stage) => `${stage}.saveEvery=2`);
const OFTEN_PPO = ['pretrain', 'sft', 'reward-model', 'ppo'].map((stage) => `${stage}.saveEvery=2`);

function lab(gpus: FakeGpus, settings = [...DPO, ...OFTEN], recipe = 'names-dpo', store: RunStore = memoryStore()) {
  const on = bench(configFor(recipe, settings), store, newRunId(), { engine: 'webgpu', startEngine: gpus.start });
  return { ...on, restarts: () => on.events.filter((event) => event.kind === 'restarted'), failures: () => on.events.filter((event) => event.kind === 'failed') };
}

describe.each([
  ['names-dpo', [...DPO, ...OFTEN]],
  ['names-ppo', [...PPO, ...OFTEN_PPO]],
])('%s', (recipe, settings) => {
  it.each<Manner>(['stays open', 'fails'])('lost at any read, which %s, it is the run that was never lost, bit for bit', async (manner) => {
    const never = new FakeGpus();
    const whole = lab(never, settings, recipe);
    await trainAll(whole);
    const want = await outcome(whole);
    for (let place = 1; place <= never.reads; place += Math.ceil(never.reads / 3)) {
      const gpus = new FakeGpus([place], manner);
      const on = lab(gpus, settings, recipe);
      await trainAll(on);
      expect(on.restarts(), `lost at read ${place} of ${never.reads}`).toHaveLength(1);
      expect(gpus.started).toEqual(['webgpu', 'webgpu']);
      expect(gpus.discarded).toBe(1);
      expect(await outcome(on), `lost at read ${place} of ${never.reads}`).toEqual(want);
    }
  });
});

describe('what takes the place of a lost device', () => {
  it('a new device, and the page is told from where', async () => {
    const gpus = new FakeGpus();
    const on = lab(gpus);
    await on.start('pretrain', true);
    await on.training.step();
    await on.training.step();
    await on.training.save();
    on.training.resume();
    gpus.lose();
    await on.training.ended();
    expect(gpus.started).toEqual(['webgpu', 'webgpu']);
    const note = 'The GPU failed (lost by the test), so training went on from step 2 of pretrain on a new device.';
    expect(on.restarts()).toEqual([{ kind: 'restarted', stage: 'pretrain', step: 2, engine: { engine: 'webgpu', adapter: 'fake', note, told: detail('went-on', 'lost by the test', detail('step-of-stage', 2, 'pretrain'), true) } }]);
    expect(on.events.at(-1)).toEqual({ kind: 'finished', stage: 'pretrain', step: 6 });
    const { metrics, events } = await on.store.history(on.run, 'pretrain');
    expect(metrics.steps).toEqual([1, 2, 3, 4, 5, 6]);
    expect(events.map(({ kind, text }) => `${kind} ${text}`.trim())).toContain('resumed on webgpu, fake, after the GPU failed');
    expect((await on.store.stages(on.run))[0]).toMatchObject({ finished: true, engine: { note } });
  });

  it('WASM, when the new one is lost before anything was saved', async () => {
    const gpus = new FakeGpus([1, 1, 1]);
    const on = lab(gpus);
    await trainAll(on);
    expect(gpus.started).toEqual(['webgpu', 'webgpu', 'wasm']);
    expect(on.restarts().map(({ engine }) => engine.engine)).toEqual(['webgpu', 'wasm']);
    expect(on.restarts()[1]!.engine.note).toBe('The GPU failed (lost by the test), so training went on from step 0 of pretrain on WASM.');
    // The stages after it stay where it works.
    expect((await on.store.stages(on.run)).map(({ finished, engine }) => [finished, engine!.engine])).toEqual([[true, 'wasm'], [true, 'wasm'], [true, 'wasm']]);
  });

  it('another new device each time, as long as a checkpoint was written in between', async () => {
    const gpus = new FakeGpus();
    const on = lab(gpus);
    await on.start('pretrain', true);
    for (let step = 1; step <= 3; step++) {
      await on.training.step();
      await on.training.save();
      gpus.lose();
      await expect.poll(() => on.restarts().map((event) => event.step)).toEqual([1, 2, 3].slice(0, step));
    }
    await on.training.stop();
    expect(gpus.started).toEqual(['webgpu', 'webgpu', 'webgpu', 'webgpu']);
    expect(gpus.discarded).toBe(3);
  });

  it('WASM, when no new device can be had', async () => {
    const gpus = new FakeGpus([2, 'absent']);
    const on = lab(gpus);
    await trainAll(on);
    expect(gpus.started).toEqual(['webgpu', 'webgpu', 'wasm']);
    expect(on.restarts()).toHaveLength(1);
    expect(on.restarts()[0]!.engine).toMatchObject({ engine: 'wasm', note: expect.stringMatching(/on WASM\.$/) });
  });

  it('nothing, when nothing can be had: one failure, and what was saved stays', async () => {
    const gpus = new FakeGpus([Infinity, 'absent']);
    const on = lab(gpus);
    await on.start('pretrain', true);
    await on.training.step();
    await on.training.save();
    gpus.hasWasm = false;
    const step = on.training.step();
    gpus.lose();
    await on.training.ended();
    await step;
    expect(on.failures()).toHaveLength(1);
    expect(on.failures()[0]).toMatchObject({ stage: 'pretrain', failure: { code: 'device-lost', detail: expect.stringMatching(/^lost by the test; WASM: .*none left/) } });
    await expect(on.training.save()).rejects.toMatchObject({ code: 'device-lost' });
    expect((await on.store.checkpoints(on.run, 'pretrain'))[0]).toMatchObject({ step: 1 });
    expect((await on.store.history(on.run, 'pretrain')).metrics.steps).toEqual([1]);
  });

  it('a device lost between two stages is replaced when the next begins', async () => {
    const gpus = new FakeGpus();
    const on = lab(gpus);
    await on.start('pretrain');
    await on.training.ended();
    gpus.lose();
    await on.start('sft');
    await on.training.ended();
    expect(on.failures()).toEqual([]);
    expect(on.restarts()).toMatchObject([{ stage: 'sft', step: 0 }]);
    expect((await on.store.history(on.run, 'sft')).metrics.steps).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe('requests while a device is lost', () => {
  it('paused stays paused, with every step that was made', async () => {
    const gpus = new FakeGpus();
    const on = lab(gpus);
    await on.start('pretrain', true);
    await on.training.step();
    await on.training.save();
    gpus.lose();
    await expect.poll(() => on.restarts()).toMatchObject([{ step: 1 }]);
    expect(await on.training.pause()).toEqual({ step: 1 });
    expect(await on.training.step()).toEqual({ step: 2 });
    await on.training.save();
    await on.training.stop();
    expect((await on.store.history(on.run, 'pretrain')).metrics.steps).toEqual([1, 2]);
  });

  it.each<Manner>(['stays open', 'fails'])('a step, a save and a pause that it broke (what it reads %s) are answered by the next', async (manner) => {
    const gpus = new FakeGpus([3], manner);
    const on = lab(gpus);
    await on.start('pretrain', true);
    const [step, pause, saved] = await Promise.all([on.training.step(), on.training.pause(), on.training.save()]);
    expect(gpus.started).toEqual(['webgpu', 'webgpu']);
    expect(step).toEqual({ step: 1 });
    expect(pause.step).toBeLessThanOrEqual(1);
    expect(saved.step).toBe((await on.store.checkpoints(on.run, 'pretrain'))[0]?.step ?? 0);
    expect(await on.training.step()).toEqual({ step: 2 });
    await on.training.stop();
  });

  it('a stop is not kept waiting', async () => {
    const gpus = new FakeGpus([4]);
    const on = lab(gpus);
    await on.start('pretrain');
    await expect.poll(() => gpus.reads).toBeGreaterThanOrEqual(4);
    await on.training.stop();
    await on.training.ended();
    expect(on.failures()).toEqual([]);
  });

  it('an error that is no loss still fails the stage', async () => {
    const gpus = new FakeGpus();
    const on = lab(gpus);
    await on.start('pretrain', true);
    vi.spyOn(tf.backend(), 'read').mockRejectedValue(new Error('something else'));
    await on.training.step();
    await on.training.ended();
    expect(on.failures()).toMatchObject([{ failure: { code: 'unexpected', detail: 'something else' } }]);
    expect(gpus.started).toEqual(['webgpu']);
  });
});
