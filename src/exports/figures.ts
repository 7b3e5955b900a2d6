/** The charts of runs as drawings: those of each stage of one run, or one a metric with a line a run. */
import { figureOf } from '../charts/frontier-figure';
import { lineFigureOf, type DrawnLine } from '../charts/line-figure';
import type { Size } from '../charts/axes';
import { METRICS, metricInfo, type MetricColumns, type MetricInfo, type MetricName } from '../contract/metrics';
import { stageOf } from '../contract/config';
import { comparedOf, metricsOf } from '../state/final-values';
import { panelsOf } from '../state/panels';
import { frontiersOf } from '../state/run-frontiers';
import { taskDefinition } from '../tasks';
import { measuredIn, type ExportedRun, type ExportedStage, type ExportSource } from './format';

export interface Figure {
  /** Words of a path: the run and the stage where there are several, and the metric. */
  name: readonly string[];
  svg: string;
}

const isMeasured = ({ columns }: MetricColumns, name: MetricName): boolean => columns[name]?.some((value) => value !== null) ?? false;

/** The charts of a stage that the Lab shows; those of which nothing was measured are left out. */
export function stageFigures({ record: { config } }: ExportedRun, { stage: { stage }, history: { metrics } }: ExportedStage, size: Size): Figure[] {
  const task = taskDefinition(config.task.id);
  return panelsOf(stageOf(config, stage).train.algorithm, task).flatMap(({ metric, series }): Figure[] => {
    const lines = series.filter((name) => isMeasured(metrics, name)).map((name): DrawnLine => ({ name, unit: metricInfo(name, task).unit, steps: metrics.steps, values: metrics.columns[name]! })); // measured
    const { healthy } = metricInfo(metric, task);
    return lines.length === 0 ? [] : [{ name: [stage, metric], svg: lineFigureOf({ title: `${metric} · ${stage}`, lines, ...(lines[0]?.name === metric && { healthy }) }, size) }];
  });
}

/** One a metric that is charted anywhere, with a line a run. */
export function overlayFigures({ runs, stage }: ExportSource, size: Size): Figure[] {
  const compared = comparedOf(measuredIn(runs), stage);
  return metricsOf(compared).filter((metric) => (METRICS[metric] as MetricInfo).healthy).map((metric) => { // the table's entries differ in what they leave out
    const lines = compared.filter(({ history }) => isMeasured(history, metric)).map(({ name, config, history }): DrawnLine => ({ name, unit: metricInfo(metric, taskDefinition(config.task.id)).unit, steps: history.steps, values: history.columns[metric]! })); // measured
    return { name: [metric], svg: lineFigureOf({ title: `${metric}${stage ? ` · ${stage}` : ''}`, lines }, size) };
  });
}

/** Reward against distance: one plot a task. */
export const frontierFigures = ({ runs }: ExportSource): Figure[] =>
  frontiersOf(measuredIn(runs).map(({ record, histories }) => ({ config: record.config, histories }))).map((frontier) => ({ name: [frontier.title], svg: figureOf(frontier.title, [frontier]) }));
