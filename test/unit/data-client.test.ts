/** The page's handle on the data worker: answers, progress, failures with their codes, and a fresh worker after one that died. */
import { expect, test } from 'vitest';
import { DataClient } from '../../src/client/data-client';
import type { DataApi, ImportChoices, Progress } from '../../src/contract/data-api';
import { Failure } from '../../src/contract/failures';
import { FakeWorker } from './fake-worker';

const forever = () => new Promise<never>(() => {});
const choices: ImportChoices = { name: 'n', source: 's', licence: '', kind: 'text', mapping: {}, onProblem: 'stop', duplicates: 'drop', long: 'keep', longest: 9, heldOut: 0 };

function connected(script: Partial<DataApi>, pageStore?: object) {
  const api: DataApi = { useStore: () => {}, look: forever, import: forever, cancel: () => {}, describe: forever, browse: forever, write: forever, learnTokenizer: forever, ...script };
  const workers: FakeWorker[] = [];
  const client = new DataClient(pageStore, () => {
    const worker = new FakeWorker(api);
    workers.push(worker);
    return worker;
  });
  return { client, workers };
}

test('no worker is made before one is needed; requests, progress and failures go through', async () => {
  const { client, workers } = connected({
    browse: async () => ({ rows: [], found: 3 }),
    import: async (_file, _name, _choices, port) => {
      port!.postMessage({ done: 1, total: 2, count: 3 });
      return null;
    },
    describe: () => Promise.reject(new Failure('dataset-gone', 'x')),
  });
  expect(workers).toHaveLength(0);
  expect(await client.browse({ said: [] }, [], 0, 1)).toEqual({ rows: [], found: 3 });
  const told: Progress[] = [];
  expect(await client.import(new Blob(['']), 'a', choices, (progress) => told.push(progress))).toBeNull();
  expect(told.length === 0 || told[0]!.count === 3).toBe(true); // it may come after the answer, and is no news then
  await expect(client.describe({ said: [] })).rejects.toMatchObject({ code: 'dataset-gone', detail: 'x' });
  expect(workers).toHaveLength(1);
  client.close();
});

test('a worker that dies fails what waits, and the next request has a fresh one', async () => {
  const { client, workers } = connected({ cancel: () => {} });
  const waiting = client.import(new Blob(['']), 'a', choices, () => {}).catch((error: unknown) => error);
  workers[0]!.die('out of memory');
  expect(await waiting).toMatchObject({ code: 'data-worker-stopped', detail: 'out of memory' });
  await client.cancel();
  expect(workers).toHaveLength(2);
  client.close();
});

test('where the browser keeps nothing, the worker is given the page’s own store first', async () => {
  const asked: string[] = [];
  const { client } = connected({ useStore: () => void asked.push('store'), cancel: () => void asked.push('cancel') }, { datasets: async () => [] });
  await client.cancel();
  expect(asked).toEqual(['store', 'cancel']);
  client.close();
});
