/** The store of data sets in plain memory. Parts are kept as they come, and copied on their way in. */
import { Failure } from '../contract/failures';
import type { DatasetRecord } from '../contract/dataset';
import type { DatasetId, ImportId } from '../contract/ids';
import { linesIn, type DatasetStore } from './dataset-store';

interface Part {
  first: number;
  bytes: Uint8Array<ArrayBuffer>;
}

export function memoryDatasets(): DatasetStore {
  const kept = new Map<DatasetId, { record: DatasetRecord; parts: readonly Part[] }>();
  const coming = new Map<ImportId, Part[]>();
  const partsOf = (by: ImportId): Part[] => {
    const parts = coming.get(by);
    if (!parts) throw new Failure('import-ended');
    return parts;
  };
  return {
    datasets: async () => structuredClone(Array.from(kept.values(), ({ record }) => record).sort((a, b) => b.created - a.created)),
    dataset: async (id) => structuredClone(kept.get(id)?.record),
    async lines(id, from, count) {
      const stored = kept.get(id);
      if (!stored) throw new Failure('dataset-gone', id);
      const lines: string[] = [];
      const place = stored.parts.findLastIndex(({ first }) => first <= from);
      for (const { first, bytes } of stored.parts.slice(Math.max(0, place))) {
        if (lines.length >= count) break;
        lines.push(...linesIn(bytes, Math.max(0, from - first), count - lines.length));
      }
      return lines;
    },
    async rename(id, name) {
      const stored = kept.get(id);
      if (stored) kept.set(id, { ...stored, record: { ...stored.record, name } });
    },
    async deleteDataset(id) {
      kept.delete(id);
    },

    imports: async () => [...coming.keys()],
    async begin(by) {
      coming.set(by, []);
    },
    async append(by, first, bytes) {
      partsOf(by).push({ first, bytes: bytes.slice() });
    },
    async finish(by, record) {
      const parts = partsOf(by);
      coming.delete(by);
      const same = kept.get(record.id);
      if (!same) kept.set(record.id, { record: structuredClone(record), parts });
      return structuredClone({ record: same?.record ?? record, isNew: !same });
    },
    async abort(by) {
      coming.delete(by);
    },
  };
}
