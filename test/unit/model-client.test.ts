/** The page's side of the worker in which models speak: tokens on the way, a worker that dies or is thrown away, and what is suggested of what is stored. */
import { expect, test } from 'vitest';
import { ModelClient } from '../../src/client/model-client';
import { Failure } from '../../src/contract/failures';
import { asRunId } from '../../src/contract/ids';
import type { Answer, HeardToken, ModelApi, Opened, TalkOrder } from '../../src/contract/model-api';
import { hasPolicy, judgeOf, readRef, readsAlike, referenceOf, speakablesOf, written } from '../../src/state/speakables';
import { memoryStore } from '../../src/storage/memory-store';
import { FakeWorker } from './fake-worker';
import { bundleOf, recordOf } from './made-runs';

const order: TalkOrder = { engine: 'wasm', left: { run: asRunId('run-a'), stage: 'ppo', step: 3 }, right: null, reward: null };
const question = { prompt: '', seed: 1, temperature: 1, topK: 0, length: 3 };
const opened: Opened = { engine: { engine: 'wasm', adapter: '', note: '' }, examples: [], takesNothing: true, context: 8, left: { layers: 1, heads: 1, parameters: 1 }, right: null };
const answer: Answer = { left: { prompt: [], completion: [], tokens: [], text: '', ended: true, gold: null }, right: null };

function scripted(script: Partial<ModelApi> = {}) {
  const workers: FakeWorker[] = [];
  const api: ModelApi = {
    useStores: async () => {},
    open: async () => opened,
    say: async (_, heard) => {
      heard.postMessage({ side: 'left', at: 0, text: 'a' } satisfies HeardToken);
      await new Promise((done) => setTimeout(done, 20)); // what was posted comes first
      return answer;
    },
    stop: async () => {},
    attention: async () => Float32Array.of(1),
    ...script,
  };
  const client = new ModelClient(undefined, () => {
    workers.push(new FakeWorker(api));
    return workers.at(-1)!; // put there above
  });
  return { client, workers };
}

test('requests reach the worker, tokens are heard on the way, and one worker answers all of them', async () => {
  const { client, workers } = scripted();
  await client.stop(); // nobody speaks: no worker is made for it
  expect(workers).toHaveLength(0);
  expect(await client.open(order)).toEqual(opened);
  const heard: HeardToken[] = [];
  expect(await client.say(question, (token) => heard.push(token))).toEqual(answer);
  expect(heard).toEqual([{ side: 'left', at: 0, text: 'a' }]);
  expect(await client.attention({ side: 'left', tokens: [2], layer: 0, head: 0 })).toEqual(Float32Array.of(1));
  expect(workers).toHaveLength(1);
  client.close();
});

test('a failure crosses with its code; a death rejects what waits, and the next question has a worker of its own', async () => {
  const { client, workers } = scripted({ open: async () => { throw new Failure('unlike-models', 'ppo'); }, say: () => new Promise(() => {}) });
  await expect(client.open(order)).rejects.toMatchObject({ code: 'unlike-models', detail: 'ppo' });
  const waiting = client.say(question, () => {});
  workers[0]!.die('out of memory');
  await expect(waiting).rejects.toMatchObject({ code: 'model-worker-stopped', detail: 'out of memory' });
  await client.attention({ side: 'left', tokens: [2], layer: 0, head: 0 });
  expect(workers).toHaveLength(2);
  const left = client.say(question, () => {});
  client.close();
  await expect(left).rejects.toMatchObject({ code: 'model-worker-stopped' });
  expect(workers.map(({ terminated }) => terminated)).toEqual([1, 1]);
});

test('policies stand in the order of training from the last, with what each began from and the nearest judge of its task', async () => {
  const store = memoryStore();
  await store.putBundle(bundleOf());
  const older = bundleOf(asRunId('run-older'));
  await store.putBundle({ record: { ...recordOf(asRunId('run-older'), 1), config: { ...older.record.config, stages: older.record.config.stages.slice(0, 2) } }, stages: older.stages.slice(0, 2) });
  const all = speakablesOf(await store.overview());
  expect(all.map(({ record, policies, rewards }) => [record.id, policies.map(({ stage, step }) => `${stage} ${step}`), rewards.length])).toEqual([
    ['run-test', ['ppo 100', 'sft 100', 'pretrain 100', 'pretrain 50'], 1],
    ['run-older', ['sft 100', 'pretrain 100', 'pretrain 50'], 0],
  ]);
  const [ppo, sft, pretrain] = all[0]!.policies;
  expect([referenceOf(ppo!, all), referenceOf(sft!, all), referenceOf(pretrain!, all)]).toEqual([sft, pretrain, null]);
  expect(judgeOf(all[1]!.policies[0]!, all)).toEqual(all[0]!.rewards[0]); // of another run of the task
  expect(readRef(written(ppo!))).toEqual(ppo);
  expect([readRef(null), readRef('run-test/ppo'), readRef('run-test/ppo/x')]).toEqual([null, null, null]);
  expect([hasPolicy(recordOf(), [ppo!]), hasPolicy(recordOf(), [{ ...ppo!, step: 0 }]), hasPolicy(recordOf(), all[0]!.rewards)]).toEqual([true, false, false]);
  const { task } = recordOf().config;
  expect(readsAlike(task, { ...task })).toBe(true);
});
