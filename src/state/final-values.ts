/** Last values of several runs of one stage, and their mean over seeds where several seeds of one configuration are among them. Pure. */
import { ALGORITHMS } from '../contract/algorithms';
import type { RunConfig } from '../contract/config';
import { emptyColumns, lastRow, METRIC_NAMES, type MetricColumns, type MetricName, type MetricRow } from '../contract/metrics';
import type { RunRecord } from '../contract/run';
import { nameOf } from './link';

export interface Compared {
  id: string;
  name: string;
  config: RunConfig;
  /** The stage compared; '' for none. */
  stage: string;
  history: MetricColumns;
}

/** A run with what its stages measured. */
export interface Measured {
  record: Pick<RunRecord, 'name' | 'config'> & { id: string };
  histories: ReadonlyMap<string, MetricColumns>;
}

/** Stages of any of the runs that have begun, in the order of the runs' configurations. */
export const stagesOf = (runs: readonly Measured[]): string[] => [...new Set(runs.flatMap(({ record }) => record.config.stages.map(({ id }) => id)))].filter((stage) => runs.some(({ histories }) => histories.get(stage)?.steps.length));

/** Runs as they are compared. @param stage '' for each run's own last stage, so that DPO can be held against PPO */
export function comparedOf(runs: readonly Measured[], stage: string): Compared[] {
  return runs.map(({ record: { id, name, config }, histories }) => {
    const own = stage || (config.stages.findLast((each) => histories.get(each.id)?.steps.length)?.id ?? '');
    return { id, name, config, stage: own, history: histories.get(own) ?? emptyColumns() };
  });
}

export interface SeedMean {
  name: string;
  seeds: number;
  /** Mean and sample standard deviation over seeds; none where fewer than two runs measured it. */
  values: Partial<Record<MetricName, { mean: number; deviation: number }>>;
}

/** Metrics that any of the runs measured: first those the stages' algorithms chart, then the rest. */
export function metricsOf(runs: readonly Compared[]): MetricName[] {
  const measured = new Set(runs.flatMap(({ history }) => Object.keys(lastRow(history))));
  const charted = runs.flatMap(({ config, stage }): readonly MetricName[] => {
    const found = config.stages.find(({ id }) => id === stage);
    return found ? ALGORITHMS[found.train.algorithm].charts : [];
  });
  return [...new Set([...charted, ...METRIC_NAMES])].filter((name) => measured.has(name));
}

/** Runs that differ in their seed and in nothing else, looked at in the same place. */
const groupKey = ({ config, stage, history }: Compared): string => JSON.stringify([{ ...config, seed: 0 }, stage, history.steps.at(-1)]);

export function seedMeans(runs: readonly Compared[]): SeedMean[] {
  const groups = new Map<string, Compared[]>();
  for (const run of runs) {
    const key = groupKey(run);
    const group = groups.get(key) ?? [];
    // The same seed twice is the same run twice.
    if (group.some(({ config }) => config.seed === run.config.seed)) continue;
    groups.set(key, [...group, run]);
  }
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => ({ name: groupName(group), seeds: group.length, values: meansOf(group.map(({ history }) => lastRow(history))) }));
}

const groupName = ([first]: readonly Compared[]): string => (first ? nameOf(first.config).replace(` seed ${first.config.seed}`, '') : '');

function meansOf(rows: readonly MetricRow[]): SeedMean['values'] {
  const values: SeedMean['values'] = {};
  for (const name of METRIC_NAMES) {
    const measured = rows.map((row) => row[name]).filter((value) => value !== undefined);
    if (measured.length < 2) continue;
    const mean = measured.reduce((sum, value) => sum + value, 0) / measured.length;
    const squares = measured.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    values[name] = { mean, deviation: Math.sqrt(squares / (measured.length - 1)) };
  }
  return values;
}
