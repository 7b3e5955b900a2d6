/**
 * An experiment from the command line: its runs side by side, one child process a core, then its report.
 *
 *   npm run recipe -- compare --seeds 5 [--set part.knob=value …] [--workers N] [--keep runs.json] [--json]
 *     with --keep, what an interrupted command has kept is not trained again: its runs are known by their whole configuration, so delete the file where code or data have changed
 *   npm run recipe -- compare --from runs.json        the report again, of runs kept before
 *   npm run recipe -- over-optimisation --figure docs/over-optimisation.svg
 */
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { RunConfig } from '../src/contract/config';
import type { Experiment, Report, RunResult, Table } from '../src/experiments';
import type { Estimate } from '../src/contract/statistics';
import { figureOf } from '../src/charts/frontier-figure';
import type { Backend } from './train-run';

export interface ExperimentRequest {
  experiment: Experiment;
  runs: readonly RunConfig[];
  backend: Backend;
  workers: number | undefined;
  /** Runs of an earlier time, instead of training. */
  from: string | undefined;
  keep: string | undefined;
  /** Where its plots go, as an SVG file. */
  figure: string | undefined;
  json: boolean;
}

export async function runExperiment({ experiment, runs, backend, workers = availableParallelism(), from, keep, figure, json }: ExperimentRequest): Promise<void> {
  const began = performance.now();
  const say = json ? () => {} : console.error;
  const onResult = async (done: readonly RunResult[]) => { if (keep !== undefined) await writeFile(keep, JSON.stringify(done)); };
  const results = from === undefined ? await trainAll(runs, { kept: keep === undefined ? [] : await keptIn(keep), workers, say, onResult, train: (config, tell) => trainApart(config, backend, tell) }) : await readRuns(from);
  const report = experiment.report(results);
  const seeds = [...new Set(results.map(({ config }) => config.seed))];
  if (figure !== undefined) await writeFile(figure, figureOf(`${experiment.title}, mean of ${seeds.length} seeds`, report.frontiers));
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  if (json) console.log(JSON.stringify({ experiment: experiment.id, seeds, seconds, ...report, tables: report.tables.map(withoutIds) }));
  else console.log(textOf(report));
}

interface Training {
  /** What an earlier command finished. */
  kept: readonly RunResult[];
  /** How many runs at a time. */
  workers: number;
  train(config: RunConfig, say: (line: string) => void): Promise<RunResult>;
  say(line: string): void;
  /** Everything finished so far, after each run: hours of training should not hang on the last of them. */
  onResult(done: readonly RunResult[]): Promise<void>;
}

const readRuns = async (file: string): Promise<RunResult[]> => JSON.parse(await readFile(file, 'utf8')) as RunResult[]; // written by `keep`

/** What an earlier command left; nothing where there is no such file yet. */
const keptIn = (file: string): Promise<RunResult[]> => readRuns(file).catch((error: NodeJS.ErrnoException) => {
  if (error.code === 'ENOENT') return [];
  throw error;
});

/** Results in the order of the runs. Those of the same configuration in `kept` stand for their runs. */
export async function trainAll(runs: readonly RunConfig[], { kept, workers, train, say, onResult }: Training): Promise<RunResult[]> {
  const before = new Map(kept.map((result) => [JSON.stringify(result.config), result]));
  const results: RunResult[] = [];
  for (const [i, config] of runs.entries()) {
    const found = before.get(JSON.stringify(config));
    if (!found) continue;
    results[i] = found;
    say(`${config.recipe} seed ${config.seed}: kept before`);
  }
  let next = 0;
  const work = async () => {
    while (next < runs.length) {
      const i = next++;
      const config = runs[i]!; // just counted
      if (results[i]) continue;
      results[i] = await train(config, (line) => say(`${config.recipe} seed ${config.seed}: ${line}`));
      await onResult(results.filter((result) => result !== undefined)); // places of runs under way are empty
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, runs.length) }, work));
  return results;
}

/** One run in a process of its own: an engine keeps a core busy. */
function trainApart(config: RunConfig, backend: Backend, say: (line: string) => void): Promise<RunResult> {
  const child = spawn(process.execPath, ['scripts/run.mjs', 'scripts/train-run.ts', backend], { stdio: ['pipe', 'pipe', 'pipe'] });
  let told = '';
  let complaints = '';
  child.stdout.on('data', (chunk) => (told += chunk));
  child.stderr.on('data', (chunk) => {
    complaints += chunk;
    for (const line of String(chunk).split('\n')) if (line !== '') say(line);
  });
  child.stdin.end(JSON.stringify(config));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    // What it prints is what train-run.ts writes.
    child.on('close', (code) => (code === 0 ? resolve(JSON.parse(told) as RunResult) : reject(new Error(`${config.recipe} seed ${config.seed}: ${complaints.trim().split('\n').at(-1) ?? `ended with ${code}`}`))));
  });
}

/** Columns are known by their names here, which are always English. */
const withoutIds = ({ title, of, columns, rows }: Table) => ({ title, of, columns: columns.map(({ name, unit, means }) => ({ name, unit, means })), rows });

const numberText = (value: number): string => value.toPrecision(3);

/** mean [low, high], or the one value there is. */
export const cellText = (cell: Estimate | null): string => {
  if (!cell) return '–';
  return cell.values.length === 1 ? numberText(cell.mean) : `${numberText(cell.mean)} [${numberText(cell.low)}, ${numberText(cell.high)}]`;
};

/** Markdown, so that it can be pasted into a document as it is. */
export function tableText({ title, of, columns, rows }: Table): string {
  const lines = [
    [of, ...columns.map(({ name, unit }) => (unit === '–' || unit === 'fraction' ? name : `${name}, ${unit}`))],
    ['---', ...columns.map(() => '---')],
    ...rows.map(({ name, cells }) => [name, ...cells.map(cellText)]),
  ];
  return `${title}\n\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}`;
}

const textOf = ({ tables, notes }: Report): string => [...tables.map(tableText), ...notes].join('\n\n');
