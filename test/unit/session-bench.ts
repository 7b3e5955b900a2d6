/** Runs trained over a store in memory, small enough that a whole recipe takes a second or two. */
import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { TrainEvent } from '../../src/contract/api';
import type { RunConfig } from '../../src/contract/config';
import type { EngineChoice } from '../../src/contract/engine';
import { newRunId, type RunId } from '../../src/contract/ids';
import { configOf, recipeOf } from '../../src/recipes';
import { memoryStore } from '../../src/storage/memory-store';
import type { RunStore } from '../../src/storage/run-store';
import type { EngineStart } from '../../workers/engine/engine';
import { Training } from '../../workers/session/train-api';

const SMALL = ['model.width=16', 'model.layers=1', 'model.heads=2', 'task.pairs=256', 'pretrain.steps=6', 'pretrain.batchSize=8', 'sft.steps=6', 'sft.batchSize=8'];
export const DPO = [...SMALL, 'dpo.steps=6', 'dpo.batchSize=8'];
export const PPO = [...SMALL, 'reward-model.steps=6', 'reward-model.batchSize=8', 'ppo.steps=6', 'ppo.batchSize=8', 'ppo.criticWarmup=2', 'ppo.minibatches=2', 'ppo.klControl=adaptive', 'ppo.rewardNorm=running'];
export const ONLINE_DPO = [...SMALL, 'reward-model.steps=6', 'reward-model.batchSize=8', 'online-dpo.steps=6', 'online-dpo.batchSize=8'];

export const configFor = (recipe: string, settings: string[], seed = 1) => configOf(recipeOf(recipe), seed, settings);

export interface Bench {
  store: RunStore;
  run: RunId;
  config: RunConfig;
  training: Training;
  events: TrainEvent[];
  start(stage: string, paused?: boolean): ReturnType<Training['start']>;
}

interface Given {
  engine?: EngineChoice;
  /** What starts engines; the real one if left out. */
  startEngine?: (choice: EngineChoice) => Promise<EngineStart>;
}

export function bench(config: RunConfig, store = memoryStore(), run = newRunId(), { engine = 'wasm', startEngine }: Given = {}): Bench {
  const events: TrainEvent[] = [];
  const training = new Training({ openStore: async () => store, readFile: (name) => readFile(`public/${name}`, 'utf8'), readBytes: (name) => readFile(`public/${name}`), clock: () => 1_700_000_000_000 }, startEngine);
  return { store, run, config, training, events, start: (stage, paused = false) => training.start({ run, config, stage, engine, paused }, (event) => events.push(event)) };
}

export async function trainAll(on: Bench): Promise<void> {
  for (const { id } of on.config.stages) {
    await on.start(id);
    await on.training.ended();
    expect(on.events.find((event) => event.kind === 'failed')).toBeUndefined();
  }
}

/** Everything that must be the same of two runs: rows, samples, weights, moments, streams and counters. */
export async function outcome({ store, run, config }: Pick<Bench, 'store' | 'run' | 'config'>) {
  return Promise.all(
    config.stages.map(async ({ id }) => {
      const { metrics, samples } = await store.history(run, id);
      const [ref] = await store.checkpoints(run, id);
      const { tensors, state } = (await store.checkpoint(ref!))!;
      return { id, metrics, samples, state, tensors: Array.from(tensors) };
    }),
  );
}
