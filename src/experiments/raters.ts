/**
 * What people do to a reward model: the same pairs of stories, labelled by raters who are noisy, biased or of different tastes, by one of them or by several whose votes are
 * counted or told as shares. Held-out labels are the community's own in every arm, and the true reward is known.
 */
import { METRICS, type MetricName } from '../contract/metrics';
import { overSeeds } from '../contract/statistics';
import { configOf } from '../recipes';
import type { Recipe } from '../recipes/recipe';
import { rowAt, stageIn, type Experiment, type RunResult, type Table } from './experiment';

/** Few labels, so that what is wrong with them is not averaged away. Each pair is met once. */
const LABELS = 2000;
const BATCH = 32;

/** How each arm's raters differ from the community. */
const ARMS: readonly { id: string; name: string; set: Record<string, number | string> }[] = [
  { id: 'community', name: 'the community itself', set: {} },
  { id: 'noise-4', name: 'noise ×4', set: { raterNoise: 4 } },
  { id: 'noise-16', name: 'noise ×16', set: { raterNoise: 16 } },
  { id: 'longer', name: 'bias toward longer', set: { bias: 0.2 } },
  { id: 'first', name: 'bias toward first shown', set: { bias: 0.2, biasToward: 'first' } },
  { id: 'disagreement', name: 'disagreement 1', set: { disagreement: 1 } },
  { id: 'noise-4-votes', name: 'noise ×4, votes of five', set: { raterNoise: 4, raters: 5 } },
  { id: 'noise-4-shares', name: 'noise ×4, shares of five', set: { raterNoise: 4, raters: 5, labels: 'shares' } },
  { id: 'disagreement-votes', name: 'disagreement 1, votes of five', set: { disagreement: 1, raters: 5 } },
  { id: 'disagreement-shares', name: 'disagreement 1, shares of five', set: { disagreement: 1, raters: 5, labels: 'shares' } },
];

const STAGE = 'reward-model';

/** Shortened, so that all arms of a seed take a minute or two. */
const recipeOf = ({ id, name, set }: (typeof ARMS)[number]): Recipe => ({
  id: `raters-${id}`,
  title: `Stories: reward model of ${name}`,
  teaches: 'What its raters did to a reward model.',
  task: 'stories',
  taskSet: { pairs: LABELS, ...set },
  modelSet: { width: 96, layers: 3 },
  stages: [
    { id: 'base', algorithm: 'base', start: {}, set: { evaluateOn: 16 } },
    { id: STAGE, algorithm: 'reward-model', start: { trunk: 'base' }, set: { steps: Math.floor(LABELS / BATCH), batchSize: BATCH, learningRate: 1e-3, evaluateEvery: 1000, evaluateOn: 256 } },
  ],
});

const MEASURES: readonly { name: string; metric: MetricName }[] = [
  { name: 'label accuracy', metric: 'label_accuracy' },
  { name: 'kappa of raters', metric: 'label_kappa' },
  { name: 'accuracy by truth', metric: 'eval_gold_accuracy' },
  { name: 'accuracy by the community', metric: 'eval_unseen_accuracy' },
  { name: 'NLL', metric: 'eval_nll' },
  { name: 'calibration error', metric: 'eval_ece' },
  { name: 'temperature', metric: 'eval_temperature' },
];

function tableOf(results: readonly RunResult[]): Table {
  const rows = ARMS.flatMap((arm) => {
    const measured = results.flatMap((result) => { const stage = result.config.recipe === recipeOf(arm).id ? stageIn(result, STAGE) : undefined; return stage ? [rowAt(stage.history)] : []; });
    const cells = MEASURES.map(({ metric }) => { const values = measured.flatMap((row) => row[metric] ?? []); return values.length === 0 ? null : overSeeds(values); });
    return measured.length === 0 ? [] : [{ name: arm.name, cells }];
  });
  return { title: 'What raters do to a reward model', of: 'raters', columns: MEASURES.map(({ name, metric }) => ({ name, unit: METRICS[metric].unit, means: METRICS[metric].means })), rows };
}

export const raters: Experiment = {
  id: 'raters',
  title: 'Raters: noise, bias, disagreement',
  asks: 'What do noise, bias and disagreement of those who label do to a reward model, and do several votes or soft labels help?',
  seeds: 3,
  hasFigure: false,
  plan: (seeds, settings) => seeds.flatMap((seed) => ARMS.map((arm) => configOf(recipeOf(arm), seed, [`task.panel=${seed}`, ...settings]))),
  report: (results) => ({
    tables: results.length === 0 ? [] : [tableOf(results)],
    curves: [],
    frontiers: [],
    notes: [
      `Every reward model meets the same ${LABELS.toLocaleString('en')} pairs once; five raters cost five times the votes of one. Held-out pairs are labelled by the community, without noise, bias or disagreement of raters.`,
      'Each seed has other raters of the same kind, who judge the same pairs. Intervals are 95 %, by Student’s t over seeds.',
    ],
  }),
};
