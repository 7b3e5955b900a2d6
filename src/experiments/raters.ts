/**
 * What people do to a reward model: the same pairs of stories, labelled by raters who are noisy, biased or of different tastes, by one of them or by several whose votes are
 * counted or told as shares. Held-out labels are the community's own in every arm, and the true reward is known.
 */
import type { MetricName } from '../contract/metrics';
import { overSeeds } from '../contract/statistics';
import { configOf } from '../recipes';
import type { Recipe } from '../recipes/recipe';
import { ENGLISH, rowAt, stageIn, type Experiment, type RunResult, type Speech, type Table } from './experiment';
import { REPORT_WORDS, type ReportWords } from './report-words';

/** Few labels, so that what is wrong with them is not averaged away. Each pair is met once. */
const LABELS = 2000;
const BATCH = 32;

/** How each arm's raters differ from the community. */
const ARMS: readonly { id: keyof ReportWords['raters']['arms']; set: Record<string, number | string> }[] = [
  { id: 'community', set: {} },
  { id: 'noise-4', set: { raterNoise: 4 } },
  { id: 'noise-16', set: { raterNoise: 16 } },
  { id: 'longer', set: { bias: 0.2 } },
  { id: 'first', set: { bias: 0.2, biasToward: 'first' } },
  { id: 'disagreement', set: { disagreement: 1 } },
  { id: 'noise-4-votes', set: { raterNoise: 4, raters: 5 } },
  { id: 'noise-4-shares', set: { raterNoise: 4, raters: 5, labels: 'shares' } },
  { id: 'disagreement-votes', set: { disagreement: 1, raters: 5 } },
  { id: 'disagreement-shares', set: { disagreement: 1, raters: 5, labels: 'shares' } },
];

const STAGE = 'reward-model';

/** Shortened, so that all arms of a seed take a minute or two. */
const recipeOf = ({ id, set }: (typeof ARMS)[number]): Recipe => ({
  id: `raters-${id}`,
  title: `Stories: reward model of ${REPORT_WORDS.raters.arms[id]}`,
  teaches: 'What its raters did to a reward model.',
  task: 'stories',
  taskSet: { pairs: LABELS, ...set },
  modelSet: { width: 96, layers: 3 },
  stages: [
    { id: 'base', algorithm: 'base', start: {}, set: { evaluateOn: 16 } },
    { id: STAGE, algorithm: 'reward-model', start: { trunk: 'base' }, set: { steps: Math.floor(LABELS / BATCH), batchSize: BATCH, learningRate: 1e-3, evaluateEvery: 1000, evaluateOn: 256 } },
  ],
});

const MEASURES = [
  { id: 'labels', metric: 'label_accuracy' },
  { id: 'kappa', metric: 'label_kappa' },
  { id: 'truth', metric: 'eval_gold_accuracy' },
  { id: 'community', metric: 'eval_unseen_accuracy' },
  { id: 'nll', metric: 'eval_nll' },
  { id: 'calibration', metric: 'eval_ece' },
  { id: 'temperature', metric: 'eval_temperature' },
] as const satisfies readonly { id: string; metric: MetricName }[];

function tableOf(results: readonly RunResult[], { reports: { raters: say }, metric: about }: Speech): Table {
  const rows = ARMS.flatMap((arm) => {
    const measured = results.flatMap((result) => { const stage = result.config.recipe === recipeOf(arm).id ? stageIn(result, STAGE) : undefined; return stage ? [rowAt(stage.history)] : []; });
    const cells = MEASURES.map(({ metric }) => { const values = measured.flatMap((row) => row[metric] ?? []); return values.length === 0 ? null : overSeeds(values); });
    return measured.length === 0 ? [] : [{ name: say.arms[arm.id], cells }];
  });
  return { title: say.title, of: say.of, columns: MEASURES.map(({ id, metric }) => ({ id: metric, name: say.columns[id], unit: about(metric).unit, means: about(metric).means })), rows };
}

export const raters: Experiment = {
  id: 'raters',
  title: 'Raters: noise, bias, disagreement',
  asks: 'What do noise, bias and disagreement of those who label do to a reward model, and do several votes or soft labels help?',
  seeds: 3,
  hasFigure: false,
  plan: (seeds, settings) => seeds.flatMap((seed) => ARMS.map((arm) => configOf(recipeOf(arm), seed, [`task.panel=${seed}`, ...settings]))),
  report: (results, speech = ENGLISH) => ({
    tables: results.length === 0 ? [] : [tableOf(results, speech)],
    curves: [],
    frontiers: [],
    notes: [speech.reports.raters.same(LABELS), speech.reports.raters.seeds],
  }),
};
