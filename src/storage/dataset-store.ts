/**
 * What a store of data sets can do: those the visitor brought, beside the runs. IndexedDB in the page and its workers (`dataset-database.ts`), plain memory in the batch
 * door, in tests and where the browser forbids storage (`dataset-memory.ts`). Every method is one transaction and may be asked through a port.
 * Rows come in parts, so that a file larger than memory can be imported; until the last part nobody sees any of them.
 */
import type { DatasetRecord } from '../contract/dataset';
import type { DatasetId, ImportId } from '../contract/ids';

/** What became of an import. */
export interface Finished {
  record: DatasetRecord;
  /** False where the same data was here already: that record is given, and nothing was added. */
  isNew: boolean;
}

export interface DatasetStore {
  /** Newest first. */
  datasets(): Promise<DatasetRecord[]>;
  dataset(id: DatasetId): Promise<DatasetRecord | undefined>;
  /** Lines of JSON, without their ends: `count` rows from row `from` (0 is the first), fewer where there are no more. Throws `dataset-gone`. */
  lines(id: DatasetId, from: number, count: number): Promise<string[]>;
  rename(id: DatasetId, name: string): Promise<void>;
  deleteDataset(id: DatasetId): Promise<void>;

  /** Imports that have begun and not ended. */
  imports(): Promise<ImportId[]>;
  begin(by: ImportId): Promise<void>;
  /** @param first number of the first of these rows @param bytes lines of JSON, each with its end. Throws `import-ended` when the import was aborted meanwhile. */
  append(by: ImportId, first: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** The rows become a data set. Throws `import-ended` as above. */
  finish(by: ImportId, record: DatasetRecord): Promise<Finished>;
  /** Nothing of the import stays. One that is unknown or finished changes nothing. */
  abort(by: ImportId): Promise<void>;
}

/** Of a part: its lines from the given one on. @param from line of the part, from 0 */
export function linesIn(bytes: Uint8Array, from = 0, count = Infinity): string[] {
  const lines = new TextDecoder().decode(bytes).split('\n');
  return lines.slice(from, Math.min(lines.length - 1, from + count)); // after the last end stands nothing
}
