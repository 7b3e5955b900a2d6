/**
 * What perplexity filtering is worth: the same ready-made candidates, labels and starting model, and five ways to choose the pairs that a reward model and DPO learn from.
 * Built from the abstract of arXiv:2410.01789, not a replication: which data, models and thresholds the paper used is not known to us.
 * The question is the filtered arm against a random choice of the same size; the others say what size, an inverted filter and the model's own samples do.
 */
import { ARMS, type Arm } from '../contract/algorithms/perplexity-filter';
import type { RunConfig } from '../contract/config';
import type { MetricName, MetricRow } from '../contract/metrics';
import { overSeeds, type Estimate } from '../contract/statistics';
import { configOf } from '../recipes';
import type { Recipe, RecipeStage } from '../recipes/recipe';
import * as sentences from '../recipes/sentences-stages';
import * as stories from '../recipes/stories-stages';
import { ENGLISH, rowAt, stageIn, type Column, type Experiment, type RunResult, type Speech, type Table } from './experiment';
import type { ReportWords } from './report-words';

/**
 * The tasks it is asked of: a shipped model, fine-tuned, how its recipe does DPO, and how much is looked at, so that a seed takes minutes:
 * batches of 128 candidate pairs, held-out prompts behind a reward model's pairs, and held-out prompts of a policy.
 */
const WORLDS = [
  { task: 'sentences', modelSet: sentences.SHAPE, begin: [sentences.base, sentences.sft], dpo: sentences.dpo, sizes: { batches: 32, ofPairs: 512, ofPolicy: 512 } },
  { task: 'stories', modelSet: stories.SHAPE, begin: [stories.base, stories.sft], dpo: stories.dpo, sizes: { batches: 32, ofPairs: 256, ofPolicy: 256 } },
] as const;
type World = (typeof WORLDS)[number];

/** Somebody else's model, whose samples are among the candidates: the same base, fine-tuned more roughly. One trained for a while from random weights wrote nothing that was kept (.005 of it). */
const OTHER: RecipeStage = { id: 'other', algorithm: 'sft', start: { policy: 'base' }, set: { steps: 30, batchSize: 32, learningRate: 0.003, evaluateEvery: 30, evaluateOn: 64 } };

/** Short, and the same for every arm, so that arms differ in their pairs alone. */
const JUDGE = { steps: 80, batchSize: 32, evaluateEvery: 80 };
const DPO = { steps: 60, batchSize: 32, evaluateEvery: 60 };

const pairsOf = (arm: Arm): string => `pairs-${arm}`;
const judgeOf = (arm: Arm): string => `judge-${arm}`;
const policyOf = (arm: Arm): string => `dpo-${arm}`;

const armStages = (arm: Arm, { dpo, sizes: { batches, ofPairs, ofPolicy } }: World): RecipeStage[] => [
  { id: pairsOf(arm), algorithm: 'perplexity-filter', start: { policy: 'sft', other: 'other' }, set: { steps: batches, evaluateOn: 256, ...(arm !== 'filtered' && { arm }) } },
  { id: judgeOf(arm), algorithm: 'reward-model', start: { trunk: 'sft', pairs: pairsOf(arm) }, set: { ...JUDGE, evaluateOn: ofPairs } },
  { id: policyOf(arm), algorithm: 'dpo', start: { policy: 'sft', pairs: pairsOf(arm) }, set: { ...dpo.set, ...DPO, evaluateOn: ofPolicy } },
];

const recipeFor = (world: World): Recipe => ({
  id: `perplexity-filter-${world.task}`,
  title: 'Perplexity filter',
  teaches: 'Ready-made pairs that a model could have written itself, held against as many at random.',
  task: world.task,
  modelSet: world.modelSet,
  stages: [...world.begin, OTHER, ...ARMS.flatMap((arm) => armStages(arm, world))],
  compares: ARMS.map(policyOf),
});

/** What an arm came to in one run: the filter's, the reward model's and the policy's last values. */
interface Reached {
  pairs: MetricRow;
  judge: MetricRow;
  policy: MetricRow;
}

const from = (part: keyof Reached, metric: MetricName) => (reached: Reached) => reached[part][metric];
const COLUMNS: readonly { id: keyof ReportWords['perplexityFilter']['columns']; metric: MetricName; of(reached: Reached): number | undefined }[] = [
  { id: 'pairs', metric: 'filter/kept', of: from('pairs', 'filter/kept') },
  { id: 'winRate', metric: 'gold/win_rate', of: from('policy', 'gold/win_rate') },
  { id: 'gain', metric: 'gold/gain', of: from('policy', 'gold/gain') },
  { id: 'seen', metric: 'eval_seen_accuracy', of: from('judge', 'eval_seen_accuracy') },
  { id: 'unseen', metric: 'eval_unseen_accuracy', of: from('judge', 'eval_unseen_accuracy') },
  { id: 'nll', metric: 'filter/nll_kept', of: from('pairs', 'filter/nll_kept') },
  { id: 'right', metric: 'pairs/gold_agreement', of: from('pairs', 'pairs/gold_agreement') },
  { id: 'asked', metric: 'labels/asked', of: from('pairs', 'labels/asked') },
  { id: 'written', metric: 'tokens/generated', of: from('pairs', 'tokens/generated') },
  { id: 'read', metric: 'tokens/scored', of: from('pairs', 'tokens/scored') },
  { id: 'kl', metric: 'objective/kl', of: from('policy', 'objective/kl') },
  { id: 'distinct', metric: 'samples/distinct_2', of: from('policy', 'samples/distinct_2') },
];

/** What is compared seed by seed. */
const PAIRED = COLUMNS.filter(({ id }) => ['winRate', 'gain', 'seen', 'unseen'].includes(id));

function reachedIn(result: RunResult, arm: Arm): Reached | undefined {
  const [pairs, judge, policy] = [pairsOf(arm), judgeOf(arm), policyOf(arm)].map((id) => stageIn(result, id));
  return pairs && judge && policy ? { pairs: rowAt(pairs.history), judge: rowAt(judge.history), policy: rowAt(policy.history) } : undefined;
}

const estimateOf = (values: readonly number[]): Estimate | null => (values.length === 0 ? null : overSeeds(values));

type TaskId = World['task'];

const columnsOf = (task: TaskId, measures: typeof COLUMNS, { reports, metric: about }: Speech): Column[] =>
  measures.map(({ id, metric }) => {
    const { unit, means } = about(metric, { goldUnit: reports.goldUnits[task], goldMeans: '' });
    return { id: metric, name: reports.perplexityFilter.columns[id], unit, means };
  });

function armTable(task: TaskId, results: readonly RunResult[], speech: Speech): Table {
  const say = speech.reports.perplexityFilter;
  const rows = ARMS.map((arm) => {
    const all = results.flatMap((result) => reachedIn(result, arm) ?? []);
    return { name: say.arms[arm], cells: COLUMNS.map(({ of }) => estimateOf(all.flatMap((reached) => of(reached) ?? []))) };
  });
  return { title: say.comesTo(say.tasks[task]), of: say.ofPairs, columns: columnsOf(task, COLUMNS, speech), rows };
}

/** The filtered arm less each other, in the same run: same seed, same candidates, same prompts. */
function pairedTable(task: TaskId, results: readonly RunResult[], speech: Speech): Table {
  const say = speech.reports.perplexityFilter;
  const rows = ARMS.filter((arm) => arm !== 'filtered').map((arm) => ({
    name: say.less(say.arms.filtered, say.arms[arm]),
    cells: PAIRED.map(({ of }) => estimateOf(results.flatMap((result) => {
      const [mine, other] = [reachedIn(result, 'filtered'), reachedIn(result, arm)];
      const [a, b] = [mine && of(mine), other && of(other)];
      return a === undefined || b === undefined ? [] : [a - b];
    }))),
  }));
  // A difference is another quantity than what it is of: 0 is where nothing changes.
  const columns = columnsOf(task, PAIRED, speech).map((column) => ({ ...column, id: `difference of ${column.id}` }));
  return { title: say.against(say.tasks[task]), of: say.ofDifference, columns, rows };
}

const KEPT = [
  ['people', 'filter/kept_people'], ['mismatched', 'filter/kept_mismatched'], ['corrupted', 'filter/kept_corrupted'], ['other', 'filter/kept_other'],
] as const satisfies readonly (readonly [keyof ReportWords['perplexityFilter']['sources'], MetricName])[];

function sourceTable(task: TaskId, results: readonly RunResult[], { reports: { perplexityFilter: say } }: Speech): Table {
  const all = results.flatMap((result) => stageIn(result, pairsOf('filtered')) ?? []).map(({ history }) => rowAt(history));
  return {
    title: say.keeps(say.tasks[task]), of: say.ofSource,
    columns: [{ id: 'kept', name: say.kept.name, unit: 'fraction', means: say.kept.means }],
    rows: KEPT.map(([source, metric]) => ({ name: say.sources[source], cells: [estimateOf(all.flatMap((row) => row[metric] ?? []))] })),
  };
}

export const perplexityFilter: Experiment = {
  id: 'perplexity-filter',
  title: 'Perplexity filter',
  asks: 'Are ready-made pairs worth more where the model could have written them itself, and what do they cost beside labelling its own samples?',
  seeds: 5,
  hasFigure: false,
  plan: (seeds, settings) => seeds.flatMap((seed): RunConfig[] => WORLDS.map((world) => configOf(recipeFor(world), seed, settings))),
  report: (results, speech = ENGLISH) => ({
    tables: WORLDS.flatMap(({ task }) => {
      const own = results.filter(({ config }) => config.task.id === task);
      return own.length === 0 ? [] : [armTable(task, own, speech), pairedTable(task, own, speech), sourceTable(task, own, speech)];
    }),
    curves: [],
    frontiers: [],
    notes: speech.reports.perplexityFilter.notes,
  }),
};
