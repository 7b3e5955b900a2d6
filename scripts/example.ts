/**
 * Makes public/example.json, the finished run that a first visit shows: the recipe that the page begins with, trained through the batch door's own code on WASM.
 *   npm run example
 * Of its evaluations and steps as many are kept as a replay of ten seconds and a chart can show. test/unit/example.test.ts trains its first steps again and compares.
 * The same code gives the same file: there is no time in it.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { newRunId } from '../src/contract/ids';
import { METRIC_NAMES, type MetricColumns } from '../src/contract/metrics';
import type { SampleSet } from '../src/contract/run';
import { configOf, recipeOf } from '../src/recipes';
import { DEFAULT_SEED, defaultRecipe } from '../src/state/link';
import { EXAMPLE_FILE, writtenExample, type ExampleStage } from '../src/storage/example-run';
import { memoryStore } from '../src/storage/memory-store';
import { trainRun } from './train-run';

const PATH = `public/${EXAMPLE_FILE}`;
/** Evaluations kept of a stage: its first, its last, and some between. */
const KEPT = 5;

/** Points of a curve, about. */
const POINTS = 240;
/** First steps that are all kept, to be compared with. */
const FIRST = 32;

/** A metric that was measured at a few steps only is kept whole. */
function thinned({ steps, columns }: MetricColumns): MetricColumns {
  const stride = Math.max(1, Math.ceil(steps.length / POINTS));
  const rare = METRIC_NAMES.flatMap((name) => {
    const column = columns[name];
    return column && column.filter((value) => value !== null).length < steps.length / 4 ? [column] : [];
  });
  const kept = steps.flatMap((step, i) => (step <= FIRST || step % stride === 0 || i === steps.length - 1 || rare.some((column) => column[i] !== null) ? [i] : []));
  const some = <Value>(values: readonly Value[]): Value[] => kept.map((i) => values[i]!); // places of the list
  return { steps: some(steps), columns: Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, some(values)])) };
}

const someOf = (sets: readonly SampleSet[]): SampleSet[] => sets.filter((_, i) => i === sets.length - 1 || i % Math.ceil(sets.length / (KEPT - 1)) === 0);

export async function main(): Promise<void> {
  const config = configOf(recipeOf(defaultRecipe()), DEFAULT_SEED);
  const store = memoryStore();
  const run = newRunId();
  await store.putRun({ id: run, name: config.recipe, config, created: Date.now(), appVersion: __APP_VERSION__, parents: [] });
  const { engine, adapter } = await trainRun(store, run, config, 'wasm', ({ stage, step, total }) => console.log(`${stage} ${step}/${total}`));
  const stages = await Promise.all((await store.stages(run)).map(async ({ stage }): Promise<ExampleStage> => {
    const { metrics, samples } = await store.history(run, stage);
    return { id: stage, history: { metrics: thinned(metrics), samples: someOf(samples), events: [] } };
  }));
  await writeFile(PATH, writtenExample({ config, command: 'npm run example', appVersion: __APP_VERSION__, engine: `${engine.toUpperCase()} (${adapter})`, stages }));
  const bytes = await readFile(PATH);
  console.log(`wrote ${PATH}: ${bytes.length} bytes, ${gzipSync(bytes).length} packed; ${stages.map(({ id, history }) => `${id} ${history.metrics.steps.length} steps, ${history.samples.length} evaluations`).join('; ')}`);
}
