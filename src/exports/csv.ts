/** Metrics as comma-separated values: a row a step, a column a metric, all stages below each other. Numbers that are none are `NaN`, `Infinity`, `-Infinity`; what was not measured is empty. */
import { csvHead, csvLines } from '../formats';
import type { ExportFormat, ExportSource } from './format';
import { namesIn, piecesOf, textBytes } from './pieces';

export const CSV_ABOUT = ['run', 'id', 'seed', 'stage', 'step'] as const;

function* contentOf({ runs }: ExportSource) {
  const names = namesIn(runs);
  yield textBytes(csvHead([...CSV_ABOUT, ...names]));
  for (const { record: { name: run, id, config: { seed } }, stages } of runs) {
    for (const { stage: { stage }, history } of stages) {
      for (const { steps, columns } of piecesOf(history.metrics)) {
        yield textBytes(csvLines(steps.map((step, i) => [run, id, seed, stage, step, ...names.map((name) => columns[name]?.[i])])));
      }
    }
  }
}

export const csv: ExportFormat = {
  id: 'csv',
  title: 'Metrics as CSV',
  says: 'A row a step, a column a metric; for spreadsheets and pandas.',
  ending: 'csv',
  files: (source) => Promise.resolve([{ name: 'metrics.csv', content: contentOf(source) }]),
};
