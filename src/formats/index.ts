/** Which format a file is in, by its first bytes and its name, and its rows. To add a format: its file here and one line below. */
import { readCsv } from './csv';
import type { OnBytes } from './decoded';
import { readJsonl, readJsonList, type ReadLine } from './jsonl';
import { linesOf } from './lines';
import { readParquet } from './parquet';

export interface Format {
  title: string;
  /** Whether a file is in it. @param start first characters, unpacked @param name in lower case, without .gz */
  fits(start: string, name: string): boolean;
  /** Throws `unreadable-data`. */
  read(file: Blob, onBytes?: OnBytes): AsyncIterable<ReadLine>;
}

/** A text a line. */
async function* readText(file: Blob, onBytes?: OnBytes): AsyncGenerator<ReadLine> {
  for await (const { number, text } of linesOf(file.stream(), onBytes)) if (text.trim() !== '') yield { number, row: { text } };
}

/** The first that fits is taken. */
export const FORMATS: Readonly<Record<string, Format>> = {
  parquet: { title: 'Parquet', fits: (start) => start.startsWith('PAR1'), read: readParquet },
  jsonl: { title: 'JSON Lines', fits: (start, name) => /^\s*\{/.test(start) || /\.(jsonl|ndjson)$/.test(name), read: (file, onBytes) => readJsonl(file.stream(), onBytes) },
  json: { title: 'JSON, one list of rows', fits: (start) => /^\s*\[\s*\{/.test(start), read: (file, onBytes) => readJsonList(file.stream(), onBytes) },
  csv: { title: 'CSV', fits: (_, name) => /\.(csv|tsv)$/.test(name), read: (file, onBytes) => readCsv(file.stream(), onBytes) },
  text: { title: 'Text, one a line', fits: () => true, read: readText },
};

const LOOK = 4096;

/** First characters of a file, unpacked if it is gzip; whatever is no text is left out. */
async function startOf(file: Blob): Promise<string> {
  const [a, b] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const isGzip = a === 0x1f && b === 0x8b;
  const reader = (isGzip ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream()).getReader();
  try {
    const { value } = await reader.read();
    return new TextDecoder().decode(value?.subarray(0, LOOK));
  } catch {
    return ''; // a damaged file says so when it is read
  } finally {
    void reader.cancel().catch(() => {}); // it may have failed already
  }
}

export async function formatOf(file: Blob, name: string): Promise<Format> {
  const start = await startOf(file);
  const plainName = name.toLowerCase().replace(/\.gz$/, '');
  return Object.values(FORMATS).find(({ fits }) => fits(start, plainName))!; // the last fits everything
}

export { formAs, formOf, missingColumns, readSample, type Form, type Row } from './read-sample';
export { plain } from './sample';
export { isHeldOut, Summing } from './summary';
export { csvHead, csvLines, csvRows, writeCsv } from './csv';
export { writeJsonLine, type ReadLine } from './jsonl';
export { ParquetColumns, ParquetFile, writeParquet } from './parquet';
export { saidSamples } from './said';
