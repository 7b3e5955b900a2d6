/**
 * What a reward model gains from more parameters and from more labels: three sizes times four numbers of labels, each from a policy of its own size,
 * stopped where held-out loss no longer falls, so that few labels are not learned by heart.
 */
import { modelOf, type RunConfig } from '../contract/config';
import { METRICS, type MetricName } from '../contract/metrics';
import { overSeeds, type Estimate } from '../contract/statistics';
import { configOf } from '../recipes';
import type { Recipe } from '../recipes/recipe';
import { rowAt, stageIn, type Column, type Experiment, type RunResult, type Table } from './experiment';

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

const MEASURES: readonly { name: string; metric: MetricName }[] = [
  { name: 'accuracy, seen', metric: 'eval_seen_accuracy' },
  { name: 'accuracy, unseen', metric: 'eval_unseen_accuracy' },
  { name: 'NLL', metric: 'eval_nll' },
  { name: 'calibration error', metric: 'eval_ece' },
  { name: 'temperature', metric: 'eval_temperature' },
];

function sizeText(config: RunConfig, stage: string): string {
  const { width, layers } = modelOf(config, stage);
  return `width ${width}, ${layers} ${layers === 1 ? 'layer' : 'layers'}`;
}

function tableOf(results: readonly RunResult[], config: RunConfig): Table {
  const columns: Column[] = [
    ...MEASURES.map(({ name, metric }) => ({ name, unit: METRICS[metric].unit, means: METRICS[metric].means })),
    { name: 'steps', unit: '–', means: 'Steps until held-out loss no longer fell, or all there were.' },
  ];
  const rows = SIZES.flatMap(({ id }) =>
    LABELS.map((labels) => {
      const histories = results.flatMap((result) => stageIn(result, stageId(id, labels))?.history ?? []);
      const estimate = (values: number[]): Estimate | null => (values.length === 0 ? null : overSeeds(values));
      return {
        name: `${sizeText(config, stageId(id, labels))}, ${labels.toLocaleString('en')} labels`,
        cells: [...MEASURES.map(({ metric }) => estimate(histories.flatMap((history) => rowAt(history)[metric] ?? []))), estimate(histories.flatMap(({ steps }) => steps.at(-1) ?? []))],
      };
    }),
  );
  return { title: 'Reward models by size and labels', of: 'reward model', columns, rows };
}

export const rewardModelScaling: Experiment = {
  id: 'reward-model-scaling',
  title: 'Reward models by size and labels',
  asks: 'What does a reward model gain from more parameters, and what from more labels?',
  seeds: 3,
  hasFigure: false,
  plan: (seeds, settings) => seeds.map((seed) => configOf(RECIPE, seed, settings)),
  report: (results) => {
    const [first] = results;
    return {
      tables: first ? [tableOf(results, first.config)] : [],
      curves: [],
      frontiers: [],
      notes: [
        'Each reward model starts from a policy of its own size. It keeps the weights with the lowest held-out loss, for which a quarter of the held-out pairs of seen names is looked at.',
        'Intervals are 95 %, by Student’s t over seeds.',
      ],
    };
  },
};
