/**
 * The batch door: runs a recipe with the page's own session code, for CI and for research; or an experiment, which is several runs and a report.
 *
 *   npm run recipe -- <recipe> --seed N [--backend wasm|webgpu] [--set stage.knob=value …] [--visitor gold] [--data file] [--base run.nudge] [--out run.nudge] [--export format=file …] [--json]
 *   npm run recipe -- <experiment> --seeds N [--backend …] [--set …] [--workers N] [--figure file.svg] [--keep runs.json | --from runs.json] [--json]
 *   npm run recipe -- verify run.nudge [--json]     (scripts/verify.ts)
 *
 * Exit codes: 0 done, 1 training failed, 2 the request could not be understood.
 */
import { open, writeFile } from 'node:fs/promises';
import { stageOf } from '../src/contract/config';
import { detailText } from '../src/contract/details';
import type { EngineInfo } from '../src/contract/engine';
import { newRunId } from '../src/contract/ids';
import { lastRow, type MetricName, type MetricRow } from '../src/contract/metrics';
import { around, wilson, type Interval } from '../src/contract/statistics';
import { exportAs, sourceOf } from '../src/exports';
import { putBorrowed } from '../src/state/borrow';
import { memoryStore } from '../src/storage/memory-store';
import { exportPieces } from '../src/storage/transfer';
import { openTask, type PairSplit, type Task } from '../src/tasks';
import { linearBaseline } from './baseline';
import { basedOn } from './base-run';
import { runExperiment, type ExperimentRequest } from './experiment';
import { importData, taskDoors } from './task-doors';
import { requestOf, USAGE, type RecipeRequest } from './request';
import { trainRun, type Visitor } from './train-run';

/** A `Failure`'s message is its sentence; whatever else goes wrong here speaks for itself. */
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export async function main(args: string[]): Promise<number> {
  if (args[0] === 'verify') return (await import('./verify')).runVerify(args.slice(1)); // late: it brings the training code, which a refused request need not wait for
  let request: RecipeRequest | ExperimentRequest;
  try {
    request = requestOf(args);
  } catch (error) {
    console.error(`${messageOf(error)}\n${USAGE}`);
    return 2;
  }
  try {
    await ('experiment' in request ? runExperiment(request) : run(request));
    return 0;
  } catch (error) {
    console.error(messageOf(error));
    return 1;
  }
}

async function run({ config: asked, backend, visitor, data, base, out, exports, json }: RecipeRequest): Promise<void> {
  for (const path of [...(out === undefined ? [] : [out]), ...exports.map((each) => each.path)]) await (await open(path, 'a')).close(); // minutes of training should not end in a folder that is not there
  const say = json ? () => {} : (line: string) => console.log(line);
  const brought = data !== undefined && asked.task.id === 'yours' ? await importData(data, asked.task.heldOut) : undefined;
  if (brought) say(brought.says);
  const taught = brought && asked.task.id === 'yours' ? { ...asked, task: { ...asked.task, dataset: brought.record.id, called: brought.record.name } } : asked;
  const began = performance.now();
  const store = memoryStore();
  const { config, borrowed } = base === undefined ? { config: taught, borrowed: {} } : await basedOn(store, base, taught);
  const record = { id: newRunId(), name: `${config.recipe} seed ${config.seed}`, config, created: Date.now(), appVersion: __APP_VERSION__, parents: Object.values(borrowed) };
  await store.putRun(record);
  await putBorrowed(store, record, borrowed);
  const engine = await trainRun(store, record.id, config, backend, ({ stage, step, total, tokensPerSecond, row }) => say(`${stage} ${step}/${total} ${Math.round(tokensPerSecond)} tokens/s ${brief(row)}`), visitor, brought?.datasets);
  const seconds = (performance.now() - began) / 1000;

  const task = await openTask(config.task, taskDoors(brought?.datasets));
  if (task.notes) say(detailText(task.notes));
  const stages = [];
  for (const { stage, step, seconds: took, report: found } of await store.stages(record.id)) {
    const metrics = lastRow((await store.history(record.id, stage)).metrics);
    stages.push({ id: stage, steps: step, seconds: round(took), metrics, intervals: intervalsOf(metrics, task, stageOf(config, stage).train.evaluateOn), ...(found && { report: found }) });
  }
  const last = stages.at(-1)!; // a recipe has at least one stage
  const report = {
    recipe: config.recipe, seed: config.seed, engine, ...(task.notes && { data: task.notes }), appVersion: record.appVersion, seconds: round(seconds), ...(visitor && { visitor }),
    stages, final: last.metrics,
    ...(task.ceiling && { pairs: { ceiling: { seen: task.ceiling('seen'), unseen: task.ceiling('unseen') }, linear_baseline: linearBaseline(task) } }),
  };
  console.log(json ? JSON.stringify(report) : describe(report));
  if (out !== undefined) {
    const { content } = await exportPieces(store, record.id, { appVersion: record.appVersion, vocabulary: task.tokenizer.vocabulary }, brought?.datasets);
    await writeFile(out, content);
    say(`wrote ${out}, ${content.reduce((sum, { length }) => sum + length, 0)} bytes`);
  }
  for (const { format, path } of exports) {
    await writeFile(path, (await exportAs(format, await sourceOf(store, [record.id]))).content);
    say(`wrote ${path}, ${format.title}`);
  }
}

/** 95 % intervals of the shares that were measured on a known number of held-out items. */
function intervalsOf(metrics: MetricRow, task: Task, evaluateOn: number): Partial<Record<MetricName, Interval & { n: number }>> {
  const pairsOf = (split: PairSplit) => Math.min(task.pairs(split).length, 4 * evaluateOn);
  const measuredOn: Partial<Record<MetricName, number>> = {
    eval_seen_accuracy: pairsOf('seen'),
    eval_unseen_accuracy: pairsOf('unseen'),
    'eval_seen_rewards/accuracies': pairsOf('seen'),
    'eval_unseen_rewards/accuracies': pairsOf('unseen'),
  };
  const found: ReturnType<typeof intervalsOf> = {};
  for (const name of Object.keys(measuredOn) as MetricName[]) {
    const share = metrics[name];
    if (share !== undefined) found[name] = { ...wilson(share, measuredOn[name]!), n: measuredOn[name]! };
  }
  const { 'gold/win_rate': rate, 'gold/win_rate_stderr': error } = metrics;
  // Nothing but ties says nothing of how sure that is.
  if (rate !== undefined && error) found['gold/win_rate'] = { ...around(rate, error), n: evaluateOn };
  return found;
}

const TOLD = ['loss', 'eval_loss', 'eval_seen_accuracy', 'eval_unseen_accuracy', 'eval_seen_rewards/accuracies', 'eval_unseen_rewards/accuracies', 'objective/scores', 'objective/gold', 'objective/kl', 'gold/reward', 'gold/win_rate', 'gold/gain', 'samples/perplexity', 'samples/distinct', 'samples/valid_fraction'] as const satisfies readonly MetricName[];

const brief = (row: MetricRow): string => TOLD.filter((name) => row[name] !== undefined).map((name) => `${name} ${row[name]!.toPrecision(4)}`).join(', ');

const round = (x: number): number => Math.round(x * 10) / 10;

function describe({ recipe, seed, engine, seconds, visitor, stages, pairs }: { recipe: string; seed: number; engine: EngineInfo; seconds: number; visitor?: Visitor; stages: { id: string; steps: number; seconds: number; metrics: MetricRow; intervals: ReturnType<typeof intervalsOf> }[]; pairs?: { ceiling: Record<string, number>; linear_baseline: Record<string, number> } }): string {
  const percent = (x: number) => `${(100 * x).toFixed(1)} %`;
  const lines = stages.flatMap(({ id, steps, seconds: took, metrics, intervals }) => [
    `${id}: ${steps} steps in ${took} s; ${brief(metrics)}`,
    ...Object.entries(intervals).map(([name, { low, high, n }]) => `  ${name}: 95 % between ${percent(low)} and ${percent(high)} (n = ${n})`),
  ]);
  return [
    `${recipe}, seed ${seed}, ${engine.engine} (${engine.adapter}), ${seconds} s`,
    ...(visitor ? ['Nobody was asked: questions to the visitor were answered by the true reward.'] : []),
    ...lines,
    ...(pairs ? [`Held-out pairs, seen and unseen: label noise allows at most ${percent(pairs.ceiling['seen']!)} and ${percent(pairs.ceiling['unseen']!)}; a linear n-gram reward reaches ${percent(pairs.linear_baseline['seen']!)} and ${percent(pairs.linear_baseline['unseen']!)}.`] : []),
  ].join('\n');
}
