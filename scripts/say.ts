/**
 * What the policies of a run file say to held-out prompts: the first that are drawn, none picked, every stage with the same draws.
 *
 *   npm run say -- run.nudge [--stages sft,dpo,ppo] [--count 12] [--temperature 0.7] [--seed 1] [--json]
 *
 * Without --stages, every stage that made a policy. Exit codes: 0 done, 1 nothing could be said, 2 the request could not be understood.
 */
import { openAsBlob } from 'node:fs';
import { access } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ALGORITHMS } from '../src/contract/algorithms';
import { modelOf, stageOf, type RunConfig } from '../src/contract/config';
import { Random } from '../src/contract/random';
import { memoryDatasets } from '../src/storage/dataset-memory';
import { memoryStore } from '../src/storage/memory-store';
import type { RunStore } from '../src/storage/run-store';
import { decodeSafetensors } from '../src/storage/safetensors';
import { importRun } from '../src/storage/transfer';
import { openTask, type Task } from '../src/tasks';
import type { RunRecord } from '../src/contract/run';
import { taskDoors } from './task-doors';

const USAGE = 'npm run say -- run.nudge [--stages id,id] [--count 12] [--temperature 0.7] [--seed 1] [--json]';

interface Request {
  file: string;
  stages: readonly string[] | undefined;
  count: number;
  temperature: number;
  seed: number;
  json: boolean;
}

function requestOf(args: string[]): Request {
  const { values: { stages, count, temperature, seed, json }, positionals } = parseArgs({
    args, allowPositionals: true,
    options: { stages: { type: 'string' }, count: { type: 'string', default: '12' }, temperature: { type: 'string', default: '0.7' }, seed: { type: 'string', default: '1' }, json: { type: 'boolean', default: false } },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new Error(`want one run file, got ${positionals.length}`);
  if (!/^[1-9]\d{0,3}$/.test(count)) throw new Error(`count must be a whole number from 1, got ${count || 'nothing'}`);
  if (!(Number(temperature) > 0 && Number(temperature) <= 10)) throw new Error(`temperature must be above 0 and at most 10, got ${temperature || 'nothing'}`);
  if (!/^\d{1,9}$/.test(seed)) throw new Error(`seed must be a whole number, got ${seed || 'nothing'}`);
  return { file, stages: stages?.split(','), count: Number(count), temperature: Number(temperature), seed: Number(seed), json };
}

/** Stages whose model completes prompts. */
const policiesOf = ({ stages }: RunConfig): string[] => stages.filter(({ train }) => ALGORITHMS[train.algorithm].makes === 'policy').map(({ id }) => id);

/** Prompts as they are drawn, each once. */
function promptsOf(task: Task, count: number, random: Random): number[][] {
  const found = new Map<string, number[]>();
  for (let tries = 0; found.size < count && tries < 100 * count; tries++) {
    const prompt = [...task.prompt('held-out', random)];
    found.set(prompt.join(' '), prompt);
  }
  return [...found.values()];
}

async function said(store: RunStore, { id, config }: RunRecord, task: Task, stage: string, prompts: readonly number[][], { temperature, seed }: Request): Promise<string[]> {
  stageOf(config, stage); // throws where there is none
  const [ref] = await store.checkpoints(id, stage);
  const checkpoint = ref && (await store.checkpoint(ref));
  if (!checkpoint) throw new Error(`${stage} has no checkpoint in this file`);
  const [{ Parameters }, { generate }] = [await import('../workers/model/parameters'), await import('../workers/model/generate')]; // late: TF.js
  const weights = new Map(Object.entries(decodeSafetensors(checkpoint.tensors)).flatMap(([name, { data }]) => (name.startsWith('policy/') ? [[name.slice('policy/'.length), data] as const] : [])));
  const policy = new Parameters({ ...modelOf(config, stage), vocabulary: task.tokenizer.vocabulary.length, context: task.context }, 'none', weights);
  const completions = await generate(policy.views, prompts, Random.of(seed, 'said'), { temperature });
  policy.dispose();
  return completions.map((completion) => task.tokenizer.decode(completion));
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export async function main(args: string[]): Promise<number> {
  let request: Request;
  try {
    request = requestOf(args);
  } catch (error) {
    console.error(`${messageOf(error)}\n${USAGE}`);
    return 2;
  }
  try {
    const { startEngine } = await import('../workers/engine/engine'); // late: TF.js
    await startEngine('wasm');
    const [store, datasets] = [memoryStore(), memoryDatasets()];
    await access(request.file); // says which file it is that is not there; openAsBlob does not
    const record = await importRun(store, await openAsBlob(request.file), datasets);
    const task = await openTask(record.config.task, taskDoors(datasets));
    const prompts = promptsOf(task, request.count, Random.of(request.seed, 'said to'));
    const answers: Record<string, string[]> = {};
    for (const stage of request.stages ?? policiesOf(record.config)) answers[stage] = await said(store, record, task, stage, prompts, request);
    const texts = prompts.map((prompt) => task.tokenizer.decode(prompt));
    if (request.json) console.log(JSON.stringify({ run: record.name, temperature: request.temperature, seed: request.seed, prompts: texts, answers }));
    else for (const [stage, lines] of Object.entries(answers)) console.log([`${stage}, temperature ${request.temperature}`, ...lines.map((line, i) => `  ${texts[i]} | ${line}`)].join('\n'));
    return 0;
  } catch (error) {
    console.error(messageOf(error));
    return 1;
  }
}
