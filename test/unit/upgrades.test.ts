/** Databases as every earlier version left them in browsers: opened by this one, with everything in them, and gone on with. */
import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { appendColumns, emptyColumns } from '../../src/contract/metrics';
import { openDatabase } from '../../src/storage/database';
import { openDatasets } from '../../src/storage/dataset-database';
import { VERSION } from '../../src/storage/schema';
import { checkpointAt, commitAt, eventAt, recordOf, rows, RUN, samplesAt, stageRecord } from './made-runs';

interface Frozen {
  version: number;
  stores: Record<string, { key: IDBValidKey; value: unknown }[]>;
}

/** Written once, by the code of its version: `test/fixtures/write-database.ts`. */
const frozen = (version: number): Frozen =>
  JSON.parse(readFileSync(new URL(`../fixtures/database-v${version}.json`, import.meta.url), 'utf8'), (_, value: unknown) => {
    const bytes = typeof value === 'object' && value !== null && 'bytes' in value && typeof value.bytes === 'string' ? value.bytes : undefined;
    return bytes === undefined ? value : Uint8Array.from(Buffer.from(bytes, 'base64'));
  }) as Frozen; // as it was written

/** A browser that was last here with that version. */
async function left(version: number): Promise<string> {
  const name = `left-${version}-${Math.random()}`;
  const { stores, version: said } = frozen(version);
  expect(said).toBe(version);
  const db = await openDB(name, version, { upgrade: (fresh) => Object.keys(stores).forEach((store) => fresh.createObjectStore(store)) });
  for (const [store, entries] of Object.entries(stores)) for (const { key, value } of entries) await db.put(store, value, key);
  db.close();
  return name;
}

/** The frozen files are JSON, which has no sign for −0. */
const signless = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T; // what JSON can say it gives back

const pretrained = () => {
  const metrics = emptyColumns();
  appendColumns(metrics, rows(0, 100));
  return { stage: stageRecord('pretrain', 100), history: { metrics, samples: signless([samplesAt(5), samplesAt(100)]), events: [eventAt(5), eventAt(100)] }, checkpoints: [checkpointAt('pretrain', 100)] };
};

describe.each(Array.from({ length: VERSION }, (_, i) => i + 1))('a database of version %d', (version) => {
  test('opens with everything that was in it', async () => {
    const name = await left(version);
    const store = await openDatabase(name);
    const bundle = (await store.bundle(RUN))!;
    expect(bundle.record).toEqual(recordOf());
    expect(bundle.stages[0]).toEqual(pretrained());
    const [, sft] = bundle.stages;
    expect(sft).toMatchObject({ stage: stageRecord('sft', 3), history: { metrics: rows(0, 3), samples: signless([samplesAt(3)]) }, checkpoints: [] });
    expect((await store.said(RUN)).map(({ stage, preferences }) => [stage, preferences.length])).toEqual(version >= 2 ? [['sft', 1]] : []);
    expect(await store.overview()).toMatchObject([{ record: recordOf(), bytes: await store.bytes(RUN), checkpoints: [{ stage: 'pretrain', step: 100 }] }]);
    const datasets = await openDatasets(name);
    const found = await datasets.datasets();
    expect(found.map((record) => record.name)).toEqual(version >= 3 ? ['Mine'] : []);
    for (const { id } of found) expect(await datasets.lines(id, 0, 9)).toEqual([expect.stringContaining('good é')]);
  });

  test('is gone on with', async () => {
    const store = await openDatabase(await left(version));
    await store.commit(commitAt('sft', 3, 5));
    expect((await store.history(RUN, 'sft')).metrics).toEqual(rows(0, 5));
    expect(await store.checkpoints(RUN, 'sft')).toEqual([{ run: RUN, stage: 'sft', step: 5 }]);
    await store.deleteRun(RUN);
    expect(await store.overview()).toEqual([]);
  });
});

test('a checkpoint whose bytes changed on the disk is refused by name; the others, and those of versions without a checksum, are read', async () => {
  const name = await left(1);
  const store = await openDatabase(name);
  await store.commit(commitAt('sft', 3, 5));
  await store.commit(commitAt('sft', 5, 6));
  const raw = await openDB(name);
  for (const [stage, step] of [['pretrain', 100], ['sft', 6]] as const) {
    const bytes = (await raw.get('tensors', [RUN, stage, step])) as Uint8Array; // as it is stored
    bytes[bytes.length - 1]! ^= 1;
    await raw.put('tensors', bytes, [RUN, stage, step]);
  }
  raw.close();
  const damaged = { name: 'Failure', code: 'damaged-checkpoint', detail: 'sft step 6' };
  await expect(store.checkpoint({ run: RUN, stage: 'sft', step: 6 })).rejects.toMatchObject(damaged);
  await expect(store.bundle(RUN)).rejects.toMatchObject(damaged);
  expect(await store.checkpoint({ run: RUN, stage: 'sft', step: 5 })).toEqual(checkpointAt('sft', 5));
  expect(await store.checkpoint({ run: RUN, stage: 'pretrain', step: 100 })).toBeDefined();
  await store.deleteRun(RUN);
  expect(await store.overview()).toEqual([]);
});

test('an upgrade that breaks off leaves the database as it was, for the next try', async () => {
  const name = await left(1);
  await expect(openDB(name, VERSION, {
    upgrade: (db, _from, _to, transaction) => {
      db.createObjectStore('preferences');
      transaction.abort(); // as a browser does that is closed meanwhile
      transaction.done.catch(() => {});
    },
  })).rejects.toMatchObject({ name: 'AbortError' });
  expect((await (await openDatabase(name)).bundle(RUN))?.stages[0]).toEqual(pretrained());
});
