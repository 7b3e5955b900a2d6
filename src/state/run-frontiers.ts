/** Reward against distance of chosen runs: one plot a task, one path a stage, the mean over seeds where runs differ in nothing else. Pure. */
import type { AlgorithmId } from '../contract/algorithms';
import type { RunConfig } from '../contract/config';
import type { MetricColumns, TaskWords } from '../contract/metrics';
import { frontierOf, meanHistory, type Frontier } from '../experiments/frontier';
import { taskDefinition } from '../tasks';
import { lab as english } from '../words/en/lab';
import { nameOf } from './link';

interface Chosen {
  config: RunConfig;
  histories: ReadonlyMap<string, MetricColumns>;
}

/** Runs that differ in their seed and in nothing else. */
function bySetting(runs: readonly Chosen[]): Chosen[][] {
  const groups = new Map<string, Chosen[]>();
  for (const run of runs) {
    const key = JSON.stringify({ ...run.config, seed: 0 });
    const group = groups.get(key);
    if (group) group.push(run);
    else groups.set(key, [run]);
  }
  return [...groups.values()];
}

function pathsOf(group: readonly Chosen[], isAlone: boolean): { name: string; algorithm: AlgorithmId; history: MetricColumns }[] {
  const { config } = group[0]!; // groups are made of runs
  const settings = nameOf(config).replace(` seed ${config.seed}`, group.length > 1 ? `, ${group.length} seeds` : ` seed ${config.seed}`);
  return config.stages.map(({ id, train }) => ({
    name: isAlone ? id : `${id} · ${settings}`,
    algorithm: train.algorithm,
    history: meanHistory(group.flatMap(({ histories }) => histories.get(id) ?? [])),
  }));
}

interface Say {
  titleOf: (task: string) => string;
  taskOf: (id: string) => TaskWords & { title: string };
}
/** As files say it. */
const ENGLISH: Say = { titleOf: english.charts.frontierOf, taskOf: taskDefinition };

/** @param say in which language */
export function frontiersOf(runs: readonly Chosen[], { titleOf, taskOf }: Say = ENGLISH): Frontier[] {
  const tasks = [...new Set(runs.map(({ config }) => config.task.id))];
  return tasks.map((task) => {
    const { title, goldUnit = '' } = taskOf(task);
    const groups = bySetting(runs.filter(({ config }) => config.task.id === task));
    return frontierOf(titleOf(title), goldUnit, groups.flatMap((group) => pathsOf(group, groups.length === 1)));
  }).filter(({ paths }) => paths.length > 0);
}
