/** A stage's metrics row by row, in pieces: a history of a million rows must not become a million objects, or one text, at once. */
import { METRIC_NAMES, type MetricColumns, type MetricName } from '../contract/metrics';
import type { ExportedRun } from './format';

/** Rows a piece. */
const PIECE = 4096;

const encoder = new TextEncoder();
export const textBytes = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text);

/** Metrics that any stage measured, in the order of the table of metrics. */
export function namesIn(runs: readonly ExportedRun[]): MetricName[] {
  const found = new Set(runs.flatMap(({ stages }) => stages.flatMap(({ history }) => Object.keys(history.metrics.columns))));
  return METRIC_NAMES.filter((name) => found.has(name));
}

/** Stretches of a history, of at most `PIECE` rows each. */
export function* piecesOf({ steps, columns }: MetricColumns): Generator<MetricColumns> {
  for (let from = 0; from < steps.length; from += PIECE) {
    const cut = <Value>(column: readonly Value[]) => column.slice(from, from + PIECE);
    const part: MetricColumns = { steps: cut(steps), columns: {} };
    for (const name of METRIC_NAMES) {
      const column = columns[name];
      if (column) part.columns[name] = cut(column);
    }
    yield part;
  }
}
