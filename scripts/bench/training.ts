/** Time of a training step: every engine from the same weights on the same tokens, round after round, and its losses held against the reference. */
import { readFileSync } from 'node:fs';
import type { BenchPage } from './browser';
import { nameOf, type ContenderName } from './contender';
import { alternate, ratiosTo, roundsWithin, spreadOf, type Handle } from './handle';
import { CURVE_STEPS, flopsOf, parametersOf, TOKENS_PER_STEP, type Size } from './protocol';
import type { Parity, TrainingRow, Trouble } from './report';

/** A contender whose losses are further off than this is not compared. */
export const LARGEST_DEVIATION = 0.05;

export interface TrainingSettings {
  rounds: number;
  /** Milliseconds one contender may take for its rounds at one size; slower ones get fewer rounds. */
  budget: number;
  /** Milliseconds a contender may go on for, after its rounds, to complete the loss curve. */
  parityBudget(device: ContenderName['device'], size: Size): number;
}

interface Runner {
  handle: Handle;
  name: ContenderName;
  losses: number[];
  estimate: number;
  rounds: number;
  steps: number;
  taken: number[];
}

/** Steps of a round are enough for about this many milliseconds, so that the clock and one read-back weigh little. */
const ROUND = 400;
const MOST_STEPS = 10;
/** Warm-up of a fast engine goes on until its code has been compiled well, milliseconds. */
const WARM = 1000;

export async function measureTraining(page: BenchPage, contenders: readonly ContenderName[], size: Size, settings: TrainingSettings, peakFlops: number | null, troubles: Trouble[], say: (line: string) => void): Promise<TrainingRow[]> {
  const runners: Runner[] = [];
  const guarded = async (engine: string, work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      troubles.push({ engine, where: `training ${size}`, error: error instanceof Error ? error.message : String(error) });
      say(`  ${engine}: ${String(error).split('\n')[0]}`);
      return false;
    }
  };
  for (const name of contenders) {
    await guarded(nameOf(name), async () => {
      const handle = await page.open(name, size);
      if (!handle) return;
      const runner: Runner = { handle, name, losses: [], estimate: Infinity, rounds: 0, steps: 1, taken: [] };
      await warm(runner);
      runner.rounds = roundsWithin(settings.budget, runner.estimate, settings.rounds);
      runner.steps = Math.max(1, Math.min(MOST_STEPS, Math.round(ROUND / runner.estimate)));
      runners.push(runner);
      say(`  ${handle.engine} ${size}: warm, about ${Math.round(runner.estimate)} ms a step`);
    });
  }
  await alternate(runners, async (runner) => {
    const { handle, steps } = runner;
    const isWell = await guarded(handle.engine, async () => {
      runner.taken.push((await train(runner, steps)) / steps);
    });
    if (!isWell) runner.rounds = 0;
  });
  const rows: TrainingRow[] = [];
  for (const runner of runners.filter(({ rounds }) => rounds > 0)) {
    await guarded(runner.handle.engine, async () => {
      await completeCurve(runner, settings.parityBudget(runner.name.device, size));
      rows.push(await rowOf(runner, size, peakFlops));
    });
  }
  for (const { handle } of runners) await handle.close();
  for (const row of rows) row.ratios = ratiosTo(row, rows, ({ milliseconds_per_step: { median } }) => median, (peer) => peer.engine.split(' ')[1] === row.engine.split(' ')[1]);
  return rows;
}

/** @returns milliseconds of all the steps */
async function train(runner: Runner, steps: number): Promise<number> {
  const { losses, milliseconds } = await runner.handle.train(steps);
  runner.losses.push(...losses);
  return milliseconds;
}

/** The first step compiles; a fast engine takes some more, a very slow one is believed at once. */
async function warm(runner: Runner): Promise<void> {
  runner.estimate = await train(runner, 1);
  if (runner.estimate > 4 * WARM) {
    runner.estimate = await train(runner, 1); // whether it compiled or is slow
    if (runner.estimate > 4 * WARM) return;
  }
  let spent = 0;
  for (let step = 0; step < 2 || (step < MOST_STEPS && spent < WARM); step++) {
    runner.estimate = await train(runner, 1);
    spent += runner.estimate;
    if (spent > WARM) return;
  }
}

async function completeCurve(runner: Runner, budget: number): Promise<void> {
  const median = spreadOf(runner.taken).median;
  const affordable = Math.floor(budget / median);
  let left = Math.min(CURVE_STEPS - runner.losses.length, affordable);
  while (left > 0) {
    const steps = Math.min(left, MOST_STEPS);
    await train(runner, steps);
    left -= steps;
  }
}

interface Curves {
  curves: Record<Size, { losses: number[] }>;
}

let recorded: Curves | undefined;

/** The recorded float64 losses; test/golden/write-loss-curves.py made them. */
function referenceOf(size: Size): number[] {
  recorded ??= JSON.parse(readFileSync('test/golden/loss-curves.json', 'utf8')) as Curves; // our own file
  return recorded.curves[size].losses;
}

export function parityOf(losses: readonly number[], size: Size): Parity {
  const reference = referenceOf(size);
  const steps = Math.min(losses.length, reference.length);
  const deviations = reference.slice(0, steps).map((wanted, step) => Math.abs(losses[step]! - wanted) / wanted);
  // A loss that is no number must not pass for a small deviation, nor as JSON's null.
  const largest = deviations.some(Number.isNaN) ? Number.MAX_VALUE : Math.max(...deviations);
  return { steps, largest_deviation: largest, last_loss: losses[steps - 1]!, reference_loss: reference[steps - 1]! };
}

async function rowOf({ handle, losses, steps, taken }: Runner, size: Size, peakFlops: number | null): Promise<TrainingRow> {
  const milliseconds = spreadOf(taken);
  const flops = flopsOf(size) / (milliseconds.median / 1000);
  const parity = parityOf(losses, size);
  return {
    engine: handle.engine,
    size,
    parameters: parametersOf(size),
    steps_per_round: steps,
    milliseconds_per_step: milliseconds,
    tokens_per_second: TOKENS_PER_STEP / (milliseconds.median / 1000),
    gflops: flops / 1e9,
    share_of_peak: peakFlops && handle.engine.includes('webgpu') ? flops / peakFlops : null,
    peak_bytes: (await handle.memory()).bytes,
    parity,
    counts: parity.largest_deviation <= LARGEST_DEVIATION,
    ratios: {},
  };
}
