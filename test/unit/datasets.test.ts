/** One set of promises, kept by both stores of data sets: an id that is the data's own, rows from anywhere, and nothing left of what did not finish. */
import 'fake-indexeddb/auto';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { asDatasetId, newImportId } from '../../src/contract/ids';
import type { Kind, Sample } from '../../src/contract/sample';
import { writeJsonLine } from '../../src/formats';
import { openDatabase } from '../../src/storage/database';
import { openDatasets } from '../../src/storage/dataset-database';
import { memoryDatasets } from '../../src/storage/dataset-memory';
import { DatasetWriter, eachSample, readSamples, sweepImports, textOf, type About } from '../../src/storage/dataset-rows';
import type { DatasetStore } from '../../src/storage/dataset-store';
import { Sha256 } from '../../src/storage/sha256';
import { recordOf } from './made-runs';

let counted = 0;
const nextName = () => `datasets-${counted++}`;
const stores: [string, () => Promise<DatasetStore>][] = [
  ['database', () => openDatasets(nextName())],
  ['memory', async () => memoryDatasets()],
];

const pair = (i: number, long = ''): Sample => ({ kind: 'preference', prompt: `prompt ${i}${long}`, chosen: `good é ${i}`, rejected: 'bad\nline', extra: { votes: i } });
const pairs = (count: number, long = ''): Sample[] => Array.from({ length: count }, (_, i) => pair(i, long));
const about = (more: Partial<About> = {}): About => ({
  name: 'Mine', created: 5, source: 'mine.jsonl', licence: '', kind: 'preference', heldOut: { share: 0.1, rows: 1 },
  summary: { kinds: {}, reasons: {}, duplicates: 0, prompts: undefined, completions: undefined, lengths: undefined, chosen: { longer: 0, shorter: 0, asLong: 0 }, labels: { good: 0, bad: 0 }, raters: 0 },
  ...more,
});

async function put(store: DatasetStore, samples: readonly Sample[], more: Partial<About> = {}) {
  const writer = await DatasetWriter.begin(store);
  for (const sample of samples) await writer.add(sample);
  return writer.finish(about(more));
}

const linesOf = (samples: readonly Sample[]) => samples.map((sample) => `${writeJsonLine(sample)}\n`).join('');
const idOf = (samples: readonly Sample[]) => createHash('sha256').update(linesOf(samples)).digest('hex');

describe('SHA-256', () => {
  test.each([0, 1, 54, 55, 56, 63, 64, 65, 119, 120, 1000])('of %i bytes is what Node says', (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 151) % 256);
    const hash = new Sha256();
    hash.update(bytes);
    expect(hash.digest()).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  test('is the same however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), (pieces) => {
        const [ours, theirs] = [new Sha256(), createHash('sha256')];
        for (const piece of pieces) {
          ours.update(piece);
          theirs.update(piece);
        }
        expect(ours.digest()).toBe(theirs.digest('hex'));
      }),
    );
  });
});

describe.each(stores)('a store of data sets in %s', (_, open) => {
  let store: DatasetStore;
  beforeEach(async () => {
    store = await open();
  });

  test('what is not there is nothing, or said', async () => {
    expect(await store.datasets()).toEqual([]);
    expect(await store.dataset(asDatasetId('x'))).toBeUndefined();
    await expect(store.lines(asDatasetId('x'), 0, 1)).rejects.toMatchObject({ code: 'dataset-gone' });
    await store.deleteDataset(asDatasetId('x'));
    await store.rename(asDatasetId('x'), 'y');
    await store.abort(newImportId());
    expect(await store.imports()).toEqual([]);
  });

  test('a data set is called by the SHA-256 of its lines, and says how many and how large they are', async () => {
    const samples = pairs(5);
    const { record, isNew } = await put(store, samples);
    expect(isNew).toBe(true);
    expect(record).toEqual({ ...about(), id: idOf(samples), rows: 5, bytes: Buffer.byteLength(linesOf(samples)) });
    expect(await store.dataset(record.id)).toEqual(record);
    expect(await store.datasets()).toEqual([record]);
    expect(await store.imports()).toEqual([]);
  });

  test('rows come from anywhere, over the borders of parts', async () => {
    const samples = pairs(40, 'x'.repeat(60_000)); // several parts
    const { record } = await put(store, samples);
    for (const [from, count] of [[0, 1], [0, 40], [7, 1], [8, 3], [7, 20], [39, 5], [38, 100]] as const) expect(await readSamples(store, record, from, count)).toEqual(samples.slice(from, from + count));
    for (const [from, count] of [[40, 1], [400, 10], [3, 0]] as const) expect(await readSamples(store, record, from, count)).toEqual([]);
  });

  test('all rows pass by, a thousand at a time', async () => {
    const samples = pairs(2500);
    const { record } = await put(store, samples);
    const seen: Sample[] = [];
    for await (const sample of eachSample(store, record)) seen.push(sample);
    expect(seen).toEqual(samples);
    expect(await textOf(store, record.id)).toBe(linesOf(samples));
    expect(await textOf(store, asDatasetId('x'))).toBeUndefined();
  });

  test.each<[Kind, Sample]>([
    ['unpaired', { kind: 'unpaired', prompt: 'p', completion: 'c', label: false, extra: { annotator: 'ann' } }],
    ['completion', { kind: 'completion', prompt: [{ role: 'user', content: 'p' }], completion: [{ role: 'assistant', content: 'c' }], extra: {} }],
    ['prompt', { kind: 'prompt', prompt: 'p', extra: { chosen: 'not ours here' } }],
    ['text', { kind: 'text', text: [{ role: 'user', content: 'p' }], extra: {} }],
    ['text', { kind: 'text', text: 'p', extra: { label: true } }],
    ['preference', { kind: 'preference', prompt: '', chosen: 'a', rejected: 'b', extra: { label: 1 } }],
  ])('a %s comes out as it went in', async (kind, sample) => {
    const { record } = await put(store, [sample], { kind });
    expect(await readSamples(store, record, 0, 9)).toEqual([sample]);
  });

  test('the same data a second time adds nothing and keeps its name', async () => {
    const first = await put(store, pairs(3), { name: 'First' });
    const second = await put(store, pairs(3), { name: 'Second', created: 9 });
    expect(second).toEqual({ record: first.record, isNew: false });
    expect(await store.datasets()).toHaveLength(1);
    expect(await readSamples(store, first.record, 0, 9)).toEqual(pairs(3));
    expect(await store.imports()).toEqual([]);
  });

  test('renamed and deleted; neighbours stay', async () => {
    const [a, b] = [await put(store, pairs(3), { created: 1 }), await put(store, pairs(4), { created: 2 })];
    await store.rename(a.record.id, 'Other');
    expect((await store.datasets()).map(({ name, rows }) => [name, rows])).toEqual([['Mine', 4], ['Other', 3]]); // newest first
    await store.deleteDataset(b.record.id);
    expect((await store.datasets()).map(({ name }) => name)).toEqual(['Other']);
    await expect(store.lines(b.record.id, 0, 1)).rejects.toMatchObject({ code: 'dataset-gone' });
    expect(await readSamples(store, a.record, 0, 9)).toEqual(pairs(3));
  });

  test('an import is invisible until it is finished; aborted, it can neither be added to nor finished', async () => {
    const writer = await DatasetWriter.begin(store);
    for (const sample of pairs(20, 'x'.repeat(60_000))) await writer.add(sample);
    expect(await store.datasets()).toEqual([]);
    expect(await store.imports()).toHaveLength(1);
    await writer.abort();
    expect(await store.imports()).toEqual([]);
    await expect(writer.finish(about())).rejects.toMatchObject({ code: 'import-ended' });
    expect(await store.datasets()).toEqual([]);
  });

  test('an import whose tab died is swept; a finished one is not', async () => {
    const { record } = await put(store, pairs(3));
    const dead = newImportId();
    await store.begin(dead);
    await store.append(dead, 0, new TextEncoder().encode('{}\n'));
    await sweepImports(store);
    expect(await store.imports()).toEqual([]);
    expect(await readSamples(store, record, 0, 9)).toEqual(pairs(3));
    await expect(store.append(dead, 1, new Uint8Array())).rejects.toMatchObject({ code: 'import-ended' });
  });
});

describe('the database', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  test('of runs keeps them when data sets come to it, and leaves no row behind', async () => {
    const name = nextName();
    const older = await openDB(name, 2, { upgrade: (db) => void ['runs', 'stages', 'metrics', 'samples', 'events', 'checkpoints', 'tensors', 'preferences'].forEach((store) => db.createObjectStore(store)) });
    await older.put('runs', recordOf(), recordOf().id);
    older.close();
    const store = await openDatasets(name);
    const { record } = await put(store, pairs(3));
    expect(await (await openDatabase(name)).runs()).toEqual([recordOf()]);
    const writer = await DatasetWriter.begin(store);
    for (const sample of pairs(20, 'x'.repeat(60_000))) await writer.add(sample);
    await writer.abort();
    await put(store, pairs(3)); // again
    await store.deleteDataset(record.id);
    const raw = await openDB(name);
    for (const left of ['datasets', 'imports', 'rows']) expect(await raw.count(left)).toBe(0);
    raw.close();
  });

  test('that is full says so and takes back the import', async () => {
    const store = await openDatasets(nextName());
    const writer = await DatasetWriter.begin(store);
    const original = IDBObjectStore.prototype.put;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...given) {
      if (this.name === 'rows') throw new DOMException('full', 'QuotaExceededError');
      return original.apply(this, given);
    });
    await expect((async () => { for (const sample of pairs(20, 'x'.repeat(60_000))) await writer.add(sample); })()).rejects.toMatchObject({ code: 'disk-full' });
    await writer.abort();
    expect(await store.imports()).toEqual([]);
  });

  test('does not sweep an import that another tab is at', async () => {
    const held = new Set<string>();
    vi.stubGlobal('navigator', {
      locks: {
        request: async (name: string, _options: object, work: (lock: object | null) => unknown) => {
          if (held.has(name)) return work(null);
          held.add(name);
          try {
            return await work({ name });
          } finally {
            held.delete(name);
          }
        },
      },
    });
    const name = nextName();
    const writer = await DatasetWriter.begin(await openDatasets(name));
    await writer.add(pair(1));
    const other = await openDatasets(name);
    await sweepImports(other);
    const { record } = await writer.finish(about());
    expect(await readSamples(other, record, 0, 9)).toEqual([pair(1)]);
    expect(held.size).toBe(0);
  });
});
