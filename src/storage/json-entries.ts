/** JSON and JSON lines as entries of a run file, and a stage's metrics as one line per step. */
import * as v from 'valibot';
import { detail, type Detail } from '../contract/details';
import { Failure } from '../contract/failures';
import { appendRow, emptyColumns, FORMER_NAMES, METRIC_NAMES, type MetricColumns, type MetricName, type MetricRow } from '../contract/metrics';
import type { Entries } from './archive';

const encoder = new TextEncoder();

export const jsonBytes = (value: unknown): Uint8Array<ArrayBuffer> => encoder.encode(`${JSON.stringify(value, withWords, 2)}\n`);
export const linesBytes = (values: readonly unknown[]): Uint8Array<ArrayBuffer> => encoder.encode(values.map((value) => `${JSON.stringify(value, withWords)}\n`).join(''));

/** Numbers that JSON has no sign for: it would silently write null, or 0 for the last. */
const WORDS = ['NaN', 'Infinity', '-Infinity', '-0'] as const;

function withWords(_key: string, value: unknown): unknown {
  if (typeof value !== 'number') return value;
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : String(value);
}

/** A number as written above. */
export const Quantity = v.union([v.number(), v.pipe(v.picklist(WORDS), v.transform(Number))]);
export const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Throws `unreadable-run-file` when the entry is not JSON or not as described, `wrong-hash` when there is none. */
export function readJson<Schema extends v.GenericSchema>(entries: Entries, name: string, schema: Schema): v.InferOutput<Schema> {
  return parsed(textOf(entries, name), name, schema);
}

/** One value per line; as `readJson`. */
export function readLines<Schema extends v.GenericSchema>(entries: Entries, name: string, schema: Schema): v.InferOutput<Schema>[] {
  const lines = textOf(entries, name).split('\n');
  if (lines.at(-1) === '') lines.pop(); // what follows the last line's end is no line
  return lines.map((line, i) => parsed(line, `${name}, line ${i + 1}`, schema));
}

export function bytesOf(entries: Entries, name: string): Uint8Array<ArrayBuffer> {
  const bytes = entries.get(name);
  if (!bytes) throw new Failure('wrong-hash', detail('missing', name));
  return bytes;
}

function textOf(entries: Entries, name: string): string {
  const bytes = bytesOf(entries, name);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Failure('unreadable-run-file', detail('not-text', name));
  }
}

function parsed<Schema extends v.GenericSchema>(text: string, where: string, schema: Schema): v.InferOutput<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Failure('unreadable-run-file', detail('not-json', where));
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  throw new Failure('unreadable-run-file', `${where}: ${path === null ? '' : `${path}: `}${issue.message}`);
}

/** `{"step":1,"loss":2.5}`: only what was measured at that step, in the order of the table of metrics. */
export function rowsOf({ steps, columns }: MetricColumns): Record<string, number>[] {
  const measured = METRIC_NAMES.filter((name) => columns[name]);
  return steps.map((step, i) => {
    const row: Record<string, number> = { step };
    for (const name of measured) {
      const value = columns[name]![i];
      if (value !== null && value !== undefined) row[name] = value;
    }
    return row;
  });
}

const Row = v.looseObject({ step: Count });

/** Every name a metric may have in a file, and what it is called today. */
const WRITTEN_NAMES: readonly (readonly [written: string, name: MetricName])[] = [...METRIC_NAMES.map((name) => [name, name] as const), ...Object.entries(FORMER_NAMES)];

/** Steps rise from row to row. A metric that this version does not know was written by a newer one and is left out. */
export function readMetrics(entries: Entries, name: string): MetricColumns {
  const metrics = emptyColumns();
  for (const line of readLines(entries, name, Row)) {
    const refuse = (what: Detail) => new Failure('unreadable-run-file', detail('file-step', name, line.step, what));
    if (line.step <= (metrics.steps.at(-1) ?? -1)) throw refuse(detail('out-of-step'));
    const row: MetricRow = {};
    // By hand, because a long run has a million of these numbers.
    for (const [written, metric] of WRITTEN_NAMES) {
      const value = line[written];
      if (value === undefined) continue;
      if (!v.is(Quantity, value)) throw refuse(detail('not-a-number', written));
      row[metric] = Number(value);
    }
    appendRow(metrics, line.step, row);
  }
  return metrics;
}
