/** How much friendlier the model of `sentences` becomes by DPO and by PPO, and whether it still writes as it did: seed by seed, since one good seed proves nothing. */
import type { MetricName, MetricRow } from '../contract/metrics';
import { around, overSeeds, type Estimate } from '../contract/statistics';
import { configOf, recipeOf } from '../recipes';
import { curveOf } from './curves';
import { ENGLISH, rowAt, stageIn, type Column, type Experiment, type RunResult, type Speech, type Table } from './experiment';
import type { ReportWords } from './report-words';

const RECIPE = 'sentences-compare';
const START = 'sft';
/** What may be paid for it, in perplexity under the first model: times that of the supervised model's samples. */
const MOST = 1.5;

const about = (metric: MetricName, { reports, metric: aboutMetric }: Speech): Pick<Column, 'unit' | 'means'> => {
  const { unit, means } = aboutMetric(metric, { goldUnit: reports.goldUnits.sentences, goldMeans: reports.sentencesAlignment.goldMeans });
  return { unit, means };
};

/** The last values of a method in a run, and of the supervised model it began from. */
interface Reached {
  row: MetricRow;
  start: MetricRow;
}

const ratioOf = ({ row, start }: Reached): number | undefined =>
  row['samples/perplexity'] === undefined || start['samples/perplexity'] === undefined ? undefined : row['samples/perplexity'] / start['samples/perplexity'];

/** The ratio is no metric. */
const COLUMNS: readonly { id: keyof ReportWords['sentencesAlignment']['columns']; metric?: MetricName }[] = [
  { id: 'gain', metric: 'gold/gain' },
  { id: 'gold', metric: 'gold/reward' },
  { id: 'ratio' },
  { id: 'perplexity', metric: 'samples/perplexity' },
  { id: 'winRate', metric: 'gold/win_rate' },
  { id: 'kl', metric: 'objective/kl' },
  { id: 'length', metric: 'samples/length' },
  { id: 'distinct', metric: 'samples/distinct' },
  { id: 'known', metric: 'samples/valid_fraction' },
  { id: 'ended', metric: 'samples/eos_rate' },
];

const columnsIn = (speech: Speech): Column[] =>
  COLUMNS.map(({ id, metric }) => {
    const said = speech.reports.sentencesAlignment.columns[id];
    const [name, means] = typeof said === 'string' ? [said, ''] : [said.name, said.means(MOST)];
    return metric === undefined ? { id, name, unit: '×', means } : { id: metric, name, ...about(metric, speech) };
  });

function reachedIn(result: RunResult, stage: string): Reached | undefined {
  const [found, before] = [stageIn(result, stage), stageIn(result, START)];
  if (!found || found.history.steps.length === 0 || !before) return undefined;
  return { row: rowAt(found.history), start: rowAt(before.history) };
}

const methodsOf = (): readonly string[] => recipeOf(RECIPE).compares ?? [];

function methodTable(results: readonly RunResult[], speech: Speech): Table {
  const rows = [START, ...methodsOf()].map((stage) => {
    const all = results.flatMap((result) => reachedIn(result, stage) ?? []);
    const cells = COLUMNS.map(({ metric }): Estimate | null => {
      // The supervised model's own gain is over the base, which is another question.
      const values = stage === START && metric === 'gold/gain' ? [] : all.flatMap((reached) => (metric === undefined ? ratioOf(reached) : reached.row[metric]) ?? []);
      return values.length === 0 ? null : overSeeds(values);
    });
    return { name: stage, cells };
  });
  const { title, of } = speech.reports.sentencesAlignment;
  return { title, of, columns: columnsIn(speech), rows };
}

interface Verdict {
  stage: string;
  seed: number;
  gain: Estimate;
  ratio: number | undefined;
}

/** The gain of each seed with an interval of its own, over held-out prompts. */
const verdictsOf = (results: readonly RunResult[]): Verdict[] =>
  methodsOf().flatMap((stage) => results.flatMap((result) => {
    const reached = reachedIn(result, stage);
    const { 'gold/gain': mean, 'gold/gain_stderr': error } = reached?.row ?? {};
    if (!reached || mean === undefined || error === undefined) return [];
    return [{ stage, seed: result.config.seed, gain: { mean, ...around(mean, error), values: [mean] }, ratio: ratioOf(reached) }];
  }));

function seedTable(verdicts: readonly Verdict[], speech: Speech): Table {
  const { each, ofRun, columns, overPrompts, asAbove, run } = speech.reports.sentencesAlignment;
  return {
    title: each,
    of: ofRun,
    columns: [
      { id: 'gold/gain', name: columns.gain, unit: speech.reports.goldUnits.sentences, means: overPrompts(about('gold/gain', speech).means) },
      { id: 'ratio', name: columns.ratio.name, unit: '×', means: asAbove },
    ],
    rows: verdicts.map(({ stage, seed, gain, ratio }) => ({ name: run(stage, seed), cells: [gain, ratio === undefined ? null : overSeeds([ratio])] })),
  };
}

const CURVES: readonly MetricName[] = ['gold/reward', 'samples/perplexity', 'objective/kl'];

function notesOf(verdicts: readonly Verdict[], { reports }: Speech): string[] {
  return methodsOf().flatMap((stage) => {
    const own = verdicts.filter((verdict) => verdict.stage === stage);
    const [above, within] = [own.filter(({ gain }) => gain.low > 0).length, own.filter(({ ratio }) => ratio !== undefined && ratio <= MOST).length];
    return own.length === 0 ? [] : [reports.sentencesAlignment.verdict(stage, above, within, own.length, MOST)];
  });
}

export const sentencesAlignment: Experiment = {
  id: 'sentences-alignment',
  title: 'Friendlier sentences',
  asks: 'Can a small model of English be made friendlier by people’s choices, and does it still write English?',
  seeds: 5,
  hasFigure: true,
  plan: (seeds, settings) => seeds.map((seed) => configOf(recipeOf(RECIPE), seed, settings)),
  report: (results, speech = ENGLISH) => {
    const verdicts = verdictsOf(results);
    const [first] = results;
    return {
      tables: [methodTable(results, speech), seedTable(verdicts, speech)],
      curves: first ? CURVES.map((metric) => ({
        title: metric, ...about(metric, speech),
        curves: methodsOf().map((stage) => curveOf(stage, results.flatMap((result) => stageIn(result, stage)?.history ?? []), metric, first.config.stages.find(({ id }) => id === stage)?.train.steps ?? 0)).filter(({ points }) => points.length > 0),
      })).filter(({ curves }) => curves.length > 0) : [],
      frontiers: [],
      notes: [...notesOf(verdicts, speech), speech.reports.sentencesAlignment.start],
    };
  },
};
