/** How much friendlier the model of `sentences` becomes by DPO and by PPO, and whether it still writes as it did: seed by seed, since one good seed proves nothing. */
import { metricInfo, type MetricName, type MetricRow } from '../contract/metrics';
import { around, overSeeds, type Estimate } from '../contract/statistics';
import { configOf, recipeOf } from '../recipes';
import { curveOf } from './curves';
import { rowAt, stageIn, type Column, type Experiment, type RunResult, type Table } from './experiment';

const RECIPE = 'sentences-compare';
const START = 'sft';
/** What may be paid for it, in perplexity under the first model: times that of the supervised model's samples. */
const MOST = 1.5;

const GOLD_UNIT = 'valence, −4 to 4';
const about = (metric: MetricName): Pick<Column, 'unit' | 'means'> => {
  const { unit, means } = metricInfo(metric, { goldUnit: GOLD_UNIT, goldMeans: 'Here: the mean of people’s ratings of the different rated words of a completion.' });
  return { unit, means };
};

/** The last values of a method in a run, and of the supervised model it began from. */
interface Reached {
  row: MetricRow;
  start: MetricRow;
}

const ratioOf = ({ row, start }: Reached): number | undefined =>
  row['samples/perplexity'] === undefined || start['samples/perplexity'] === undefined ? undefined : row['samples/perplexity'] / start['samples/perplexity'];

const measured = (name: string, metric: MetricName) => ({ name, ...about(metric), of: ({ row }: Reached) => row[metric] });
const COLUMNS: readonly (Column & { of(reached: Reached): number | undefined })[] = [
  measured('gold over SFT', 'gold/gain'),
  measured('gold reward', 'gold/reward'),
  { name: 'perplexity ratio', unit: '×', means: `Perplexity of its samples under the model that came with the page, over that of the supervised model’s samples. Above ${MOST} they are no longer such English as the texts’.`, of: ratioOf },
  measured('perplexity', 'samples/perplexity'),
  measured('gold win rate', 'gold/win_rate'),
  measured('KL', 'objective/kl'),
  measured('length', 'samples/length'),
  measured('distinct', 'samples/distinct'),
  measured('all words known', 'samples/valid_fraction'),
  measured('ended', 'samples/eos_rate'),
];

function reachedIn(result: RunResult, stage: string): Reached | undefined {
  const [found, before] = [stageIn(result, stage), stageIn(result, START)];
  if (!found || found.history.steps.length === 0 || !before) return undefined;
  return { row: rowAt(found.history), start: rowAt(before.history) };
}

const methodsOf = (): readonly string[] => recipeOf(RECIPE).compares ?? [];

function methodTable(results: readonly RunResult[]): Table {
  const rows = [START, ...methodsOf()].map((stage) => {
    const all = results.flatMap((result) => reachedIn(result, stage) ?? []);
    const cells = COLUMNS.map(({ name, of }): Estimate | null => {
      // The supervised model's own gain is over the base, which is another question.
      const values = stage === START && name === 'gold over SFT' ? [] : all.flatMap((reached) => of(reached) ?? []);
      return values.length === 0 ? null : overSeeds(values);
    });
    return { name: stage, cells };
  });
  return { title: 'Both methods, over seeds', of: 'method', columns: COLUMNS.map(({ name, unit, means }) => ({ name, unit, means })), rows };
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

const seedTable = (verdicts: readonly Verdict[]): Table => ({
  title: 'Each seed by itself',
  of: 'run',
  columns: [
    { name: 'gold over SFT', unit: GOLD_UNIT, means: `${about('gold/gain').means} The interval is over prompts, 95 %.` },
    { name: 'perplexity ratio', unit: '×', means: 'As above.' },
  ],
  rows: verdicts.map(({ stage, seed, gain, ratio }) => ({ name: `${stage}, seed ${seed}`, cells: [gain, ratio === undefined ? null : overSeeds([ratio])] })),
});

const CURVES: readonly MetricName[] = ['gold/reward', 'samples/perplexity', 'objective/kl'];

function notesOf(verdicts: readonly Verdict[]): string[] {
  return methodsOf().flatMap((stage) => {
    const own = verdicts.filter((verdict) => verdict.stage === stage);
    const [above, within] = [own.filter(({ gain }) => gain.low > 0).length, own.filter(({ ratio }) => ratio !== undefined && ratio <= MOST).length];
    return own.length === 0 ? [] : [`${stage}: gold reward over SFT is above 0 by its own 95 % interval in ${above} of ${own.length} seeds; perplexity at most ${MOST} times that of SFT’s samples in ${within} of ${own.length}.`];
  });
}

export const sentencesAlignment: Experiment = {
  id: 'sentences-alignment',
  title: 'Friendlier sentences',
  asks: 'Can a small model of English be made friendlier by people’s choices, and does it still write English?',
  seeds: 5,
  hasFigure: true,
  plan: (seeds, settings) => seeds.map((seed) => configOf(recipeOf(RECIPE), seed, settings)),
  report: (results) => {
    const verdicts = verdictsOf(results);
    const [first] = results;
    return {
      tables: [methodTable(results), seedTable(verdicts)],
      curves: first ? CURVES.map((metric) => ({
        title: metric, ...about(metric),
        curves: methodsOf().map((stage) => curveOf(stage, results.flatMap((result) => stageIn(result, stage)?.history ?? []), metric, first.config.stages.find(({ id }) => id === stage)?.train.steps ?? 0)).filter(({ points }) => points.length > 0),
      })).filter(({ curves }) => curves.length > 0) : [],
      frontiers: [],
      notes: [...notesOf(verdicts), 'Both start from the same supervised model; DPO needs no reward model, PPO’s is trained on the same pairs.'],
    };
  },
};
