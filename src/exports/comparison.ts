/** Everything the comparison of runs shows, as CSV: last values with means over seeds, the curves of the compared stage, reward against distance, and the settings that differ. */
import type { Point } from '../experiments/over-optimisation-fits';
import { csvHead, csvLines } from '../formats';
import { configDifferences } from '../state/config-differences';
import { comparedOf, metricsOf, seedMeans, type Compared } from '../state/final-values';
import { frontiersOf } from '../state/run-frontiers';
import { lastRow } from '../contract/metrics';
import { measuredIn, type ExportFormat, type ExportSource } from './format';
import { piecesOf, textBytes } from './pieces';

function* lastValues(compared: readonly Compared[]) {
  const names = metricsOf(compared);
  yield textBytes(csvHead(['run', 'id', 'seed', 'stage', 'step', 'of', ...names]));
  yield textBytes(csvLines(compared.map(({ name, id, config, stage, history }) => {
    const last = lastRow(history);
    return [name, id, config.seed, stage, history.steps.at(-1), 'last value', ...names.map((metric) => last[metric])];
  })));
  for (const { name, seeds, values } of seedMeans(compared)) {
    const row = (of: 'mean' | 'deviation', says: string) => [name, '', '', '', '', says, ...names.map((metric) => values[metric]?.[of])];
    yield textBytes(csvLines([row('mean', `mean of ${seeds} seeds`), row('deviation', `standard deviation over ${seeds} seeds`)]));
  }
}

function* curves(compared: readonly Compared[]) {
  const names = metricsOf(compared);
  yield textBytes(csvHead(['run', 'id', 'seed', 'stage', 'step', ...names]));
  for (const { name, id, config, stage, history } of compared) {
    for (const { steps, columns } of piecesOf(history)) yield textBytes(csvLines(steps.map((step, i) => [name, id, config.seed, stage, step, ...names.map((metric) => columns[metric]?.[i])])));
  }
}

function* distances({ runs }: ExportSource) {
  yield textBytes(csvHead(['plot', 'path', 'line', 'sqrt_kl', 'reward_gained']));
  const measured = measuredIn(runs).map(({ record, histories }) => ({ config: record.config, histories }));
  for (const { title, paths } of frontiersOf(measured)) {
    for (const { name, proxy, gold, fitted = [], peak } of paths) {
      const rows = (line: string, points: readonly Point[]) => points.map(({ x, y }) => [title, name, line, x, y]);
      yield textBytes(csvLines([...rows('gold', gold), ...rows('proxy', proxy), ...rows('fitted law', fitted), ...rows('highest gold', peak ? [peak] : [])]));
    }
  }
}

function* settings({ runs }: ExportSource) {
  yield textBytes(csvLines([['setting', ...runs.map(({ record }) => record.name)], ['id', ...runs.map(({ record }) => record.id)], ...configDifferences(runs.map(({ record }) => record.config)).map(({ setting, values }) => [setting, ...values])]));
}

export const comparison: ExportFormat = {
  id: 'comparison',
  title: 'Comparison as CSV',
  says: 'A zip of four tables: last values with means over seeds, the curves of the compared stage, reward against distance, and the settings that differ.',
  ending: 'zip',
  files: (source) => {
    const compared = comparedOf(measuredIn(source.runs), source.stage);
    return Promise.resolve([
      { name: 'last-values.csv', content: lastValues(compared) },
      { name: 'curves.csv', content: curves(compared) },
      { name: 'reward-against-distance.csv', content: distances(source) },
      { name: 'settings.csv', content: settings(source) },
    ]);
  },
};
