/**
 * What perplexity filtering is worth: the same ready-made candidates, labels and starting model, and five ways to choose the pairs that a reward model and DPO learn from.
 * Built from the abstract of arXiv:2410.01789, not a replication: which data, models and thresholds the paper used is not known to us.
 * The question is the filtered arm against a random choice of the same size; the others say what size, an inverted filter and the model's own samples do.
 */
import { ARMS, type Arm } from '../contract/algorithms/perplexity-filter';
import type { RunConfig } from '../contract/config';
import { metricInfo, type MetricName, type MetricRow } from '../contract/metrics';
import { SOURCES } from '../contract/perplexity';
import { overSeeds, type Estimate } from '../contract/statistics';
import { configOf } from '../recipes';
import type { Recipe, RecipeStage } from '../recipes/recipe';
import * as sentences from '../recipes/sentences-stages';
import * as stories from '../recipes/stories-stages';
import { rowAt, stageIn, type Column, type Experiment, type RunResult, type Table } from './experiment';

/**
 * The tasks it is asked of: a shipped model, fine-tuned, how its recipe does DPO, the words for its true reward, and how much is looked at, so that a seed takes minutes:
 * batches of 128 candidate pairs, held-out prompts behind a reward model's pairs, and held-out prompts of a policy.
 */
const WORLDS = [
  { task: 'sentences', modelSet: sentences.SHAPE, begin: [sentences.base, sentences.sft], dpo: sentences.dpo, goldUnit: 'valence, −4 to 4', sizes: { batches: 32, ofPairs: 512, ofPolicy: 512 } },
  { task: 'stories', modelSet: stories.SHAPE, begin: [stories.base, stories.sft], dpo: stories.dpo, goldUnit: 'share liked', sizes: { batches: 32, ofPairs: 256, ofPolicy: 256 } },
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
const COLUMNS: readonly { name: string; metric: MetricName; of(reached: Reached): number | undefined }[] = [
  { name: 'pairs', metric: 'filter/kept', of: from('pairs', 'filter/kept') },
  { name: 'gold win rate', metric: 'gold/win_rate', of: from('policy', 'gold/win_rate') },
  { name: 'gold over SFT', metric: 'gold/gain', of: from('policy', 'gold/gain') },
  { name: 'reward model, seen', metric: 'eval_seen_accuracy', of: from('judge', 'eval_seen_accuracy') },
  { name: 'reward model, unseen', metric: 'eval_unseen_accuracy', of: from('judge', 'eval_unseen_accuracy') },
  { name: 'NLL of pairs', metric: 'filter/nll_kept', of: from('pairs', 'filter/nll_kept') },
  { name: 'labels right', metric: 'pairs/gold_agreement', of: from('pairs', 'pairs/gold_agreement') },
  { name: 'labels asked', metric: 'labels/asked', of: from('pairs', 'labels/asked') },
  { name: 'tokens written', metric: 'tokens/generated', of: from('pairs', 'tokens/generated') },
  { name: 'tokens read', metric: 'tokens/scored', of: from('pairs', 'tokens/scored') },
  { name: 'KL', metric: 'objective/kl', of: from('policy', 'objective/kl') },
  { name: 'distinct-2', metric: 'samples/distinct_2', of: from('policy', 'samples/distinct_2') },
];

/** What is compared seed by seed. */
const PAIRED: readonly string[] = ['gold win rate', 'gold over SFT', 'reward model, seen', 'reward model, unseen'];

function reachedIn(result: RunResult, arm: Arm): Reached | undefined {
  const [pairs, judge, policy] = [pairsOf(arm), judgeOf(arm), policyOf(arm)].map((id) => stageIn(result, id));
  return pairs && judge && policy ? { pairs: rowAt(pairs.history), judge: rowAt(judge.history), policy: rowAt(policy.history) } : undefined;
}

const estimateOf = (values: readonly number[]): Estimate | null => (values.length === 0 ? null : overSeeds(values));

const aboutIn = (goldUnit: string) => ({ name, metric }: Pick<(typeof COLUMNS)[number], 'name' | 'metric'>): Column => {
  const { unit, means } = metricInfo(metric, { goldUnit, goldMeans: '' });
  return { name, unit, means };
};

function armTable(task: string, goldUnit: string, results: readonly RunResult[]): Table {
  const rows = ARMS.map((arm) => {
    const all = results.flatMap((result) => reachedIn(result, arm) ?? []);
    return { name: arm, cells: COLUMNS.map(({ of }) => estimateOf(all.flatMap((reached) => of(reached) ?? []))) };
  });
  return { title: `${task}: what each choice of pairs comes to`, of: 'pairs', columns: COLUMNS.map(aboutIn(goldUnit)), rows };
}

/** The filtered arm less each other, in the same run: same seed, same candidates, same prompts. */
function pairedTable(task: string, goldUnit: string, results: readonly RunResult[]): Table {
  const columns = COLUMNS.filter(({ name }) => PAIRED.includes(name));
  const rows = ARMS.filter((arm) => arm !== 'filtered').map((arm) => ({
    name: `filtered − ${arm}`,
    cells: columns.map(({ of }) => estimateOf(results.flatMap((result) => {
      const [mine, other] = [reachedIn(result, 'filtered'), reachedIn(result, arm)];
      const [a, b] = [mine && of(mine), other && of(other)];
      return a === undefined || b === undefined ? [] : [a - b];
    }))),
  }));
  return { title: `${task}: the filter against its controls, seed by seed`, of: 'difference', columns: columns.map(aboutIn(goldUnit)), rows };
}

const KEPT = [
  ['people', 'filter/kept_people'], ['mismatched', 'filter/kept_mismatched'], ['corrupted', 'filter/kept_corrupted'], ['other', 'filter/kept_other'],
] as const satisfies readonly (readonly [keyof typeof SOURCES, MetricName])[];

function sourceTable(task: string, results: readonly RunResult[]): Table {
  const all = results.flatMap((result) => stageIn(result, pairsOf('filtered')) ?? []).map(({ history }) => rowAt(history));
  return {
    title: `${task}: what the filter keeps of each source`, of: 'source',
    columns: [{ name: 'kept', unit: 'fraction', means: 'Share of its texts that stand in pairs which are kept.' }],
    rows: KEPT.map(([source, metric]) => ({ name: SOURCES[source].title, cells: [estimateOf(all.flatMap((row) => row[metric] ?? []))] })),
  };
}

export const perplexityFilter: Experiment = {
  id: 'perplexity-filter',
  title: 'Perplexity filter',
  asks: 'Are ready-made pairs worth more where the model could have written them itself, and what do they cost beside labelling its own samples?',
  seeds: 5,
  hasFigure: false,
  plan: (seeds, settings) => seeds.flatMap((seed): RunConfig[] => WORLDS.map((world) => configOf(recipeFor(world), seed, settings))),
  report: (results) => ({
    tables: WORLDS.flatMap(({ task, goldUnit }) => {
      const own = results.filter(({ config }) => config.task.id === task);
      return own.length === 0 ? [] : [armTable(task, goldUnit, own), pairedTable(task, goldUnit, own), sourceTable(task, own)];
    }),
    curves: [],
    frontiers: [],
    notes: [
      'Built from the abstract of arXiv:2410.01789, not a replication. Candidates are people’s text, answers to other prompts, corrupted text and another model’s samples, labelled by the task’s simulated raters.',
      'Random, inverted and on-policy are as large as filtered; unfiltered is all there is. Every arm trains for as many steps, so a smaller set is met more often.',
      'Win rates are against the supervised model on the same held-out prompts, ties counting half. Intervals are 95 %, by Student’s t over seeds.',
    ],
  }),
};
