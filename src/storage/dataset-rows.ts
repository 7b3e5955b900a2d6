/** Rows of a data set as samples, out of a store and into it. A data set's lines are those that `writeJsonLine` writes: columns of ours first, then those that came along. */
import type { DatasetRecord } from '../contract/dataset';
import { asDatasetId, newImportId, type DatasetId } from '../contract/ids';
import type { Kind, Sample } from '../contract/sample';
import { writeJsonLine } from '../formats/jsonl';
import { readSample, type Row } from '../formats/read-sample';
import type { DatasetStore, Finished } from './dataset-store';
import { holdImport, isImportHeld } from './locks';
import { Sha256 } from './sha256';

/** Bytes of a part, about: a part is one value of the database, and one step of progress. */
const PART = 2 ** 19;
/** Rows read at a time. */
const ROWS = 1000;

export function sampleOf(line: string, kind: Kind): Sample {
  const row = JSON.parse(line) as Row; // written by `writeJsonLine`
  const { sample, reason } = readSample(row, { kind, prompt: kind === 'text' ? 'none' : 'column' });
  if (!sample) throw new Error(`sampleOf: want a ${kind}, got a row that is none (${reason})`);
  return sample;
}

/** @param from number of the first row, from 0. Throws `dataset-gone`. */
export const readSamples = async (store: DatasetStore, { id, kind }: Pick<DatasetRecord, 'id' | 'kind'>, from: number, count: number): Promise<Sample[]> =>
  (await store.lines(id, from, count)).map((line) => sampleOf(line, kind));

/** All of them, in order, a few at a time in memory. Throws `dataset-gone`. */
export async function* eachSample(store: DatasetStore, { id, kind, rows }: Pick<DatasetRecord, 'id' | 'kind' | 'rows'>): AsyncGenerator<Sample> {
  for (let from = 0; from < rows; from += ROWS) yield* await readSamples(store, { id, kind }, from, ROWS);
}

/** The first so many of them; undefined where the data set is not stored. */
export async function firstSamples(store: DatasetStore, id: DatasetId, count: number): Promise<Sample[] | undefined> {
  const record = await store.dataset(id);
  return record && readSamples(store, record, 0, count);
}

/** Its lines as one text, each with its end; undefined where it is not stored. */
export async function textOf(store: DatasetStore, id: DatasetId): Promise<string | undefined> {
  const record = await store.dataset(id);
  if (!record) return undefined;
  let text = '';
  for (let from = 0; from < record.rows; from += ROWS) for (const line of await store.lines(id, from, ROWS)) text += `${line}\n`;
  return text;
}

/** What a data set is besides its rows. */
export type About = Omit<DatasetRecord, 'id' | 'rows' | 'bytes'>;

/** Writes rows that become a data set, or nothing. Ended by `finish` or `abort`; one that dies without either is swept by `sweepImports`. */
export class DatasetWriter {
  readonly #hash = new Sha256();
  readonly #by = newImportId();
  #lines: string[] = [];
  #length = 0;
  #first = 0;
  rows = 0;
  bytes = 0;

  private constructor(
    private readonly store: DatasetStore,
    private letGo: () => void = () => {},
  ) {}

  static async begin(store: DatasetStore): Promise<DatasetWriter> {
    const writer = new DatasetWriter(store);
    // Held before it is known, so that no other tab takes it for a dead one.
    writer.letGo = await holdImport(writer.#by);
    try {
      await store.begin(writer.#by);
    } catch (error) {
      writer.letGo();
      throw error;
    }
    return writer;
  }

  /** Resolves when there is room for more. Throws `disk-full`, `import-ended`. */
  async add(sample: Sample): Promise<void> {
    const line = writeJsonLine(sample);
    this.#lines.push(line);
    this.#length += line.length;
    this.rows += 1;
    if (this.#length >= PART) await this.#write();
  }

  async finish(about: About): Promise<Finished> {
    await this.#write();
    const id: DatasetId = asDatasetId(this.#hash.digest());
    const finished = await this.store.finish(this.#by, { ...about, id, rows: this.rows, bytes: this.bytes });
    this.letGo();
    return finished;
  }

  async abort(): Promise<void> {
    try {
      await this.store.abort(this.#by);
    } finally {
      this.letGo();
    }
  }

  async #write(): Promise<void> {
    if (this.#lines.length === 0) return;
    const part = new TextEncoder().encode(this.#lines.map((line) => `${line}\n`).join(''));
    this.#hash.update(part);
    this.bytes += part.length;
    await this.store.append(this.#by, this.#first, part);
    this.#first = this.rows;
    this.#lines = [];
    this.#length = 0;
  }
}

/** Removes what imports have left whose tab or worker died. */
export async function sweepImports(store: DatasetStore): Promise<void> {
  for (const by of await store.imports()) if (!(await isImportHeld(by))) await store.abort(by);
}
