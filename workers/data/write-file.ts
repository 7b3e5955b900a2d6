/** Rows as a file, a thousand at a time: what is written is handed to the browser piece by piece, which keeps large files outside of memory. Parquet is held packed. */
import type { FileFormat } from '../../src/contract/data-api';
import { COLUMNS, type Sample } from '../../src/contract/sample';
import { csvHead, csvRows, ParquetColumns, ParquetFile, writeJsonLine } from '../../src/formats';
import type { Rows } from './row-source';

const ROWS = 1000;

async function* inParts(rows: Rows): AsyncGenerator<Sample[]> {
  for (let from = 0; from < rows.rows; from += ROWS) yield await rows.some(from, ROWS);
}

export async function writeRows(rows: Rows, format: FileFormat): Promise<Blob> {
  if (format === 'parquet') return new Blob([await parquet(rows)]);
  const parts: Blob[] = [];
  const names: string[] = format === 'csv' ? await columnNames(rows) : [];
  if (format === 'csv') parts.push(new Blob([csvHead(names)]));
  for await (const samples of inParts(rows)) parts.push(new Blob([format === 'csv' ? csvRows(samples, names) : samples.map((sample) => `${writeJsonLine(sample)}\n`).join('')]));
  return new Blob(parts);
}

async function columnNames(rows: Rows): Promise<string[]> {
  const names = new Set<string>(COLUMNS[rows.kind]);
  for await (const samples of inParts(rows)) for (const { extra } of samples) for (const name of Object.keys(extra)) names.add(name);
  return [...names];
}

async function parquet(rows: Rows): Promise<Uint8Array<ArrayBuffer>> {
  const columns = new ParquetColumns();
  for await (const samples of inParts(rows)) for (const sample of samples) columns.note(sample);
  const file = new ParquetFile(columns);
  for await (const samples of inParts(rows)) file.add(samples);
  return file.finish();
}
