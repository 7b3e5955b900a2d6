/** The page's side of the thread border against a worker that answers, throws, dies or never speaks. */
import { afterEach, expect, test, vi } from 'vitest';
import { probeEngine } from '../../src/client/probe-engine';
import { TrainClient } from '../../src/client/train-client';
import type { StageOrder, TrainApi, TrainEvent } from '../../src/contract/api';
import { Failure } from '../../src/contract/failures';
import { newRunId } from '../../src/contract/ids';
import { configOf, recipeOf } from '../../src/recipes';
import { FakeWorker } from './fake-worker';

const config = configOf(recipeOf('names-dpo'), 1);
const order: StageOrder = { run: newRunId(), config, stage: config.stages[0]!.id, engine: 'wasm' };
const started = { engine: { engine: 'wasm', adapter: 'SIMD', note: '' }, parameters: 3, step: 4, total: 9 } as const;
const progress = (step: number, stage = order.stage): TrainEvent => ({ kind: 'progress', stage, step, total: 9, row: { loss: 1 }, tokensPerSecond: 5, memory: 4096, tensors: 7 });
const forever = () => new Promise<never>(() => {});

/** A scripted worker, and a client on it. `ports` are the ends that the worker speaks into, in order. */
function connected(script: Partial<TrainApi> = {}) {
  const heard: TrainEvent[] = [];
  const ports: MessagePort[] = [];
  const orders: StageOrder[] = [];
  const api: TrainApi = {
    start: async (given, port) => {
      orders.push(given);
      ports.push(port);
      return started;
    },
    useDatasets: async () => {},
    pause: async () => ({ step: 5 }),
    resume: async () => {},
    step: async () => ({ step: 6 }),
    save: async () => ({ run: order.run, stage: order.stage, step: 6 }),
    answer: async () => {},
    stop: async () => {},
    ...script,
  };
  const worker = new FakeWorker(api);
  const client = new TrainClient((event) => heard.push(event), () => worker);
  return { client, worker, heard, ports, orders };
}

const clients: TrainClient[] = [];
const connect = (script?: Partial<TrainApi>) => {
  const made = connected(script);
  clients.push(made.client);
  return made;
};
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
  vi.useRealTimers();
});

test('requests reach the worker and answers come back', async () => {
  const { client, orders } = connect();
  expect(await client.start(order)).toEqual(started);
  expect(orders).toEqual([order]);
  expect(await client.pause()).toEqual({ step: 5 });
  expect(await client.resume()).toBeUndefined();
  expect(await client.step()).toEqual({ step: 6 });
  expect(await client.save()).toEqual({ run: order.run, stage: order.stage, step: 6 });
  expect(await client.stop()).toBeUndefined();
});

test('events arrive in order, and those of an earlier stage no longer', async () => {
  const { client, heard, ports } = connect();
  await client.start(order);
  ports[0]!.postMessage(progress(5));
  ports[0]!.postMessage(progress(6));
  await vi.waitFor(() => expect(heard).toEqual([progress(5), progress(6)]));
  await client.start({ ...order, stage: 'dpo' });
  ports[0]!.postMessage(progress(7));
  ports[1]!.postMessage(progress(1, 'dpo'));
  await vi.waitFor(() => expect(heard.at(-1)).toEqual(progress(1, 'dpo')));
  expect(heard).toHaveLength(3);
});

test('what the worker throws keeps its code, its detail and its stack', async () => {
  const thrown = new Failure('missing-checkpoint', 'dpo starts from sft');
  const { client } = connect({ start: () => Promise.reject(thrown), save: () => Promise.reject(new RangeError('want more')) });
  const caught = await client.start(order).catch((error: unknown) => error);
  expect(caught).toBeInstanceOf(Failure);
  expect(caught).toMatchObject({ code: 'missing-checkpoint', detail: 'dpo starts from sft', stack: thrown.stack });
  await expect(client.save()).rejects.toThrow('want more');
});

test('a worker that dies rejects what was asked, says so once and is asked no more', async () => {
  const { client, worker, heard, ports } = connect({ pause: forever, save: forever });
  await client.start(order);
  ports[0]!.postMessage(progress(7));
  await vi.waitFor(() => expect(heard).toHaveLength(1));
  const asked = [client.pause(), client.save()].map((call) => call.catch((error: unknown) => error));
  worker.die('out of memory');
  worker.die('again');
  for (const error of await Promise.all(asked)) expect(error).toMatchObject({ code: 'worker-crashed', detail: 'out of memory' });
  expect(heard.slice(1)).toMatchObject([{ kind: 'failed', stage: order.stage, step: 7, failure: { code: 'worker-crashed' } }]);
  expect(worker.terminated).toBe(1);
  await expect(client.resume()).rejects.toMatchObject({ code: 'worker-crashed' });
  await expect(client.start(order)).rejects.toMatchObject({ code: 'worker-crashed' });
});

test('a worker whose script cannot be loaded rejects its start', async () => {
  const { client, worker, heard } = connect({ start: forever });
  const starting = client.start(order).catch((error: unknown) => error);
  worker.die('');
  expect(await starting).toMatchObject({ code: 'worker-crashed', detail: 'the worker could not be loaded' });
  expect(heard).toMatchObject([{ kind: 'failed', step: 0 }]);
});

test('a worker that dies after its stage has ended fails no stage', async () => {
  const { client, worker, heard, ports } = connect();
  await client.start(order);
  const finished: TrainEvent = { kind: 'finished', stage: order.stage, step: 9 };
  ports[0]!.postMessage(finished);
  await vi.waitFor(() => expect(heard).toEqual([finished]));
  worker.die('too late to matter');
  expect(heard).toEqual([finished]);
  await expect(client.start(order)).rejects.toMatchObject({ code: 'worker-crashed' });
});

test('an unreadable message counts as a crash', async () => {
  const { client, worker, heard } = connect();
  await client.start(order);
  worker.dispatchEvent(new Event('messageerror'));
  expect(heard).toMatchObject([{ kind: 'failed', step: started.step, failure: { code: 'worker-crashed' } }]);
});

test('closing ends the worker at once, rejects what was asked and is not a failure of the stage', async () => {
  const { client, worker, heard, ports } = connect({ step: forever });
  await client.start(order);
  const asked = client.step().catch((error: unknown) => error);
  ports[0]!.postMessage(progress(8));
  client.close();
  expect(worker.terminated).toBe(1);
  expect(await asked).toMatchObject({ message: expect.stringContaining('closed') });
  await new Promise((later) => setTimeout(later, 20));
  expect(heard).toEqual([]);
  client.close();
  worker.die('late');
  expect(worker.terminated).toBe(1);
  expect(heard).toEqual([]);
});

test('the probe answers and its worker is gone', async () => {
  const worker = new FakeWorker({ probe: async (choice: string) => ({ engine: choice, adapter: 'SIMD', note: '' }) });
  expect(await probeEngine('wasm', () => worker)).toEqual({ engine: 'wasm', adapter: 'SIMD', note: '' });
  expect(worker.terminated).toBe(1);
});

test('what the probe throws arrives, and its worker is gone', async () => {
  const worker = new FakeWorker({ probe: () => Promise.reject(new Failure('no-webgpu', 'none')) });
  await expect(probeEngine('webgpu', () => worker)).rejects.toMatchObject({ code: 'no-webgpu', detail: 'none' });
  expect(worker.terminated).toBe(1);
});

test('a probe that dies or never answers is no engine, and its worker is gone', async () => {
  const dying = new FakeWorker({ probe: forever });
  const died = probeEngine('auto', () => dying).catch((error: unknown) => error);
  dying.die('bad instruction');
  expect(await died).toMatchObject({ code: 'no-engine', detail: 'bad instruction' });
  expect(dying.terminated).toBe(1);

  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const silent = new FakeWorker({ probe: forever });
  const unanswered = probeEngine('auto', () => silent).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(9_999);
  expect(silent.terminated).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(await unanswered).toMatchObject({ code: 'no-engine', detail: 'no answer within 10 s' });
  expect(silent.terminated).toBe(1);
});
