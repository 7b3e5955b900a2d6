/** Every method on the same pairs, seeds and prompts: what it reaches, and what it pays for it. */
import { ALGORITHMS } from '../contract/algorithms';
import { stageOf, type RunConfig } from '../contract/config';
import { metricInfo, type MetricName, type MetricRow } from '../contract/metrics';
import { overSeeds, type Estimate } from '../contract/statistics';
import { configOf, recipeOf } from '../recipes';
import { curveOf, type Curves } from './curves';
import { meanHistory, pathOf, type Frontier } from './frontier';
import { rowAt, stageIn, type Column, type Experiment, type RunResult, type Table } from './experiment';

const RECIPE = 'names-compare';
/** The stage they all start from. Its own win rate is against the stage before it, so it is not shown among the others'. */
const START = 'sft';

const GOLD_UNIT = 'log10 births';

/** A line of the table: a stage, or one of its steps. */
interface Arm {
  name: string;
  stage: string;
  step?: number;
}

/** Unit and meaning of a metric, in the words of the recipe's task. */
const about = (metric: MetricName): Pick<Column, 'unit' | 'means'> => {
  const { unit, means } = metricInfo(metric, { goldUnit: GOLD_UNIT, goldMeans: 'Here: log10(1 + births) of that name.' });
  return { unit, means };
};
const columnOf = (name: string, metric: MetricName): Column => ({ name, ...about(metric) });

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

const COLUMNS: readonly (Column & { of(reached: Reached): number | undefined; ofStart?: boolean })[] = [
  {
    name: 'accuracy, seen', unit: 'fraction', means: 'Share of held-out pairs on which the method’s reward agrees with people, of names met in other pairs. Its reward is the reward model’s where it has one, else what the policy itself says.',
    of: ({ row, judge }) => row['eval_seen_rewards/accuracies'] ?? judge.eval_seen_accuracy,
  },
  { name: 'accuracy, unseen', unit: 'fraction', means: 'The same on pairs of names never met.', of: ({ row, judge }) => row['eval_unseen_rewards/accuracies'] ?? judge.eval_unseen_accuracy },
  { ...columnOf('gold win rate', 'gold/win_rate'), of: ({ row }) => row['gold/win_rate'] },
  { name: 'KL', unit: about('objective/kl').unit, means: 'How far the policy went from the supervised model, a completion. Of methods that learn from pairs and of rejection sampling on held-out prompts, of the others on their last rollout, of best-of-n what it is at most: log n − (n − 1)/n.', of: ({ row }) => row['objective/kl'] },
  { ...columnOf('distinct', 'samples/distinct'), of: ({ row }) => row['samples/distinct'], ofStart: true },
  { ...columnOf('gold reward', 'gold/reward'), of: ({ row }) => row['gold/reward'], ofStart: true },
  { ...columnOf('real names', 'samples/valid_fraction'), of: ({ row }) => row['samples/valid_fraction'], ofStart: true },
  {
    name: 'most for its real names', unit: 'fraction', means: 'What the win rate would be if every answer that is a name beat the supervised model’s: it cannot be much higher while answers are names no more often.',
    of: ({ row, start }) => mostFor(row['samples/valid_fraction'], start['samples/valid_fraction']),
  },
  { name: 'time', unit: 's', means: 'Seconds of training after supervised fine-tuning, the reward model’s included where the method needs one.', of: ({ seconds }) => seconds },
];

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
    return [COLUMNS.map((column) => (name === START && !column.ofStart ? undefined : column.of(reached)))];
  });
  return COLUMNS.map((_, i) => {
    const values = measured.flatMap((row) => row[i] ?? []);
    return values.length === 0 ? null : overSeeds(values);
  });
}

export function compareTable(results: readonly RunResult[]): Table {
  const [first] = results;
  const arms = first ? armsOf(first.config) : [];
  return { title: 'Every method', of: 'method', columns: COLUMNS.map(({ name, unit, means }) => ({ name, unit, means })), rows: arms.map((arm) => ({ name: arm.name, cells: cellsOf(arm, results) })) };
}

const CHOICE_COLUMNS: readonly MetricName[] = ['gold/win_rate', 'gold/ceiling_win_rate', 'gold/reward', 'gold/ceiling', 'objective/kl'];

/** What choosing among n answers of the supervised model is worth, by the reward model and by the gold reward itself, which is the most there is. */
function choiceTable(results: readonly RunResult[]): Table[] {
  const [first] = results;
  const stage = first?.config.stages.find(({ train }) => train.algorithm === 'best-of-n')?.id;
  if (stage === undefined) return [];
  const sizes = stageIn(first!, stage)?.history.steps.filter((n) => Number.isInteger(Math.log2(n) / 2)) ?? []; // a result, or there were no stage
  const rows = sizes.map((n) => {
    const measured = results.map((result) => { const found = stageIn(result, stage); return found ? rowAt(found.history, n) : {}; });
    const cells = CHOICE_COLUMNS.map((name) => { const values = measured.flatMap((row) => row[name] ?? []); return values.length === 0 ? null : overSeeds(values); });
    return { name: String(n), cells };
  });
  return rows.length === 0 ? [] : [{ title: 'Choosing among n answers, by the reward model and at most', of: 'n', columns: CHOICE_COLUMNS.map((name) => columnOf(name, name)), rows }];
}

const CURVES: readonly MetricName[] = ['gold/win_rate', 'gold/reward', 'objective/kl', 'samples/distinct'];

/** Methods that are trained: best-of-n has no steps of training to go along. */
const trainedIn = (config: RunConfig): string[] => armsOf(config).flatMap(({ name, stage, step }) => (name === START || step !== undefined ? [] : [stage]));

const historiesOf = (results: readonly RunResult[], stage: string) => results.flatMap((result) => stageIn(result, stage)?.history ?? []);

function curvesOf(results: readonly RunResult[], config: RunConfig): Curves[] {
  return CURVES.map((metric) => ({
    title: metric, ...about(metric),
    curves: trainedIn(config).map((stage) => curveOf(stage, historiesOf(results, stage), metric, stageOf(config, stage).train.steps)).filter(({ points }) => points.length > 0),
  })).filter(({ curves }) => curves.length > 0);
}

/** Every method's way on one plot, by the true reward alone: judges differ, and some have none. */
function frontierIn(results: readonly RunResult[], config: RunConfig): Frontier[] {
  const paths = armsOf(config).flatMap(({ name, stage }) => (name === START ? [] : (pathOf(stage, meanHistory(historiesOf(results, stage))) ?? []))).filter(({ gold }) => gold.length > 1);
  return paths.length > 0 ? [{ title: 'gold reward against distance', goldUnit: GOLD_UNIT, paths: paths.map((path) => ({ ...path, proxy: [] })) }] : [];
}

export const compare: Experiment = {
  id: 'compare',
  title: 'Every method',
  asks: 'Of methods that learn from the same pairs, which gets furthest by the true measure, and at what price?',
  seeds: 5,
  hasFigure: true,
  plan: (seeds, settings) => seeds.map((seed) => configOf(recipeOf(RECIPE), seed, settings)),
  report: (results) => ({
    tables: [compareTable(results), ...choiceTable(results)],
    curves: results[0] ? curvesOf(results, results[0].config) : [],
    frontiers: results[0] ? frontierIn(results, results[0].config) : [],
    notes: [
      'The ceiling is the best of n answers of the supervised model by the gold reward itself: no method that only chooses among them wins more often.',
      'Win rates are against the supervised model on the same held-out prompts, ties counting half. Intervals are 95 %, by Student’s t over seeds.',
    ],
  }),
};
