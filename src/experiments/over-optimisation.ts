/**
 * How far a reward model can be followed before the truth turns down (Gao, Schulman and Hilton 2022, arXiv:2210.10760): the same policy
 * is optimised against proxies of several sizes and numbers of labels, by best-of-n and by RL, and both rewards are drawn over √KL.
 */
import { modelOf, stageOf, type RunConfig } from '../contract/config';
import { overSeeds, type Estimate } from '../contract/statistics';
import { configOf, PROXIES, recipeOf } from '../recipes';
import { ENGLISH, rowAt, stageIn, type Column, type Experiment, type RunResult, type Speech, type Table } from './experiment';
import { lawOf, meanHistory, pathOf, type Frontier, type Path } from './frontier';
import { turnOf } from './over-optimisation-fits';
import type { ReportWords } from './report-words';

const RECIPE = 'names-over-optimisation';

type Proxy = (typeof PROXIES)[number];
type Say = ReportWords['overOptimisation'];

/** What a proxy is called: its size, how much it learned from and for how long. */
function nameOf(config: RunConfig, { id }: Proxy, say: Say): string {
  const { width, layers } = modelOf(config, `reward-${id}`);
  const { train } = stageOf(config, `reward-${id}`);
  const labels = train.algorithm === 'reward-model' && train.labels > 0 ? train.labels : 'pairs' in config.task ? config.task.pairs : 0; // the recipe's task has as many as it is told
  return say.proxy(width, layers, labels, train.steps);
}

/** Stages that follow a proxy, best-of-n first. */
const stagesOf = (config: RunConfig, { id }: Proxy): string[] =>
  config.stages.filter(({ start }) => start['reward'] === `reward-${id}`).map((stage) => stage.id);

const pathIn = (results: readonly RunResult[], config: RunConfig, stage: string, name: string): Path | null =>
  pathOf(name, meanHistory(results.flatMap((result) => stageIn(result, stage)?.history ?? [])), lawOf(stageOf(config, stage).train.algorithm));

const kindOf = (config: RunConfig, stage: string): string => (lawOf(stageOf(config, stage).train.algorithm) === 'best-of-n' ? 'best-of-n' : stageOf(config, stage).train.algorithm);

type ColumnId = keyof Say['columns'];
const COLUMNS = ['seen', 'unseen', 'peak', 'peakAt', 'end', 'endAt', 'proxyEnd', 'r2', 'turn'] as const satisfies readonly ColumnId[];

function columnsOf(ids: readonly ColumnId[], { reports }: Speech): Column[] {
  const gold = reports.goldUnits.names;
  const units: Record<ColumnId, string> = { seen: 'fraction', unseen: 'fraction', peak: gold, peakAt: '√nats', end: gold, endAt: '√nats', proxyEnd: 'reward', r2: '–', turn: '√nats', rises: 'fraction' };
  return ids.map((id) => { const { name, means } = reports.overOptimisation.columns[id]; return { id, name, unit: units[id], means }; });
}

/** One seed's numbers, in the order of the columns. */
function numbersOf(result: RunResult, { id }: Proxy, stage: string): (number | undefined)[] | undefined {
  const path = pathIn([result], result.config, stage, id);
  const judge = stageIn(result, `reward-${id}`);
  const end = path?.gold.at(-1);
  if (!path || !judge || !end) return undefined;
  const row = rowAt(judge.history);
  return [row.eval_seen_accuracy, row.eval_unseen_accuracy, path.peak?.y, path.peak?.x, end.y, end.x, path.proxy.at(-1)?.y, path.fit?.r2, path.fit && turnOf(path.fit)];
}

function tableOf(results: readonly RunResult[], config: RunConfig, speech: Speech): Table {
  const say = speech.reports.overOptimisation;
  const rows = PROXIES.flatMap((proxy) =>
    stagesOf(config, proxy).map((stage) => {
      const measured = results.flatMap((result) => { const numbers = numbersOf(result, proxy, stage); return numbers ? [numbers] : []; });
      const cells = COLUMNS.map((_, i): Estimate | null => {
        const values = measured.flatMap((numbers) => numbers[i] ?? []);
        return values.length === 0 ? null : overSeeds(values);
      });
      return { name: `${kindOf(config, stage)}, ${nameOf(config, proxy, say)}`, cells };
    }),
  );
  return { title: say.title, of: say.of, columns: columnsOf(COLUMNS, speech), rows };
}

const SHAPE_COLUMNS: readonly ColumnId[] = ['peak', 'peakAt', 'end', 'endAt', 'r2', 'turn', 'rises'];

/** What the curves of the mean over seeds look like: one number a cell, and less noise than in any seed. */
function shapeTable(results: readonly RunResult[], config: RunConfig, speech: Speech): Table {
  const say = speech.reports.overOptimisation;
  const rows = PROXIES.flatMap((proxy) =>
    stagesOf(config, proxy).flatMap((stage) => {
      const path = pathIn(results, config, stage, proxy.id);
      const end = path?.gold.at(-1);
      if (!path || !end) return [];
      const [, ...others] = path.proxy;
      const rises = others.length === 0 ? undefined : others.filter(({ y }, i) => y > path.proxy[i]!.y).length / others.length; // i is the point before
      const numbers = [path.peak?.y, path.peak?.x, end.y, end.x, path.fit?.r2, path.fit && turnOf(path.fit), rises];
      return [{ name: `${kindOf(config, stage)}, ${nameOf(config, proxy, say)}`, cells: numbers.map((value) => (value === undefined ? null : overSeeds([value]))) }];
    }),
  );
  return { title: say.ofMean, of: say.of, columns: columnsOf(SHAPE_COLUMNS, speech), rows };
}

/** Sizes on one plot, numbers of labels on another, for each method. */
function frontiersOf(results: readonly RunResult[], config: RunConfig, { reports }: Speech): Frontier[] {
  const say = reports.overOptimisation;
  const kinds = [...new Set(PROXIES.flatMap((proxy) => stagesOf(config, proxy).map((stage) => kindOf(config, stage))))];
  const groups = [
    { title: say.groups.size, proxies: PROXIES.filter(({ compares }) => compares === 'size') },
    { title: say.groups.labels, proxies: PROXIES.filter(({ compares }) => compares === 'labels') },
  ];
  return kinds.flatMap((kind) =>
    groups.map(({ title, proxies }) => ({
      title: `${kind}: ${title}`,
      goldUnit: reports.goldUnits.names,
      paths: proxies.flatMap((proxy) => stagesOf(config, proxy).filter((stage) => kindOf(config, stage) === kind).flatMap((stage) => pathIn(results, config, stage, nameOf(config, proxy, say)) ?? [])),
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
  report: (results, speech = ENGLISH) => {
    const [first] = results;
    return {
      tables: first ? [tableOf(results, first.config, speech), shapeTable(results, first.config, speech)] : [],
      curves: [],
      frontiers: first ? frontiersOf(results, first.config, speech) : [],
      notes: speech.reports.overOptimisation.notes,
    };
  },
};
