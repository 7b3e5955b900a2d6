/** What a file seems to be: its format, its columns, its first rows, and what they are. Reads no more than the beginning. */
import type { Look, Problem } from '../../src/contract/data-api';
import { detail } from '../../src/contract/details';
import { Failure } from '../../src/contract/failures';
import { KINDS, type Kind, type Mapping } from '../../src/contract/sample';
import { formAs, formOf, formatOf, missingColumns, type Format, type Row } from '../../src/formats';

/** Rows looked at, and problems told; lines read in search of them. */
const ROWS = 20;
const LINES = 1000;
/** Of a cell. Characters. */
const SHOWN = 300;

const cellText = (value: unknown): string => {
  const text = typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
};

/** The first rows of a file, and which lines before them are none. Throws `unreadable-data`. */
export async function firstRows(format: Format, file: Blob): Promise<{ rows: { line: number; row: Row }[]; problems: Problem[] }> {
  const rows: { line: number; row: Row }[] = [];
  const problems: Problem[] = [];
  let lines = 0;
  for await (const { number, row, problem } of format.read(file)) {
    if (row) rows.push({ line: number, row });
    else if (problems.length < ROWS) problems.push({ line: number, says: problem });
    lines += 1;
    if (rows.length >= ROWS || lines >= LINES) break;
  }
  return { rows, problems };
}

/** Throws `unreadable-data`, and `no-usable-rows` of a file without any. */
export async function look(file: Blob, fileName: string, mapping: Mapping, kind?: Kind): Promise<Look> {
  const format = await formatOf(file, fileName);
  const { rows, problems } = await firstRows(format, file);
  const [first] = problems;
  if (rows.length === 0) throw new Failure('no-usable-rows', first ? detail('line', first.line, first.says) : detail('empty-file'));
  const columns = [...new Set(rows.flatMap(({ row }) => Object.keys(row)))];
  // A column is there if any of the first rows has it.
  const all = Object.fromEntries(columns.map((name) => [name, rows.find(({ row }) => row[name] !== undefined && row[name] !== null)?.row[name]]));
  const lacks = missingColumns(all, mapping);
  const found = kind ?? formOf(rows.map(({ row }) => row), mapping)?.kind ?? null;
  return {
    format: format.title,
    columns,
    rows: rows.map(({ line, row }) => ({ line, cells: columns.map((name) => cellText(row[name])) })),
    kind: found,
    prompt: found ? formAs(found, rows.map(({ row }) => row), mapping).prompt : 'none',
    missing: Object.fromEntries(KINDS.map((each) => [each, lacks.find((one) => one.kind === each)?.missing ?? []])) as Record<Kind, string[]>, // every kind
    problems,
  };
}
