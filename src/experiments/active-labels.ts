/**
 * Which pair to ask about next: the four strategies of Active Preference Learning (Muldrew et al. 2024, arXiv:2402.08114) side by side, the true reward in the rater's place.
 * Round after round more labels are asked for about what the newest policy writes, and DPO is trained again from the supervised model, with a fresh optimizer, on all labels so
 * far. The first round is the same for all: a policy that is its own reference is sure of nothing. What is counted is how many labels each needs to reach where random ends.
 */
import { STRATEGIES } from '../contract/algorithms/labels';
import type { MetricName } from '../contract/metrics';
import { overSeeds, type Estimate } from '../contract/statistics';
import { configOf } from '../recipes';
import type { Recipe, RecipeStage } from '../recipes/recipe';
import type { Curves } from './curves';
import { ENGLISH, rowAt, stageIn, type Experiment, type RunResult, type Speech, type Table } from './experiment';
import { neededBy, type Path } from './labels-needed';

const ROUNDS = 5;
/** Labels of a round: rounds of the stage times questions. */
const ASK = { steps: 4, questions: 16 };
const ASKED = ASK.steps * ASK.questions;
const MOST = ROUNDS * ASKED;

type Strategy = (typeof STRATEGIES)[number];

const suffix = (strategy: Strategy, round: number): string => (round === 1 ? '1' : `${strategy}-${round}`);
const learnedIn = (strategy: Strategy, round: number): string => `dpo-${suffix(strategy, round)}`;
const askedIn = (strategy: Strategy, round: number): string => `labels-${suffix(strategy, round)}`;

function roundOf(strategy: Strategy, round: number): RecipeStage[] {
  const isFirst = round === 1;
  const start = isFirst ? { policy: 'sft' } : { policy: learnedIn(strategy, round - 1), reference: 'sft', pairs: askedIn(strategy, round - 1) };
  return [
    { id: askedIn(strategy, round), algorithm: 'labels', start, set: { ...ASK, judge: 'gold', ...(isFirst ? {} : { strategy }) } },
    { id: learnedIn(strategy, round), algorithm: 'dpo', start: { policy: 'sft', pairs: askedIn(strategy, round) }, set: { steps: 60, batchSize: 32, beta: 0.2, warmup: 5, evaluateEvery: 60, evaluateOn: 512 } },
  ];
}

const RECIPE: Recipe = {
  id: 'active-labels',
  title: 'Digits: which pair to ask about',
  teaches: 'Some pairs teach more than others, and the model itself can say which.',
  task: 'digits',
  modelSet: { width: 32 },
  stages: [
    { id: 'pretrain', algorithm: 'pretrain', start: {}, set: { steps: 600, evaluateEvery: 600, evaluateOn: 64 } },
    { id: 'sft', algorithm: 'sft', start: { policy: 'pretrain' }, set: { steps: 100, evaluateEvery: 100, evaluateOn: 64 } },
    ...roundOf('random', 1),
    ...STRATEGIES.flatMap((strategy) => Array.from({ length: ROUNDS - 1 }, (_, i) => roundOf(strategy, i + 2)).flat()),
  ],
};

/** What a strategy is judged by, and what that is before any label. */
const MEASURES: readonly { metric: MetricName; id: 'winRate' | 'accuracy'; none?: number }[] = [
  { metric: 'gold/win_rate', id: 'winRate', none: 0.5 },
  { metric: 'eval_seen_rewards/accuracies', id: 'accuracy' },
];
type Measure = (typeof MEASURES)[number];

/** One seed's values after each round, before them the one without labels where it is known; undefined while a round is missing. */
function pathOf(result: RunResult, strategy: Strategy, { metric, none }: Measure): Path | undefined {
  const measured = Array.from({ length: ROUNDS }, (_, i) => {
    const stage = stageIn(result, learnedIn(strategy, i + 1));
    return { labels: (i + 1) * ASKED, value: stage ? rowAt(stage.history)[metric] : undefined };
  }).flatMap(({ labels, value }) => (value === undefined ? [] : [{ labels, value }]));
  return measured.length < ROUNDS ? undefined : [...(none === undefined ? [] : [{ labels: 0, value: none }]), ...measured];
}

/** Paths of each strategy, of the seeds that are done, in one order. */
function pathsOf(results: readonly RunResult[], measure: Measure): Record<Strategy, Path[]> | undefined {
  const whole = results.flatMap((result) => {
    const own = STRATEGIES.flatMap((strategy) => { const path = pathOf(result, strategy, measure); return path ? [[strategy, path] as const] : []; });
    return own.length < STRATEGIES.length ? [] : [Object.fromEntries(own) as Record<Strategy, Path>]; // one a strategy
  });
  return whole.length === 0 ? undefined : (Object.fromEntries(STRATEGIES.map((strategy) => [strategy, whole.map((own) => own[strategy])])) as Record<Strategy, Path[]>);
}

const endOf = (path: Path): number => path.at(-1)!.value; // a path has a point a round

function neededTable(paths: Record<Strategy, Path[]>, { id, metric }: Measure, { reports, metric: about }: Speech): Table {
  const found = neededBy(paths, 'random');
  const { unit, means } = about(metric);
  const { strategies, measures, needed, of, columns } = reports.activeLabels;
  return {
    title: needed(measures[id]),
    of,
    columns: [
      { id: 'labels', name: columns.labels.name, unit: 'labels', means: columns.labels.means(MOST) },
      { id: 'saved', unit: 'fraction', ...columns.saved },
      { id: 'reaches', unit: 'fraction', ...columns.reaches },
      { id: metric, name: columns.final.name(measures[id]), unit, means: columns.final.means(means, MOST) },
      { id: 'above', unit, ...columns.above },
    ],
    rows: STRATEGIES.map((strategy) => {
      const { labels, saved, reaches } = found[strategy];
      const ends = paths[strategy].map(endOf);
      return { name: strategies[strategy], cells: [labels, saved, overSeeds([reaches]), overSeeds(ends), strategy === 'random' ? null : overSeeds(ends.map((end, seed) => end - endOf(paths.random[seed]!)))] };
    }),
  };
}

/** What asking cost: pairs that were decided, and tokens the policy wrote and read to find them. */
function costTable(results: readonly RunResult[], { reports, metric: about }: Speech): Table {
  const { strategies, cost, of } = reports.activeLabels;
  const COSTS = ['labels/kept', 'tokens/generated', 'tokens/scored'] as const satisfies readonly MetricName[];
  const rows = STRATEGIES.map((strategy) => {
    const cells = COSTS.map((metric): Estimate | null => {
      const sums = results.flatMap((result) => {
        const values = Array.from({ length: ROUNDS }, (_, i) => { const stage = stageIn(result, askedIn(strategy, i + 1)); return stage ? rowAt(stage.history)[metric] : undefined; });
        if (values.includes(undefined)) return [];
        const all = values.map((value) => value ?? 0);
        return [metric === 'labels/kept' ? all.at(-1)! : all.reduce((sum, value) => sum + value, 0)]; // what is kept is kept from round to round
      });
      return sums.length === 0 ? null : overSeeds(sums);
    });
    return { name: strategies[strategy], cells };
  });
  return { title: cost(MOST), of, columns: COSTS.map((metric) => ({ id: metric, name: metric, unit: about(metric).unit, means: about(metric).means })), rows };
}

const curvesOf = (paths: Record<Strategy, Path[]>, { id, metric }: Measure, { reports: { activeLabels: say }, metric: about }: Speech): Curves => ({
  title: say.measures[id],
  unit: about(metric).unit,
  means: about(metric).means,
  over: say.asked(MOST),
  curves: STRATEGIES.map((strategy) => ({ name: say.strategies[strategy], points: paths[strategy][0]!.map(({ labels }, i) => ({ at: labels / MOST, value: overSeeds(paths[strategy].map((path) => path[i]!.value)) })) })), // one seed at least, all with the same points
});

export const activeLabels: Experiment = {
  id: 'active-labels',
  title: 'Which pair to ask about',
  asks: 'How many labels does each way of choosing what to ask about need, to get as far as asking at random gets with all of them?',
  seeds: 10,
  hasFigure: false,
  plan: (seeds, settings) => seeds.map((seed) => configOf(RECIPE, seed, settings)),
  report: (results, speech = ENGLISH) => {
    const measured = MEASURES.flatMap((measure) => { const paths = pathsOf(results, measure); return paths ? [{ measure, paths }] : []; });
    return {
      tables: [...measured.map(({ measure, paths }) => neededTable(paths, measure, speech)), ...(measured.length > 0 ? [costTable(results, speech)] : [])],
      curves: measured.map(({ measure, paths }) => curvesOf(paths, measure, speech)),
      frontiers: [],
      notes: [
        speech.reports.activeLabels.rounds(ROUNDS, ASKED),
        speech.reports.activeLabels.strategiesAre,
      ],
    };
  },
};
