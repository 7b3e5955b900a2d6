/** Comma-separated values (RFC 4180) by Papa Parse, piece by piece: the first row names the columns. Semicolons, tabs and bars do as well as commas. */
import Papa from 'papaparse';
import { detail } from '../contract/details';
import { Failure } from '../contract/failures';
import { COLUMNS, type Sample } from '../contract/sample';
import { textIn, type OnBytes } from './decoded';
import type { ReadLine } from './jsonl';
import { LONGEST_LINE } from './lines';
import { plain } from './sample';

/** What is guessed from the beginning of a file. */
const LOOK = 64 * 1024;

/** Quotes that are never closed make one row of the whole file. */
const tooLong = (row: number) => new Failure('unreadable-data', detail('long-row', row, LONGEST_LINE));

/** Rows are numbered from 1, the one that names the columns among them. Rows of empty cells are passed over. Throws `unreadable-data`. */
export async function* readCsv(bytes: ReadableStream<Uint8Array>, onBytes?: OnBytes): AsyncGenerator<ReadLine> {
  let names: string[] | undefined;
  let parser: Papa.Parser | undefined;
  let number = 0;
  let rest = '';
  let wanted = LOOK;

  function* rowsIn(isLast: boolean): Generator<ReadLine> {
    parser ??= new Papa.Parser({ delimiter: Papa.parse(rest.slice(0, LOOK), { preview: 10 }).meta.delimiter || ',' });
    // Typed as any; what it gives is what Papa.parse gives.
    const { data, meta } = parser.parse(rest, 0, !isLast) as Papa.ParseResult<string[]>;
    rest = isLast ? '' : rest.slice(meta.cursor);
    for (const cells of data) {
      number += 1;
      if (cells.every((cell) => cell.trim() === '')) continue;
      if (!names) {
        names = cells.map((cell) => cell.trim());
        continue;
      }
      if (cells.length > names.length) yield { number, problem: detail('many-cells', cells.length, names.length) };
      else yield { number, row: Object.fromEntries(cells.map((cell, i) => [names![i]!, MARKED.test(cell) ? cell.slice(1) : cell])) }; // as many names at least
    }
  }

  for await (const piece of textIn(bytes, onBytes)) {
    rest += piece;
    if (rest.length < wanted) continue;
    yield* rowsIn(false);
    wanted = Math.max(LOOK, 2 * rest.length); // a row that is not whole yet is not looked through again for every piece
    if (rest.length > LONGEST_LINE) throw tooLong(number + 1);
  }
  yield* rowsIn(true);
}

/** A spreadsheet takes a cell that begins so for a formula, which a stranger's data must not be; such a cell gets one apostrophe more, and loses it when read. */
const FORMULA = /^'*[=+\-@\t\r]/;
const MARKED = /^'+[=+\-@\t\r]/;

const cellOf = (value: unknown): string => {
  const text = typeof value === 'string' ? value : typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');
  return typeof value === 'string' && FORMULA.test(text) ? `'${text}` : text;
};

function cellsOf(sample: Sample): Record<string, unknown> {
  switch (sample.kind) {
    case 'preference': return { prompt: plain(sample.prompt, 'prompt'), chosen: plain(sample.chosen, 'completion'), rejected: plain(sample.rejected, 'completion'), ...sample.extra };
    case 'unpaired': return { prompt: plain(sample.prompt, 'prompt'), completion: plain(sample.completion, 'completion'), label: sample.label, ...sample.extra };
    case 'completion': return { prompt: plain(sample.prompt, 'prompt'), completion: plain(sample.completion, 'completion'), ...sample.extra };
    case 'prompt': return { prompt: plain(sample.prompt, 'prompt'), ...sample.extra };
    case 'text': return { text: plain(sample.text, 'whole'), ...sample.extra };
  }
}

const END = '\n';

/** The row that names the columns, with its end. */
export const csvHead = (names: readonly string[]): string => Papa.unparse([[...names]], { newline: END }) + END;

/** Rows of cells, each with its end. Texts that a spreadsheet would run are marked as text by an apostrophe; what is null or missing is an empty cell. */
export const csvLines = (rows: readonly (readonly unknown[])[]): string => (rows.length === 0 ? '' : Papa.unparse(rows.map((cells) => cells.map(cellOf)), { newline: END }) + END);

/** Rows of these columns; messages as transcripts, since cells hold text. */
export const csvRows = (samples: readonly Sample[], names: readonly string[]): string =>
  csvLines(samples.map((sample) => { const cells = cellsOf(sample); return names.map((name) => cells[name]); }));

/** All columns of all samples. */
export function writeCsv(samples: readonly Sample[]): string {
  const names = [...new Set(samples.flatMap((sample) => [...COLUMNS[sample.kind], ...Object.keys(sample.extra)]))];
  return csvHead(names) + csvRows(samples, names);
}
