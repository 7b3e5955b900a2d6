/** Every method on the same pairs, seeds and prompts: what it reaches, and what it pays for it. */
import { ALGORITHMS } from '../contract/algorithms';
import { stageOf, type RunConfig } from '../contract/config';
import type { MetricName, MetricRow } from '../contract/metrics';
import { overSeeds, type Estimate } from '../contract/statistics';
import { configOf, recipeOf } from '../recipes';
import { curveOf, type Curves } from './curves';
import { meanHistory, pathOf, type Frontier } from './frontier';
import { ENGLISH, rowAt, stageIn, type Column, type Experiment, type RunResult, type Speech, type Table } from './experiment';

const RECIPE = 'names-compare';
/** The stage they all start from. Its own win rate is against the stage before it, so it is not shown among the others'. */
const START = 'sft';

/** A line of the table: a stage, or one of its steps. */
interface Arm {
  name: string;
  stage: string;
  step?: number;
}

/** Unit and meaning of a metric, in the words of the recipe's task. */
const about = (metric: MetricName, { reports, metric: aboutMetric }: Speech): Pick<Column, 'unit' | 'means'> => {
  const { unit, means } = aboutMetric(metric, { goldUnit: reports.goldUnits.names, goldMeans: reports.compare.goldMeans });
  return { unit, means };
};

/** The last values of a method, of the stage it started from, and of the reward model it learned from, where it has one. */
interface Reached {
  row: MetricRow;
  start: MetricRow;
  judge: MetricRow;
  seconds: number | undefined;
}

/** Only an answer that is a name has any gold reward: the win rate, did every such answer beat an independent one of the start, and all others tie with its others. */
function mostFor(real: number | undefined, realBefore: number | undefined): number | undefined {
  return real === undefined || realBefore === undefined ? undefined : real + ((1 - real) * (1 - realBefore)) / 2;
}

/** In the order of their words below. */
const MEASURES: readonly { of(reached: Reached): number | undefined; ofStart?: boolean }[] = [
  { of: ({ row, judge }) => row['eval_seen_rewards/accuracies'] ?? judge.eval_seen_accuracy },
  { of: ({ row, judge }) => row['eval_unseen_rewards/accuracies'] ?? judge.eval_unseen_accuracy },
  { of: ({ row }) => row['gold/win_rate'] },
  { of: ({ row }) => row['objective/kl'] },
  { of: ({ row }) => row['samples/distinct'], ofStart: true },
  { of: ({ row }) => row['gold/reward'], ofStart: true },
  { of: ({ row }) => row['samples/valid_fraction'], ofStart: true },
  { of: ({ row, start }) => mostFor(row['samples/valid_fraction'], start['samples/valid_fraction']) },
  { of: ({ seconds }) => seconds },
];

function columnsIn(speech: Speech): Column[] {
  const { columns } = speech.reports.compare;
  const columnOf = (id: MetricName, name: string): Column => ({ id, name, ...about(id, speech) });
  return [
    { id: 'seen', unit: 'fraction', ...columns.seen },
    { id: 'unseen', unit: 'fraction', ...columns.unseen },
    columnOf('gold/win_rate', columns.winRate),
    { ...columnOf('objective/kl', columns.kl.name), means: columns.kl.means },
    columnOf('samples/distinct', columns.distinct),
    columnOf('gold/reward', columns.gold),
    columnOf('samples/valid_fraction', columns.real),
    { id: 'most', unit: 'fraction', ...columns.most },
    { id: 'time', unit: 's', ...columns.time },
  ];
}

/** A stage that reports one row for each n is looked at where n is 16, as in most tables of best-of-n. */
const armOf = (config: RunConfig, stage: string): Arm => (stageOf(config, stage).train.algorithm.startsWith('best-of') ? { name: 'best-of-16', stage, step: 16 } : { name: stage, stage });

const armsOf = (config: RunConfig): Arm[] => [{ name: START, stage: START }, ...(recipeOf(RECIPE).compares ?? []).map((stage) => armOf(config, stage))];

function cellsOf({ name, stage, step }: Arm, results: readonly RunResult[]): (Estimate | null)[] {
  const measured = results.flatMap((result) => {
    const found = stageIn(result, stage);
    if (!found || found.history.steps.length === 0) return [];
    const { start, train } = stageOf(result.config, stage);
    const judge = 'reward' in ALGORITHMS[train.algorithm].starts ? stageIn(result, start['reward'] ?? '') : undefined;
    const before = stageIn(result, START);
    const reached: Reached = {
      row: rowAt(found.history, step),
      start: before ? rowAt(before.history) : {},
      judge: judge ? rowAt(judge.history) : {},
      seconds: found.seconds === undefined ? undefined : found.seconds + (judge?.seconds ?? 0),
    };
    return [MEASURES.map((measure) => (name === START && !measure.ofStart ? undefined : measure.of(reached)))];
  });
  return MEASURES.map((_, i) => {
    const values = measured.flatMap((row) => row[i] ?? []);
    return values.length === 0 ? null : overSeeds(values);
  });
}

export function compareTable(results: readonly RunResult[], speech: Speech = ENGLISH): Table {
  const [first] = results;
  const arms = first ? armsOf(first.config) : [];
  const { title, of } = speech.reports.compare;
  return { title, of, columns: columnsIn(speech), rows: arms.map((arm) => ({ name: arm.name, cells: cellsOf(arm, results) })) };
}

const CHOICE_COLUMNS: readonly MetricName[] = ['gold/win_rate', 'gold/ceiling_win_rate', 'gold/reward', 'gold/ceiling', 'objective/kl'];

/** What choosing among n answers of the supervised model is worth, by the reward model and by the gold reward itself, which is the most there is. */
function choiceTable(results: readonly RunResult[], speech: Speech): Table[] {
  const [first] = results;
  const stage = first?.config.stages.find(({ train }) => train.algorithm === 'best-of-n')?.id;
  if (stage === undefined) return [];
  const sizes = stageIn(first!, stage)?.history.steps.filter((n) => Number.isInteger(Math.log2(n) / 2)) ?? []; // a result, or there were no stage
  const rows = sizes.map((n) => {
    const measured = results.map((result) => { const found = stageIn(result, stage); return found ? rowAt(found.history, n) : {}; });
    const cells = CHOICE_COLUMNS.map((name) => { const values = measured.flatMap((row) => row[name] ?? []); return values.length === 0 ? null : overSeeds(values); });
    return { name: String(n), cells };
  });
  return rows.length === 0 ? [] : [{ title: speech.reports.compare.choice, of: 'n', columns: CHOICE_COLUMNS.map((name) => ({ id: name, name, ...about(name, speech) })), rows }];
}

const CURVES: readonly MetricName[] = ['gold/win_rate', 'gold/reward', 'objective/kl', 'samples/distinct'];

/** Methods that are trained: best-of-n has no steps of training to go along. */
const trainedIn = (config: RunConfig): string[] => armsOf(config).flatMap(({ name, stage, step }) => (name === START || step !== undefined ? [] : [stage]));

const historiesOf = (results: readonly RunResult[], stage: string) => results.flatMap((result) => stageIn(result, stage)?.history ?? []);

function curvesOf(results: readonly RunResult[], config: RunConfig, speech: Speech): Curves[] {
  return CURVES.map((metric) => ({
    title: metric, ...about(metric, speech),
    curves: trainedIn(config).map((stage) => curveOf(stage, historiesOf(results, stage), metric, stageOf(config, stage).train.steps)).filter(({ points }) => points.length > 0),
  })).filter(({ curves }) => curves.length > 0);
}

/** Every method's way on one plot, by the true reward alone: judges differ, and some have none. */
function frontierIn(results: readonly RunResult[], config: RunConfig, { reports }: Speech): Frontier[] {
  const paths = armsOf(config).flatMap(({ name, stage }) => (name === START ? [] : (pathOf(stage, meanHistory(historiesOf(results, stage))) ?? []))).filter(({ gold }) => gold.length > 1);
  return paths.length > 0 ? [{ title: reports.compare.frontier, goldUnit: reports.goldUnits.names, paths: paths.map((path) => ({ ...path, proxy: [] })) }] : [];
}

export const compare: Experiment = {
  id: 'compare',
  title: 'Every method',
  asks: 'Of methods that learn from the same pairs, which gets furthest by the true measure, and at what price?',
  seeds: 5,
  hasFigure: true,
  plan: (seeds, settings) => seeds.map((seed) => configOf(recipeOf(RECIPE), seed, settings)),
  report: (results, speech = ENGLISH) => ({
    tables: [compareTable(results, speech), ...choiceTable(results, speech)],
    curves: results[0] ? curvesOf(results, results[0].config, speech) : [],
    frontiers: results[0] ? frontierIn(results, results[0].config, speech) : [],
    notes: speech.reports.compare.notes,
  }),
};
