/** Trains every stage of one run with the page's own session code; and, as a program, does so for a configuration read from stdin and prints what was measured as one line of JSON. */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { TrainEvent } from '../src/contract/api';
import { asksVisitor, parseRunConfig, type RunConfig } from '../src/contract/config';
import type { EngineInfo } from '../src/contract/engine';
import { Failure, fromRecord } from '../src/contract/failures';
import { newRunId, type RunId } from '../src/contract/ids';
import type { MetricRow } from '../src/contract/metrics';
import type { Choice, PairQuestion, Side } from '../src/contract/preferences';
import type { RunResult } from '../src/experiments';
import { memoryStore } from '../src/storage/memory-store';
import type { RunStore } from '../src/storage/run-store';
import { openTask, taskDefinition, type Task } from '../src/tasks';
import { installWebgpu } from './node-webgpu';
import type { DatasetStore } from '../src/storage/dataset-store';
import { taskDoors } from './task-doors';

export type Backend = 'wasm' | 'webgpu';

/** Told at every evaluation and at the end of each stage. */
export type OnProgress = (at: { stage: string; step: number; total: number; tokensPerSecond: number; row: MetricRow }) => void;

/** Who answers where a stage asks a person: nobody, or the task's true reward in a person's place. */
export type Visitor = 'gold' | undefined;

/** Throws `no-visitor` where somebody will be asked and nobody is there. */
export function checkVisitor({ stages, task }: RunConfig, visitor: Visitor): void {
  const asking = stages.find(asksVisitor);
  if (asking && !visitor) throw new Failure('no-visitor', asking.id);
  if (visitor && taskDefinition(task.id).lacks?.includes('gold')) throw new Failure('no-visitor', `${task.id} has no true reward, so nobody but a person can answer`);
}

/** Trains every stage in order that is not finished already. @param datasets of the visitor, where the task learns from one @returns what computed */
export async function trainRun(store: RunStore, run: RunId, config: RunConfig, backend: Backend, onProgress: OnProgress, visitor?: Visitor, datasets?: DatasetStore): Promise<EngineInfo> {
  checkVisitor(config, visitor);
  const doors = taskDoors(datasets);
  if (backend === 'webgpu') await installWebgpu();
  // Loaded late: TF.js looks for WebGPU when it is loaded.
  const { Training } = await import('../workers/session/train-api');
  const training = new Training({ openStore: async () => store, ...doors, readBytes: (name) => readFile(`public/${name}`), clock: Date.now });
  const task = visitor && (await openTask(config.task, doors));
  let engine: EngineInfo | undefined;
  const done = new Set((await store.stages(run)).filter(({ finished }) => finished).map(({ stage }) => stage)); // borrowed
  for (const { id, train: { evaluateEvery } } of config.stages.filter((stage) => !done.has(stage.id))) {
    let failure: TrainEvent & { kind: 'failed' } | undefined;
    let spoken = 0;
    const started = await training.start({ run, config, stage: id, engine: backend }, (event) => {
      if (event.kind === 'failed') failure = event;
      if (event.kind === 'asked' && task) event.questions.forEach((question, i) => void training.answer({ step: event.step, question: i }, goldChoice(task, question), 'gold'));
      if (event.kind === 'progress' && (event.step >= spoken + evaluateEvery || event.step === event.total)) {
        spoken = event.step;
        onProgress(event);
      }
    });
    engine = started.engine;
    await training.ended();
    if (failure) throw fromRecord(failure.failure);
  }
  return engine!; // a run has a stage to train: what nothing starts from is never borrowed
}

/** What a person would say who knew the true reward. */
function goldChoice(task: Task, { prompt, a, b }: PairQuestion): Choice {
  const gold = ({ tokens }: Side) => task.gold?.(prompt.tokens, tokens) ?? 0; // a task without gold was refused
  const above = gold(a) - gold(b);
  return above > 0 ? 'a' : above < 0 ? 'b' : 'tie';
}

/** Progress goes to stderr, the result to stdout. */
export async function main([backend]: string[]): Promise<number> {
  try {
    const config = parseRunConfig(JSON.parse(await text(process.stdin)));
    const store = memoryStore();
    const run = newRunId();
    await store.putRun({ id: run, name: config.recipe, config, created: Date.now(), appVersion: __APP_VERSION__, parents: [] });
    await trainRun(store, run, config, backend === 'webgpu' ? 'webgpu' : 'wasm', ({ stage, step, total }) => {
      if (step === total) console.error(`${stage} ${step}/${total}`);
    });
    const records = await store.stages(run);
    const stages = await Promise.all(records.map(async ({ stage, seconds }) => ({ id: stage, seconds, history: (await store.history(run, stage)).metrics })));
    const result: RunResult = { config, stages };
    console.log(JSON.stringify(result));
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
}
