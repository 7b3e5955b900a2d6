/** The store of data sets in the browser's IndexedDB, in the database of the runs. */
import { Failure } from '../contract/failures';
import type { ImportId } from '../contract/ids';
import { connect, over, type Transaction } from './connection';
import { linesIn, type DatasetStore } from './dataset-store';
import { ofImport } from './schema';

/** Throws as `openDatabase` does. */
export async function openDatasets(name = 'nudge'): Promise<DatasetStore> {
  const { read, write } = over(await connect(name));
  const forget = async (tx: Transaction<'readwrite'>, by: ImportId) => void (await Promise.all([tx.objectStore('imports').delete(by), tx.objectStore('rows').delete(ofImport(by))]));
  const mustBeOpen = async (tx: Transaction<'readwrite'>, by: ImportId) => {
    if ((await tx.objectStore('imports').get(by)) === undefined) throw new Failure('import-ended');
  };

  return {
    datasets: () => read(['datasets'], async (tx) => (await tx.objectStore('datasets').getAll()).map(({ record }) => record).sort((a, b) => b.created - a.created)),
    dataset: (id) => read(['datasets'], async (tx) => (await tx.objectStore('datasets').get(id))?.record),
    lines: (id, from, count) =>
      read(['datasets', 'rows'], async (tx) => {
        const stored = await tx.objectStore('datasets').get(id);
        if (!stored) throw new Failure('dataset-gone', id);
        const end = Math.min(stored.record.rows, from + count);
        const starts = await tx.objectStore('rows').getAllKeys(ofImport(stored.by, end));
        const first = starts.findLast(([, row]) => row <= from);
        if (!first || from >= end) return [];
        const parts = await tx.objectStore('rows').getAll(IDBKeyRange.bound(first, [stored.by, end], false, true));
        return parts.flatMap((part, i) => (i === 0 ? linesIn(part, from - first[1]) : linesIn(part))).slice(0, end - from);
      }),
    rename: (id, name_) =>
      write(['datasets'], async (tx) => {
        const stored = await tx.objectStore('datasets').get(id);
        if (stored) await tx.objectStore('datasets').put({ ...stored, record: { ...stored.record, name: name_ } }, id);
      }),
    deleteDataset: (id) =>
      write(['datasets', 'imports', 'rows'], async (tx) => {
        const stored = await tx.objectStore('datasets').get(id);
        if (!stored) return;
        await tx.objectStore('datasets').delete(id);
        await forget(tx, stored.by);
      }),

    imports: () => read(['imports'], (tx) => tx.objectStore('imports').getAllKeys()),
    begin: (by) => write(['imports'], async (tx) => void (await tx.objectStore('imports').put(Date.now(), by))),
    append: (by, first, bytes) =>
      write(['imports', 'rows'], async (tx) => {
        await mustBeOpen(tx, by);
        await tx.objectStore('rows').put(bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice(), [by, first]); // a view would be stored with all of its buffer
      }),
    finish: (by, record) =>
      write(['datasets', 'imports', 'rows'], async (tx) => {
        await mustBeOpen(tx, by);
        const same = await tx.objectStore('datasets').get(record.id);
        if (same) await forget(tx, by);
        else await Promise.all([tx.objectStore('imports').delete(by), tx.objectStore('datasets').put({ record, by }, record.id)]);
        return { record: same?.record ?? record, isNew: !same };
      }),
    abort: (by) =>
      write(['imports', 'rows'], async (tx) => {
        if ((await tx.objectStore('imports').get(by)) !== undefined) await forget(tx, by);
      }),
  };
}
