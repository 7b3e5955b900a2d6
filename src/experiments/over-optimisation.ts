/**
 * How far a reward model can be followed before the truth turns down (Gao, Schulman and Hilton 2022, arXiv:2210.10760): the same policy
 * is optimised against proxies of several sizes and numbers of labels, by best-of-n and by RL, and both rewards are drawn over √KL.
 */
import { modelOf, stageOf, type RunConfig } from '../contract/config';
import { overSeeds, type Estimate } from '../contract/statistics';
import { configOf, PROXIES, recipeOf } from '../recipes';
import { rowAt, stageIn, type Column, type Experiment, type RunResult, type Table } from './experiment';
import { lawOf, meanHistory, pathOf, type Frontier, type Path } from './frontier';
import { turnOf } from './over-optimisation-fits';

const RECIPE = 'names-over-optimisation';
const GOLD_UNIT = 'log10 births';

type Proxy = (typeof PROXIES)[number];

/** What a proxy is called: its size, how much it learned from and for how long. */
function nameOf(config: RunConfig, { id }: Proxy): string {
  const { width, layers } = modelOf(config, `reward-${id}`);
  const { train } = stageOf(config, `reward-${id}`);
  const labels = train.algorithm === 'reward-model' && train.labels > 0 ? train.labels : 'pairs' in config.task ? config.task.pairs : 0; // the recipe's task has as many as it is told
  return `width ${width}, ${layers} ${layers === 1 ? 'layer' : 'layers'}, ${labels.toLocaleString('en')} labels, ${train.steps.toLocaleString('en')} steps`;
}

/** Stages that follow a proxy, best-of-n first. */
const stagesOf = (config: RunConfig, { id }: Proxy): string[] =>
  config.stages.filter(({ start }) => start['reward'] === `reward-${id}`).map((stage) => stage.id);

const pathIn = (results: readonly RunResult[], config: RunConfig, stage: string, name: string): Path | null =>
  pathOf(name, meanHistory(results.flatMap((result) => stageIn(result, stage)?.history ?? [])), lawOf(stageOf(config, stage).train.algorithm));

const kindOf = (config: RunConfig, stage: string): string => (lawOf(stageOf(config, stage).train.algorithm) === 'best-of-n' ? 'best-of-n' : stageOf(config, stage).train.algorithm);

const COLUMNS: readonly Column[] = [
  { name: 'accuracy, seen', unit: 'fraction', means: 'Of the reward model, on held-out pairs of names met in other pairs.' },
  { name: 'accuracy, unseen', unit: 'fraction', means: 'On pairs of names never met.' },
  { name: 'gold at its peak', unit: GOLD_UNIT, means: 'Highest gold reward on the way, above that of the first policy.' },
  { name: '√KL of the peak', unit: '√nats', means: 'How far from the first policy that was.' },
  { name: 'gold at the end', unit: GOLD_UNIT, means: 'Gold reward at the furthest point, above that of the first policy.' },
  { name: '√KL at the end', unit: '√nats', means: 'How far that was.' },
  { name: 'proxy at the end', unit: 'reward', means: 'Proxy reward there, above that of the first policy.' },
  { name: 'R² of the fit', unit: '–', means: 'Share of the variance of the gold reward that the law explains: R = d(a − b·d) for best-of-n, R = d(a − b·ln d) for RL.' },
  { name: 'fitted turn', unit: '√nats', means: 'Distance at which the fitted law is highest.' },
];

/** One seed's numbers, in the order of the columns. */
function numbersOf(result: RunResult, { id }: Proxy, stage: string): (number | undefined)[] | undefined {
  const path = pathIn([result], result.config, stage, id);
  const judge = stageIn(result, `reward-${id}`);
  const end = path?.gold.at(-1);
  if (!path || !judge || !end) return undefined;
  const row = rowAt(judge.history);
  return [row.eval_seen_accuracy, row.eval_unseen_accuracy, path.peak?.y, path.peak?.x, end.y, end.x, path.proxy.at(-1)?.y, path.fit?.r2, path.fit && turnOf(path.fit)];
}

function tableOf(results: readonly RunResult[], config: RunConfig): Table {
  const rows = PROXIES.flatMap((proxy) =>
    stagesOf(config, proxy).map((stage) => {
      const measured = results.flatMap((result) => { const numbers = numbersOf(result, proxy, stage); return numbers ? [numbers] : []; });
      const cells = COLUMNS.map((_, i): Estimate | null => {
        const values = measured.flatMap((numbers) => numbers[i] ?? []);
        return values.length === 0 ? null : overSeeds(values);
      });
      return { name: `${kindOf(config, stage)}, ${nameOf(config, proxy)}`, cells };
    }),
  );
  return { title: 'Following a proxy', of: 'method and proxy', columns: COLUMNS, rows };
}

const SHAPE_COLUMNS: readonly Column[] = [
  ...COLUMNS.filter(({ name }) => /^gold|^√KL|^R²|^fitted/.test(name)),
  { name: 'proxy rises', unit: 'fraction', means: 'Share of the steps from one point of the curve to the next at which the proxy reward is higher.' },
];

/** What the curves of the mean over seeds look like: one number a cell, and less noise than in any seed. */
function shapeTable(results: readonly RunResult[], config: RunConfig): Table {
  const rows = PROXIES.flatMap((proxy) =>
    stagesOf(config, proxy).flatMap((stage) => {
      const path = pathIn(results, config, stage, proxy.id);
      const end = path?.gold.at(-1);
      if (!path || !end) return [];
      const [, ...others] = path.proxy;
      const rises = others.length === 0 ? undefined : others.filter(({ y }, i) => y > path.proxy[i]!.y).length / others.length; // i is the point before
      const numbers = [path.peak?.y, path.peak?.x, end.y, end.x, path.fit?.r2, path.fit && turnOf(path.fit), rises];
      return [{ name: `${kindOf(config, stage)}, ${nameOf(config, proxy)}`, cells: numbers.map((value) => (value === undefined ? null : overSeeds([value]))) }];
    }),
  );
  return { title: 'The curve of the mean over seeds', of: 'method and proxy', columns: SHAPE_COLUMNS, rows };
}

/** Sizes on one plot, numbers of labels on another, for each method. */
function frontiersOf(results: readonly RunResult[], config: RunConfig): Frontier[] {
  const kinds = [...new Set(PROXIES.flatMap((proxy) => stagesOf(config, proxy).map((stage) => kindOf(config, stage))))];
  const groups = [
    { title: 'size of the reward model', proxies: PROXIES.filter(({ compares }) => compares === 'size') },
    { title: 'number of labels', proxies: PROXIES.filter(({ compares }) => compares === 'labels') },
  ];
  return kinds.flatMap((kind) =>
    groups.map(({ title, proxies }) => ({
      title: `${kind}: ${title}`,
      goldUnit: GOLD_UNIT,
      paths: proxies.flatMap((proxy) => stagesOf(config, proxy).filter((stage) => kindOf(config, stage) === kind).flatMap((stage) => pathIn(results, config, stage, nameOf(config, proxy)) ?? [])),
    })),
  );
}

export const overOptimisation: Experiment = {
  id: 'over-optimisation',
  title: 'Over-optimisation',
  asks: 'How far can a reward model be followed before the true reward turns down, and does a larger one, or one with more labels, lead further?',
  seeds: 5,
  hasFigure: true,
  plan: (seeds, settings) => seeds.map((seed) => configOf(recipeOf(RECIPE), seed, settings)),
  report: (results) => {
    const [first] = results;
    return {
      tables: first ? [tableOf(results, first.config), shapeTable(results, first.config)] : [],
      curves: [],
      frontiers: first ? frontiersOf(results, first.config) : [],
      notes: ['Plots and the second table are of means over seeds, the first table has 95 % intervals by Student’s t over seeds. Rewards are those above the first policy’s.'],
    };
  },
};
