/**
 * What a reward model gains from more parameters and from more labels: three sizes times four numbers of labels, each from a policy of its own size,
 * stopped where held-out loss no longer falls, so that few labels are not learned by heart.
 */
import { modelOf, type RunConfig } from '../contract/config';
import type { MetricName } from '../contract/metrics';
import { overSeeds, type Estimate } from '../contract/statistics';
import { configOf } from '../recipes';
import type { Recipe } from '../recipes/recipe';
import { ENGLISH, rowAt, stageIn, type Column, type Experiment, type RunResult, type Speech, type Table } from './experiment';

const SIZES = [
  { id: 'small', modelSet: { width: 16, layers: 1, heads: 2 } },
  { id: 'middle', modelSet: { width: 32, layers: 2, heads: 4 } },
  { id: 'large', modelSet: { width: 64, layers: 2, heads: 4 } },
] as const;
const LABELS = [500, 2000, 8000, 32_000] as const;

const stageId = (size: string, labels: number): string => `reward-${size}-${labels}`;

/** Shortened, so that all of it takes a minute or two a seed. */
const RECIPE: Recipe = {
  id: 'reward-model-scaling',
  title: 'Names: reward models of many sizes',
  teaches: 'More labels help a reward model until it is too small to hold what they say.',
  task: 'names',
  stages: SIZES.flatMap(({ id, modelSet }) => [
    { id: `pretrain-${id}`, algorithm: 'pretrain' as const, start: {}, set: { steps: 800, evaluateEvery: 800, evaluateOn: 256 }, modelSet },
    { id: `sft-${id}`, algorithm: 'sft' as const, start: { policy: `pretrain-${id}` }, set: { steps: 200, evaluateEvery: 200, evaluateOn: 256 }, modelSet },
    ...LABELS.map((labels) => ({
      id: stageId(id, labels), algorithm: 'reward-model' as const, start: { trunk: `sft-${id}` }, set: { labels, steps: 800, evaluateEvery: 50, patience: 4 }, modelSet,
    })),
  ]),
};

const MEASURES = [
  { id: 'seen', metric: 'eval_seen_accuracy' },
  { id: 'unseen', metric: 'eval_unseen_accuracy' },
  { id: 'nll', metric: 'eval_nll' },
  { id: 'calibration', metric: 'eval_ece' },
  { id: 'temperature', metric: 'eval_temperature' },
] as const satisfies readonly { id: string; metric: MetricName }[];

function tableOf(results: readonly RunResult[], config: RunConfig, { reports, metric: about }: Speech): Table {
  const say = reports.rewardModelScaling;
  const columns: Column[] = [
    ...MEASURES.map(({ id, metric }) => ({ id: metric, name: say.columns[id], unit: about(metric).unit, means: about(metric).means })),
    { id: 'steps', name: say.columns.steps.name, unit: '–', means: say.columns.steps.means },
  ];
  const rows = SIZES.flatMap(({ id }) =>
    LABELS.map((labels) => {
      const { width, layers } = modelOf(config, stageId(id, labels));
      const histories = results.flatMap((result) => stageIn(result, stageId(id, labels))?.history ?? []);
      const estimate = (values: number[]): Estimate | null => (values.length === 0 ? null : overSeeds(values));
      return {
        name: say.row(width, layers, labels),
        cells: [...MEASURES.map(({ metric }) => estimate(histories.flatMap((history) => rowAt(history)[metric] ?? []))), estimate(histories.flatMap(({ steps }) => steps.at(-1) ?? []))],
      };
    }),
  );
  return { title: say.title, of: say.of, columns, rows };
}

export const rewardModelScaling: Experiment = {
  id: 'reward-model-scaling',
  title: 'Reward models by size and labels',
  asks: 'What does a reward model gain from more parameters, and what from more labels?',
  seeds: 3,
  hasFigure: false,
  plan: (seeds, settings) => seeds.map((seed) => configOf(RECIPE, seed, settings)),
  report: (results, speech = ENGLISH) => {
    const [first] = results;
    return {
      tables: first ? [tableOf(results, first.config, speech)] : [],
      curves: [],
      frontiers: [],
      notes: speech.reports.rewardModelScaling.notes,
    };
  },
};
