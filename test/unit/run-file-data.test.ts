/** A run over somebody's own rows takes them along in its file, and goes on elsewhere. */
import { zipSync, unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { detailText } from '../../src/contract/details';
import { parseRunConfig } from '../../src/contract/config';
import { asDatasetId, newRunId } from '../../src/contract/ids';
import { memoryDatasets } from '../../src/storage/dataset-memory';
import { DatasetWriter, firstSamples } from '../../src/storage/dataset-rows';
import type { DatasetStore } from '../../src/storage/dataset-store';
import { memoryStore } from '../../src/storage/memory-store';
import { hashOf } from '../../src/storage/archive';
import { MOST_DATA } from '../../src/storage/limits';
import { exportRun, importRun } from '../../src/storage/transfer';
import { Summing } from '../../src/formats/summary';
import { preferences } from '../made-data';

const about = { appVersion: 'test', vocabulary: ['a'] };

/** A store that holds some rows, and a run that learns from them. */
async function somewhere(count = 30) {
  const [store, datasets] = [memoryStore(), memoryDatasets()];
  const writer = await DatasetWriter.begin(datasets);
  for (const sample of preferences(count)) await writer.add(sample);
  const { record } = await writer.finish({ name: 'kind.jsonl', source: 'made up', licence: 'none', created: 5, kind: 'preference', heldOut: { share: 0.1, rows: 3 }, summary: new Summing().summary });
  const config = parseRunConfig({ recipe: 'yours-dpo', seed: 1, task: { id: 'yours', dataset: record.id, called: record.name }, model: {}, stages: [{ id: 'pretrain', start: {}, train: { algorithm: 'pretrain' } }] });
  const run = newRunId();
  await store.putRun({ id: run, name: 'yours', config, created: 1, appVersion: 'test', parents: [] });
  return { store, datasets, run, record };
}

test('rows go with the run and are the same data set there, once', async () => {
  const { store, datasets, run, record } = await somewhere();
  const { bytes, says } = await exportRun(store, run, about, datasets);
  expect(says).toBeUndefined();
  expect((await exportRun(store, run, about, datasets)).bytes).toEqual(bytes);
  const [there, data] = [memoryStore(), memoryDatasets()];
  await importRun(there, bytes, data);
  await importRun(there, bytes, data);
  expect(await data.datasets()).toMatchObject([{ id: record.id, name: 'kind.jsonl', source: 'made up', rows: 30, bytes: record.bytes, heldOut: { share: 0.1 } }]);
  expect(await firstSamples(data, record.id, 100)).toEqual(preferences(30));
  expect(await data.imports()).toEqual([]);
});

test('where rows are missing or too many, the file goes without them and it is said', async () => {
  const { store, datasets, run, record } = await somewhere();
  const large: DatasetStore = { ...datasets, dataset: async () => ({ ...record, bytes: MOST_DATA + 1 }) };
  expect(detailText((await exportRun(store, run, about, large)).says ?? '')).toContain('kind.jsonl (64 MB) is too large');
  const { bytes, says } = await exportRun(store, run, about, memoryDatasets());
  expect(detailText(says ?? '')).toContain('not in this browser');
  const data = memoryDatasets();
  await importRun(memoryStore(), bytes, data);
  expect(await data.datasets()).toEqual([]);
});

/** A file whose rows somebody changed, with checksums that fit. */
async function forged(bytes: Uint8Array, change: (rows: string) => string, isHonest = false): Promise<Uint8Array> {
  const entries = unzipSync(bytes);
  const rows = new TextEncoder().encode(change(new TextDecoder().decode(entries['dataset.jsonl'])));
  const manifest = JSON.parse(new TextDecoder().decode(entries['manifest.json'])) as { hashes: Record<string, string>; config: { task: { dataset: string } } }; // as it was written
  manifest.hashes['dataset.jsonl'] = await hashOf(rows);
  if (isHonest) manifest.config.task.dataset = await hashOf(rows);
  return zipSync({ ...entries, 'dataset.jsonl': rows, 'manifest.json': new TextEncoder().encode(JSON.stringify(manifest)) });
}

test.each([
  ['other rows', (rows: string) => rows.replace('kindly', 'loudly'), false, 'dataset.jsonl holds other rows than the run learns from'],
  ['no JSON', (rows: string) => `${rows}{\n`, true, 'line 31 of dataset.jsonl is no row'],
  ['rows of another kind', () => '{"text":"x"}\n', true, 'line 1 of dataset.jsonl is no row'],
  ['a row written otherwise', (rows: string) => rows.replace('{"prompt"', '{ "prompt"'), true, 'line 1 of dataset.jsonl is no row'],
  ['no end', (rows: string) => rows.slice(0, -1), true, 'dataset.jsonl is cut short'],
] as const)('a file with %s is refused, and nothing stays', async (_, change, isHonest, detail) => {
  const { store, datasets, run } = await somewhere();
  const bytes = await forged((await exportRun(store, run, about, datasets)).bytes, change, isHonest);
  const [there, data] = [memoryStore(), memoryDatasets()];
  await expect(importRun(there, bytes, data)).rejects.toMatchObject({ code: 'unreadable-run-file', detail });
  expect([await there.runs(), await data.datasets(), await data.imports()]).toEqual([[], [], []]);
});

test('a run that cannot be stored leaves no rows behind, but those that were there', async () => {
  const { store, datasets, run, record } = await somewhere();
  const { bytes } = await exportRun(store, run, about, datasets);
  const full = { ...memoryStore(), putBundle: async () => { throw new Error('full'); } };
  const data = memoryDatasets();
  await expect(importRun(full, bytes, data)).rejects.toThrow('full');
  expect(await data.datasets()).toEqual([]);
  await expect(importRun(full, bytes, datasets)).rejects.toThrow('full');
  expect(await datasets.dataset(asDatasetId(record.id))).toBeDefined();
});
