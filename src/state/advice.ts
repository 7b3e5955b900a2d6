/**
 * What this machine's measured speed means for a configuration: which engine is faster for a model of this size, about how long the recipe takes on it,
 * and whether another size would suit the machine better. Small models are often faster on WASM: a GPU waits for its host between their small launches.
 * Only foretold: evaluations, storage and a tab in the background are left out. The visitor's own choice always holds.
 */
import { ALGORITHMS } from '../contract/algorithms';
import type { ModelConfig, RunConfig } from '../contract/config';
import type { EngineSpeed, Measured } from '../contract/engine';
import { trainingFlops } from '../contract/model-shape';
import { configOf, RECIPES } from '../recipes';
import { expectedOf } from '../tasks';
import { words } from '../words/words.svelte';

/** Sizes that may be advised, smallest first; the second is the default. One layer of width 48 is as quick as two of width 32 and learns more (LOG.md). */
export const SIZES: readonly ModelConfig[] = [
  { width: 48, layers: 1, heads: 4 },
  { width: 64, layers: 2, heads: 4 },
  { width: 96, layers: 3, heads: 4 },
  { width: 128, layers: 4, heads: 4 },
];

/** Seconds: a recipe that takes longer loses a class; one that is over sooner leaves room for a model that says more. */
const TOO_LONG = 180;
const COMFORTABLE = 60;
/** The first run of all shows within a minute what it is about. Evaluations, which are not foretold, are a fourteenth of a run (LOG.md). */
const FIRST_TOO_LONG = 55;
const SOON = 15;

/** Share of a large product's speed that a whole step reaches: 51.6 of 62 GFLOP/s at 0.83M parameters on WASM (LOG.md). */
const EFFICIENCY = 0.8;
/** What a step does besides for each token of a pass, as so many operations: batches, masks, whatever is done number by number. By two sizes of names-dpo (LOG.md). */
const BESIDE = 160_000;

/** Launches of an update, forward and backward: 122 at four layers. */
const launchesOf = ({ layers }: ModelConfig): number => 26 * layers + 18;

export type RealEngine = keyof Measured;

export interface Advice {
  engine: RealEngine;
  /** Tokens a second of plain training (one pass a token), by engine. */
  tokensPerSecond: Readonly<Partial<Record<RealEngine, number>>>;
  /** Of the whole recipe on that engine. */
  seconds: number;
  /** A size that suits better, and how long the recipe takes with it; the recipe's own where a smaller one was taken for it; null where this one is right. */
  size: { model: ModelConfig; seconds: number } | null;
}

const flopsOf = (config: RunConfig, model: ModelConfig): number => {
  const { vocabulary, textTokens } = expectedOf(config.task);
  return trainingFlops({ ...model, vocabulary, context: textTokens }, textTokens);
};

/** Milliseconds of an update on so many tokens, each passed forward and backward `passes` times, in as many goes. */
const updateMilliseconds = ({ flops, launch, read }: EngineSpeed, config: RunConfig, model: ModelConfig, tokens: number, passes: number): number =>
  read + passes * launchesOf(model) * launch + (1000 * tokens * passes * (flopsOf(config, model) + BESIDE)) / (EFFICIENCY * flops);

/** Seconds of each stage. */
export function stageSeconds(speed: EngineSpeed, config: RunConfig, model: ModelConfig = config.model): number[] {
  const { textTokens } = expectedOf(config.task);
  return config.stages.map(({ train }) => {
    const { texts, passes } = ALGORITHMS[train.algorithm];
    return (train.steps * updateMilliseconds(speed, config, model, ('batchSize' in train ? train.batchSize : train.evaluateOn) * texts * textTokens, passes)) / 1000;
  });
}

/** Seconds of all stages. */
export const runSeconds = (...given: Parameters<typeof stageSeconds>): number => stageSeconds(...given).reduce((sum, seconds) => sum + seconds, 0);

/** Tokens of a batch that training speed is told for: as the bench. */
const BATCH_TOKENS = 512;

/** @param isFirst nothing was trained in this browser yet @returns null where nothing was measured */
export function adviceFor(config: RunConfig, measured: Measured, isFirst = false): Advice | null {
  const engines = (['wasm', 'webgpu'] as const).flatMap((engine) => {
    const speed = measured[engine];
    return speed ? [{ engine, speed, seconds: runSeconds(speed, config) }] : [];
  });
  const best = engines.toSorted((a, b) => a.seconds - b.seconds)[0];
  if (!best) return null;
  const quickest = (model: ModelConfig): number => Math.min(...engines.map(({ speed }) => runSeconds(speed, config, model)));
  return {
    engine: best.engine,
    tokensPerSecond: Object.fromEntries(engines.map(({ engine, speed }) => [engine, (1000 * BATCH_TOKENS) / updateMilliseconds(speed, config, config.model, BATCH_TOKENS, 1)])),
    seconds: best.seconds,
    // A trained model, imported or of the page, has the size it came with.
    size: config.stages.some(({ train }) => train.algorithm === 'base') ? null : sizeFor(config, best.seconds, quickest, isFirst ? FIRST_TOO_LONG : TOO_LONG),
  };
}

/** Seconds that several runs take together, so many at a time; null where nothing was measured. */
export function secondsOfAll(configs: readonly RunConfig[], measured: Measured, sideBySide: number): number | null {
  const each = configs.flatMap((config) => adviceFor(config, measured)?.seconds ?? []).toSorted((a, b) => b - a);
  if (each.length < configs.length) return null;
  const lanes = new Array<number>(Math.max(1, Math.min(sideBySide, each.length))).fill(0);
  for (const seconds of each) lanes[lanes.indexOf(Math.min(...lanes))]! += seconds; // a lane is found: there is one at least
  return Math.max(...lanes);
}

const numbersOf = ({ width, layers }: ModelConfig): number => layers * width * width;

const isSame = (a: ModelConfig, b: ModelConfig): boolean => a.width === b.width && a.layers === b.layers && a.heads === b.heads;

function sizeFor(config: RunConfig, seconds: number, quickest: (model: ModelConfig) => number, tooLong: number): Advice['size'] {
  const told = SIZES.map((model) => ({ model, seconds: quickest(model) }));
  const now = numbersOf(config.model);
  const smaller = seconds > tooLong ? told.filter(({ model }) => numbersOf(model) < now) : [];
  if (smaller.length > 0) return smaller.findLast((each) => each.seconds <= tooLong) ?? smaller[0] ?? null;
  if (seconds <= SOON) return told.findLast((each) => numbersOf(each.model) > now && each.seconds <= COMFORTABLE) ?? null;
  const recipe = RECIPES.find(({ id }) => id === config.recipe); // that of an imported model is in no list
  if (!recipe || !told.some(({ model }) => isSame(model, config.model))) return null; // a size that somebody thought of
  const { model } = configOf(recipe, config.seed);
  return numbersOf(model) > now ? { model, seconds: quickest(model) } : null;
}

/** Share of the engine's own large product that training reaches. @param tokensPerSecond as the page counts them: each text's tokens once a step */
export const shareOfPeak = (speed: EngineSpeed, config: RunConfig, algorithm: keyof typeof ALGORITHMS, tokensPerSecond: number): number =>
  (tokensPerSecond * ALGORITHMS[algorithm].passes * flopsOf(config, config.model)) / speed.flops;

const NAMES: Record<RealEngine, string> = { wasm: 'WASM', webgpu: 'WebGPU' };

/** Two digits are all that is known. */
const about = (value: number): string => words().page.whole(Number(value.toPrecision(2)));
export const timeText = (seconds: number): string => (seconds < 90 ? words().setup.machine.time(String(Math.round(Math.max(1, seconds)))) : words().setup.machine.minutes(about(seconds / 60)));

/** What was measured and what follows, for people. @param isMadeSmaller the model, for this machine */
export function adviceText({ engine, tokensPerSecond, seconds }: Advice, isMadeSmaller = false): string {
  const say = words().setup.machine;
  const speeds = Object.entries(tokensPerSecond).map(([name, speed], i) => say.speed(NAMES[name as RealEngine], about(speed), i === 0)); // its keys are engines
  return `${say.measured(speeds.join(', '), NAMES[engine], timeText(seconds))}${isMadeSmaller ? ` ${say.smaller}` : ''}`;
}

export const sizeText = ({ width, layers }: ModelConfig): string => words().setup.machine.size(width, layers);
