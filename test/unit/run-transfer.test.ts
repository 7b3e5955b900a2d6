/** Runs that leave a store as a file and come into another, or into the one they are from. */
import { expect, test } from 'vitest';
import { memoryStore } from '../../src/storage/memory-store';
import { exportRun, importRun } from '../../src/storage/transfer';
import { bundleOf, contentOf, RUN, VOCABULARY } from './made-runs';

const about = { appVersion: '0.1.0', vocabulary: VOCABULARY };

test('a run goes from one machine to another and can be gone on with', async () => {
  const [here, there] = [memoryStore(), memoryStore()];
  await here.putBundle(bundleOf());
  const { name, bytes } = await exportRun(here, RUN, about);
  expect(name).toBe('Names-seed-7.nudge');
  expect(await importRun(there, bytes)).toEqual(bundleOf().record);
  expect(await contentOf(there)).toEqual(await contentOf(here));
});

test('a run that is here already is kept, and the file becomes a run of its own', async () => {
  const store = memoryStore();
  await store.putBundle(bundleOf());
  const { bytes } = await exportRun(store, RUN, about);
  const kept = { ...bundleOf(), record: { ...bundleOf().record, name: 'Renamed since' } };
  await store.putRun(kept.record);
  const record = await importRun(store, bytes);
  expect(record.id).not.toBe(RUN);
  expect(record).toEqual({ ...bundleOf().record, id: record.id, name: 'Names, seed 7 (imported)', parents: [{ run: RUN, stage: 'ppo', step: 100 }] });
  expect(await store.bundle(RUN)).toEqual(kept);
  expect(await store.bundle(record.id)).toEqual({ ...bundleOf(record.id), record });
});

test.each([
  ['names-ppo seed 1', 'names-ppo-seed-1.nudge'],
  ['../../etc/passwd', 'etc-passwd.nudge'],
  ['a/b\\c:d*e?"<>|\n', 'a-b-c-d-e.nudge'],
  ['Ünï 名前', 'Ünï-名前.nudge'],
  ['CON', 'run.nudge'],
  ['con.x', 'con-x.nudge'],
  ['...', 'run.nudge'],
  ['', 'run.nudge'],
  ['x'.repeat(300), `${'x'.repeat(60)}.nudge`],
])('%j is exported as %j', async (name, expected) => {
  const store = memoryStore();
  await store.putRun({ ...bundleOf().record, name });
  expect((await exportRun(store, RUN, about)).name).toBe(expected);
});

test('a run that is not here cannot be exported', async () => {
  await expect(exportRun(memoryStore(), RUN, about)).rejects.toMatchObject({ code: 'missing-checkpoint' });
});
