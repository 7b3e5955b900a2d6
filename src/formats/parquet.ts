/** Parquet by hyparquet: a file is asked only for the pieces that are wanted, so it may be larger than memory. Lists of messages come as such. */
import { parquetMetadataAsync, parquetReadObjects, type AsyncBuffer } from 'hyparquet';
import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import { detail } from '../contract/details';
import { Failure } from '../contract/failures';
import { COLUMNS, type Sample } from '../contract/sample';
import type { OnBytes } from './decoded';
import type { ReadLine } from './jsonl';

/** Rows read at a time. */
const ROWS = 1000;

const asyncBuffer = (file: Blob): AsyncBuffer => ({ byteLength: file.size, slice: (start, end) => file.slice(start, end).arrayBuffer() });

/** Whole numbers of 64 bits come as BigInt, which JSON does not know; moments as dates, which would come back as text. */
function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (Array.isArray(value)) return value.map(plainValue);
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plainValue(each)])) : value;
}

/** Rows are numbered from 1. Throws `unreadable-data`. */
export async function* readParquet(blob: Blob, onBytes: OnBytes = () => {}): AsyncGenerator<ReadLine> {
  const file = asyncBuffer(blob);
  const failed = (error: unknown) => new Failure('unreadable-data', detail('unreadable-parquet', error instanceof Error ? error.message : String(error)));
  const metadata = await parquetMetadataAsync(file).catch((error: unknown) => { throw failed(error); });
  const count = Number(metadata.num_rows);
  for (let rowStart = 0; rowStart < count; rowStart += ROWS) {
    const rows = await parquetReadObjects({ file, metadata, rowStart, rowEnd: Math.min(count, rowStart + ROWS) }).catch((error: unknown) => { throw failed(error); });
    onBytes({ read: Math.round((blob.size * Math.min(count, rowStart + ROWS)) / count), unpacked: blob.size });
    for (const [i, row] of rows.entries()) yield { number: rowStart + i + 1, row: Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainValue(value)])) };
  }
}

type Type = 'BOOLEAN' | 'DOUBLE' | 'STRING' | 'JSON';

const typeOf = (value: unknown): Type => (typeof value === 'string' ? 'STRING' : typeof value === 'boolean' ? 'BOOLEAN' : typeof value === 'number' ? 'DOUBLE' : 'JSON');

function rowOf(sample: Sample): Record<string, unknown> {
  const { kind, extra, ...columns } = sample;
  return { ...(kind === 'text' && typeof sample.text !== 'string' ? { messages: sample.text } : columns), ...extra };
}

/** Which columns samples have, and the narrowest of four types that holds all values of each: others than plain ones become JSON. */
export class ParquetColumns {
  readonly #types = new Map<string, Type | undefined>();

  note(sample: Sample): void {
    const row = rowOf(sample);
    for (const name of [...COLUMNS[sample.kind].filter((each) => each in row), ...Object.keys(row)]) {
      const known = this.#types.get(name);
      const value = row[name];
      if (value === undefined || value === null) this.#types.set(name, known);
      else this.#types.set(name, known === undefined || known === typeOf(value) ? typeOf(value) : 'JSON');
    }
  }

  /** In the order noted. */
  get types(): [name: string, type: Type][] {
    return Array.from(this.#types, ([name, type]) => [name, type ?? 'STRING']);
  }
}

/** Writes samples whose columns were all noted before, group of rows by group; what has no such column is empty there. */
export class ParquetFile {
  readonly #bytes = new ByteWriter();
  readonly #types: readonly [string, Type][];
  readonly #writer: ParquetWriter;

  constructor(columns: ParquetColumns) {
    this.#types = columns.types;
    this.#writer = new ParquetWriter({ writer: this.#bytes, schema: schemaFromColumnData({ columnData: this.#types.map(([name, type]) => ({ name, type, data: [], nullable: true })) }) });
  }

  add(samples: readonly Sample[]): void {
    if (samples.length === 0) return;
    const rows = samples.map(rowOf);
    void this.#writer.write({ columnData: this.#types.map(([name]) => ({ name, data: rows.map((row) => row[name] ?? null) })) }); // into memory, so it is done at once
  }

  finish(): Uint8Array<ArrayBuffer> {
    void this.#writer.finish(); // as above
    return this.#bytes.getBytes();
  }
}

/** All columns of all samples. */
export function writeParquet(samples: readonly Sample[]): Uint8Array<ArrayBuffer> {
  const columns = new ParquetColumns();
  for (const sample of samples) columns.note(sample);
  const file = new ParquetFile(columns);
  file.add(samples);
  return file.finish();
}
