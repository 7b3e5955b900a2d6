/** What only a browser has: its own IndexedDB, its locks and real workers, under the same code that the unit tests drive. */
import { expect, test } from 'vitest';
import { probeEngine } from '../../src/client/probe-engine';
import { TrainClient } from '../../src/client/train-client';
import type { TrainEvent } from '../../src/contract/api';
import { newRunId } from '../../src/contract/ids';
import { openDatabase } from '../../src/storage/database';
import { holdRun, isRunHeld, isRunHeldElsewhere } from '../../src/storage/locks';
import { exportRun, importRun } from '../../src/storage/transfer';
import { bundleOf, config, RUN, VOCABULARY } from '../unit/made-runs';

test('a run is stored, exported, deleted and imported again', async () => {
  const store = await openDatabase(`test-${newRunId()}`);
  await store.putBundle(bundleOf());
  const { bytes } = await exportRun(store, RUN, { appVersion: 'test', vocabulary: VOCABULARY });
  await store.deleteRun(RUN);
  expect(await store.bytes(RUN)).toBe(0);
  expect(await importRun(store, bytes)).toEqual(bundleOf().record);
  expect(await store.bundle(RUN)).toEqual(bundleOf());
});

test('a run has one holder at a time', async () => {
  const id = newRunId();
  expect(await isRunHeld(id)).toBe(false);
  const release = await holdRun(id);
  expect(await isRunHeld(id)).toBe(true);
  expect(await isRunHeld(newRunId())).toBe(false);
  await expect(holdRun(id)).rejects.toMatchObject({ code: 'run-busy' });
  release();
  // The browser hands a lock back in its own time.
  await expect.poll(() => holdRun(id).catch(() => undefined)).toBeTypeOf('function');
});

test('a run that another tab holds is seen', async () => {
  // To the browser a worker is somebody else, as a tab is.
  const script = new Blob([`navigator.locks.request('nudge-run-${newRunId()}', () => { postMessage('held'); return new Promise(() => {}); });`], { type: 'text/javascript' });
  const holder = new Worker(URL.createObjectURL(script));
  await new Promise((held) => (holder.onmessage = held));
  expect(await isRunHeldElsewhere()).toBe(true);
  holder.terminate();
});

test('a probe starts WASM in a worker and tells what it is', async () => {
  expect(await probeEngine('wasm')).toMatchObject({ engine: 'wasm', adapter: expect.stringMatching(/./) });
});

test('a failure in the training worker comes out with its own code', async () => {
  const heard: TrainEvent[] = [];
  const client = new TrainClient((event) => heard.push(event));
  // Nothing is stored under this id, and PPO starts from what earlier stages have made.
  await expect(client.start({ run: newRunId(), config, stage: 'ppo', engine: 'wasm' })).rejects.toMatchObject({ name: 'Failure', code: 'missing-checkpoint' });
  client.close();
  expect(heard).toEqual([]);
});

test('a worker whose script is not there is told as a crash, not waited for', async () => {
  const client = new TrainClient(() => {}, () => new Worker('/no-such-worker.js', { type: 'module' }));
  await expect(client.pause()).rejects.toMatchObject({ code: 'worker-crashed' });
});
