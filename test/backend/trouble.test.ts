/** Adapters that offer little or refuse, shaders that do not compile, devices that are lost: each has its reason, and training goes on. */
import * as tf from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { afterEach, describe, expect, it, vi } from 'vitest';
import names from '../../public/names.csv?raw';
import type { TrainEvent } from '../../src/contract/api';
import { newRunId } from '../../src/contract/ids';
import { configOf, recipeOf } from '../../src/recipes';
import { memoryStore } from '../../src/storage/memory-store';
import { startEngine } from '../../workers/engine/engine';
import { currentMachine } from '../../workers/kernels';
import { defineLaunch } from '../../workers/kernels/launch';
import { Training } from '../../workers/session/train-api';
import { ENGINES } from './engines';

/** What WebGPU promises everywhere; some adapters offer no more. */
const SMALLEST: Record<string, number> = {
  maxBufferSize: 256 * 2 ** 20,
  maxStorageBufferBindingSize: 128 * 2 ** 20,
  maxStorageBuffersPerShaderStage: 8,
  maxComputeWorkgroupStorageSize: 16_384,
  maxComputeWorkgroupsPerDimension: 65_535,
  maxComputeWorkgroupSizeX: 256,
  maxComputeInvocationsPerWorkgroup: 256,
};

/** Refuses as an adapter does what it has not got. */
function refuseMore({ requiredFeatures = [], requiredLimits = {} }: GPUDeviceDescriptor = {}): void {
  for (const feature of requiredFeatures) throw new TypeError(`there is no ${feature}`);
  for (const [name, wanted] of Object.entries(requiredLimits)) {
    if (!(wanted! <= SMALLEST[name]!)) throw new DOMException(`${name}: ${wanted} is more than ${SMALLEST[name]}`, 'OperationError');
  }
}

/** An adapter with the smallest limits. @param device what is handed out when not too much is asked for */
const smallAdapter = (device: (asked: GPUDeviceDescriptor | undefined) => Promise<GPUDevice>, info: Partial<GPUAdapterInfo> = {}) => ({
  limits: SMALLEST,
  features: new Set<string>(),
  info: { vendor: 'test', architecture: 'small', device: '', description: 'a small GPU', isFallbackAdapter: false, ...info },
  requestDevice: vi.fn(async (asked?: GPUDeviceDescriptor) => {
    refuseMore(asked);
    return device(asked);
  }),
});

const offer = (adapter: unknown): void => void vi.stubGlobal('navigator', { gpu: { requestAdapter: async () => adapter } });

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  await startEngine('wasm'); // other files expect the engine they ask for
});

const config = configOf(recipeOf('names-dpo'), 1, ['model.width=16', 'model.layers=1', 'model.heads=2', 'task.pairs=256', 'pretrain.steps=4', 'pretrain.batchSize=8', 'pretrain.evaluateOn=16', 'pretrain.saveEvery=2']);

async function pretrained(onStep: (step: number) => void = () => {}) {
  const store = memoryStore();
  const run = newRunId();
  const events: TrainEvent[] = [];
  const training = new Training({ openStore: async () => store, readFile: async () => names, readBytes: () => Promise.reject(new Error('names has no base')), clock: Date.now });
  await training.start({ run, config, stage: 'pretrain', engine: 'webgpu' }, (event) => {
    events.push(event);
    if (event.kind === 'saved') onStep(event.checkpoint.step);
  });
  await training.ended();
  const [record] = await store.stages(run);
  return { restarts: events.filter((event) => event.kind === 'restarted'), last: events.at(-1), record: record!, steps: (await store.history(run, 'pretrain')).metrics.steps };
}

const FINISHED = { kind: 'finished', stage: 'pretrain', step: 4 };

describe('an adapter with the smallest limits', () => {
  it('is not asked for more; where it gives no device all the same, WASM starts and says why', async () => {
    const adapter = smallAdapter(async () => Promise.reject(new DOMException('out of devices', 'OperationError')));
    offer(adapter);
    expect(await startEngine('auto')).toMatchObject({ engine: 'wasm', note: 'WebGPU could not be started: out of devices' });
    expect(adapter.requestDevice).toHaveBeenCalledTimes(1);
    expect(adapter.requestDevice.mock.calls[0]![0]).toEqual({ requiredFeatures: [], requiredLimits: SMALLEST });
    await expect(startEngine('webgpu')).rejects.toMatchObject({ code: 'no-webgpu', detail: 'out of devices' });
  });

  it('and one whose device breaks while TF.js starts on it gives it back', async () => {
    const destroy = vi.fn();
    // As little of a device as a driver in trouble: everything but the two is missing.
    const broken = { lost: new Promise<never>(() => {}), destroy } as unknown as GPUDevice;
    offer(smallAdapter(async () => broken));
    vi.spyOn(console, 'warn').mockImplementation(() => {}); // TF.js tells the console first
    const engine = await startEngine('auto');
    expect(engine).toMatchObject({ engine: 'wasm', note: expect.stringContaining('WebGPU could not be started') });
    expect(destroy).toHaveBeenCalledTimes(1);
  });
});

/** The device of TF.js's present backend. */
const deviceOf = (): GPUDevice => (tf.backend() as WebGPUBackend).device; // WebGPU was just started

// Node has none.
describe.each(ENGINES.filter((engine) => engine === 'webgpu'))('on a real device (%s)', () => {
  it('the smallest limits are enough to train', { timeout: 120_000 }, async () => {
    const real = (await navigator.gpu.requestAdapter())!; // every browser of the tests has one
    const adapter = smallAdapter((asked) => real.requestDevice(asked));
    offer(adapter);
    const trained = await pretrained();
    expect(trained).toMatchObject({ restarts: [], last: FINISHED, record: { engine: { engine: 'webgpu', adapter: 'a small GPU' } } });
    expect(adapter.requestDevice).toHaveBeenCalledTimes(1);
    expect(deviceOf().limits.maxStorageBuffersPerShaderStage).toBe(8);
    expect(deviceOf().limits.maxStorageBufferBindingSize).toBe(128 * 2 ** 20);
  });

  it('a shader that does not compile ends the engine, and the reason names the kernel', async () => {
    const { lost } = await startEngine('webgpu');
    const machine = currentMachine();
    const broken = defineLaunch({
      name: 'broken', operands: { y: 'out f32' }, optional: [], sizes: { count: 'i32' }, reference: () => {},
      passes: [{ variants: [{ name: 'a typo', lanes: 64, groups: () => 1, code: () => 'fn kernel(group: u32, lane: u32) { y[lane] = nothing; }' }] }],
    });
    machine.run(broken, { y: machine.make(64) }, { count: 64 });
    expect(await lost).toMatch(/^it refused a kernel, broken\/0\/a typo\/.*unresolved value 'nothing'/);
  });

  it('a kernel that no device takes: training goes on on WASM, and the note names it', { timeout: 120_000 }, async () => {
    const create = GPUDevice.prototype.createShaderModule;
    vi.spyOn(GPUDevice.prototype, 'createShaderModule').mockImplementation(function (this: GPUDevice, given) {
      return create.call(this, given.label?.startsWith('adamWUpdate') ? { ...given, code: 'no shader at all' } : given);
    });
    const { restarts, last, record, steps } = await pretrained();
    expect(last).toEqual(FINISHED);
    expect(restarts.map(({ step, engine }) => [step, engine.engine])).toEqual([[0, 'webgpu'], [0, 'wasm']]);
    expect(record.engine!.note).toMatch(/^The GPU failed \(it refused a kernel, adamWUpdate\/0.*on WASM\.$/);
    expect(steps).toEqual([1, 2, 3, 4]);
  });

  it('a device that is destroyed says so, and another can be started in the same thread', async () => {
    const first = await startEngine('webgpu');
    const numbers = tf.tensor1d([1, 2, 3]);
    deviceOf().destroy();
    expect(await first.lost).toMatch(/destroyed/i);
    first.discard();
    expect(tf.findBackend('webgpu')).toBeNull();
    await startEngine('webgpu');
    expect(await tf.tidy(() => tf.add(tf.tensor1d([1, 2, 3]), 1)).data()).toEqual(Float32Array.of(2, 3, 4));
    numbers.dispose();
  });

  it.each(['fails', 'stays open'])('lost while it is started, when a read %s: WASM, and the reason is told', async (manner) => {
    const real = (await navigator.gpu.requestAdapter())!; // as above
    if (manner === 'stays open') vi.spyOn(GPUBuffer.prototype, 'mapAsync').mockReturnValue(new Promise(() => {}));
    offer(smallAdapter(async (asked) => {
      const device = await real.requestDevice(asked);
      setTimeout(() => device.destroy(), 50);
      return device;
    }, { description: `a GPU never seen, whose read ${manner}` }));
    expect(await startEngine('auto')).toMatchObject({ engine: 'wasm', note: expect.stringMatching(/^WebGPU could not be started: .+/) }); // the read's word or the device's, whichever was first
    expect(tf.findBackend('webgpu')).toBeNull();
  });

  it('destroyed in mid-run, it is replaced, and every step is written once', { timeout: 120_000 }, async () => {
    let isDone = false;
    const { restarts, last, record, steps } = await pretrained((step) => {
      if (step === 2 && !isDone) {
        isDone = true;
        deviceOf().destroy();
      }
    });
    expect(last).toEqual(FINISHED);
    expect(restarts).toMatchObject([{ step: 2, engine: { engine: 'webgpu' } }]);
    expect(record.engine!.note).toMatch(/^The GPU failed \(.*destroyed.*\), so training went on from step 2 of pretrain on a new device\.$/i);
    expect(steps).toEqual([1, 2, 3, 4]);
  });
});
