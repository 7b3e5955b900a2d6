/** JSON Lines: one row a line. A line that is no row is told with its number, and whether to go on is the caller's to say. */
import { COLUMNS, type Sample } from '../contract/sample';
import type { OnBytes } from './decoded';
import { linesOf } from './lines';
import type { Row } from './read-sample';

export type ReadLine = { number: number; row: Row; problem?: undefined } | { number: number; row?: undefined; problem: string };

/** Blank lines are passed over. Throws `unreadable-data`. */
export async function* readJsonl(bytes: ReadableStream<Uint8Array>, onBytes?: OnBytes): AsyncGenerator<ReadLine> {
  for await (const { number, text } of linesOf(bytes, onBytes)) {
    if (text.trim() === '') continue;
    let row: unknown;
    try {
      row = JSON.parse(text);
    } catch (error) {
      yield { number, problem: error instanceof Error ? error.message : String(error) };
      continue;
    }
    if (typeof row === 'object' && row !== null && !Array.isArray(row)) yield { number, row: row as Row }; // just checked
    else yield { number, problem: 'it is no object of columns' };
  }
}

/** A line without its end; columns of ours first, then those that came along. */
export function writeJsonLine(sample: Sample): string {
  const { kind, extra, ...columns } = sample;
  const row: Record<string, unknown> = { ...columns };
  const ours = COLUMNS[kind].map((name) => [name, row[name]] as const);
  const whole = Object.fromEntries(kind === 'text' && typeof row['text'] !== 'string' ? [['messages', row['text']]] : ours);
  return JSON.stringify({ ...whole, ...extra });
}
