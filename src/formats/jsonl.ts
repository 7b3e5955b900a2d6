/** JSON Lines: one row a line. A line that is no row is told with its number, and whether to go on is the caller's to say. */
import { COLUMNS, type Sample } from '../contract/sample';
import { detail, type Detail } from '../contract/details';
import { Failure } from '../contract/failures';
import { textIn, type OnBytes } from './decoded';
import { linesOf } from './lines';
import type { Row } from './read-sample';

export type ReadLine = { number: number; row: Row; problem?: undefined } | { number: number; row?: undefined; problem: string | Detail };

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
    yield readRow(number, row);
  }
}

/** A list is read as a whole. Characters. */
const LONGEST_LIST = 64 * 2 ** 20;

/** One list of rows, as a file of JSON holds; rows are numbered instead of lines. Throws `unreadable-data`. */
export async function* readJsonList(bytes: ReadableStream<Uint8Array>, onBytes?: OnBytes): AsyncGenerator<ReadLine> {
  let text = '';
  for await (const piece of textIn(bytes, onBytes)) {
    text += piece;
    if (text.length > LONGEST_LIST) throw new Failure('unreadable-data', detail('long-list', LONGEST_LIST));
  }
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    throw new Failure('unreadable-data', error instanceof Error ? error.message : String(error));
  }
  if (!Array.isArray(list)) throw new Failure('unreadable-data', detail('no-list'));
  for (const [i, row] of list.entries()) yield readRow(i + 1, row);
}

const readRow = (number: number, row: unknown): ReadLine =>
  typeof row === 'object' && row !== null && !Array.isArray(row) ? { number, row: row as Row } : { number, problem: detail('no-columns') }; // just checked

/** A line without its end; columns of ours first, then those that came along. */
export function writeJsonLine(sample: Sample): string {
  const { kind, extra, ...columns } = sample;
  const row: Record<string, unknown> = { ...columns };
  const ours = COLUMNS[kind].map((name) => [name, row[name]] as const);
  const whole = Object.fromEntries(kind === 'text' && typeof row['text'] !== 'string' ? [['messages', row['text']]] : ours);
  return JSON.stringify({ ...whole, ...extra });
}
