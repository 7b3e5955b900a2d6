/** Parquet by hyparquet: a file is asked only for the pieces that are wanted, so it may be larger than memory. Lists of messages come as such. */
import { parquetMetadataAsync, parquetReadObjects, type AsyncBuffer } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
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
  const failed = (error: unknown) => new Failure('unreadable-data', `this Parquet file cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  const metadata = await parquetMetadataAsync(file).catch((error: unknown) => { throw failed(error); });
  const count = Number(metadata.num_rows);
  for (let rowStart = 0; rowStart < count; rowStart += ROWS) {
    const rows = await parquetReadObjects({ file, metadata, rowStart, rowEnd: Math.min(count, rowStart + ROWS) }).catch((error: unknown) => { throw failed(error); });
    onBytes({ read: Math.round((blob.size * Math.min(count, rowStart + ROWS)) / count), unpacked: blob.size });
    for (const [i, row] of rows.entries()) yield { number: rowStart + i + 1, row: Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainValue(value)])) };
  }
}

type Column = { name: string; data: unknown[]; type: 'BOOLEAN' | 'DOUBLE' | 'STRING' | 'JSON'; nullable: true };

/** The narrowest of four types that holds all values of a column: others than plain ones become JSON. */
function columnOf(name: string, values: readonly unknown[]): Column {
  const there = values.filter((value) => value !== undefined && value !== null);
  const all = (type: string) => there.every((value) => typeof value === type);
  const type = all('string') ? 'STRING' : all('boolean') ? 'BOOLEAN' : all('number') ? 'DOUBLE' : 'JSON';
  return { name, data: values.map((value) => value ?? null), type, nullable: true };
}

/** All columns of all samples; what has no such column is empty there. */
export function writeParquet(samples: readonly Sample[]): Uint8Array {
  const rows = samples.map(({ kind, extra, ...columns }): Record<string, unknown> => ({ ...(kind === 'text' && typeof (columns as { text: unknown }).text !== 'string' ? { messages: (columns as { text: unknown }).text } : columns), ...extra })); // a sample of text has a text
  const ours = samples.flatMap(({ kind }) => [...COLUMNS[kind]] as string[]);
  const there = new Set(rows.flatMap((row) => Object.keys(row)));
  const names = [...new Set([...ours, ...there])].filter((name) => there.has(name));
  return new Uint8Array(parquetWriteBuffer({ columnData: names.map((name) => columnOf(name, rows.map((row) => row[name]))) }));
}
