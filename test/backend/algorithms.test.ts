/** Every algorithm trains the same run on every engine: same draws, same texts, and numbers that differ by rounding only. */
import { afterAll, expect, it } from 'vitest';
import names from '../../public/names.csv?raw';
import type { EngineName } from '../../src/contract/engine';
import { newRunId } from '../../src/contract/ids';
import type { MetricColumns } from '../../src/contract/metrics';
import { configOf, recipeOf } from '../../src/recipes';
import { memoryStore } from '../../src/storage/memory-store';
import { startEngine } from '../../workers/engine/engine';
import { Training } from '../../workers/session/train-api';
import { ENGINES } from './engines';

/** Three steps: after the first the weights have moved, so a wrong gradient shows in the second and a wrong moment in the third. */
const STEPS = 3;
const sized = (stage: string) => [`${stage}.steps=${STEPS}`, `${stage}.batchSize=8`, `${stage}.evaluateOn=16`, `${stage}.warmup=0`];
const SMALL = ['model.width=16', 'model.layers=1', 'model.heads=2', 'task.pairs=256', ...sized('pretrain'), ...sized('sft')];

async function trained(engine: EngineName, recipe: string, settings: string[]): Promise<Map<string, MetricColumns>> {
  const store = memoryStore();
  const config = configOf(recipeOf(recipe), 1, [...SMALL, ...settings]);
  const run = newRunId();
  const training = new Training({ openStore: async () => store, readFile: async () => names, clock: Date.now });
  const histories = new Map<string, MetricColumns>();
  for (const { id } of config.stages) {
    let failure: unknown;
    await training.start({ run, config, stage: id, engine }, (event) => event.kind === 'failed' && (failure = event.failure));
    await training.ended();
    expect(failure).toBeUndefined();
    histories.set(id, (await store.history(run, id)).metrics);
  }
  return histories;
}

// Other files of this part expect the engine they ask for; leave none of a lost worker behind.
afterAll(() => startEngine('wasm'));

const PPO: [string, string[]] = ['names-ppo', [...sized('reward-model'), ...sized('ppo'), 'ppo.criticWarmup=1', 'ppo.epochs=2']];
const DPO: [string, string[]] = ['names-dpo', sized('dpo')];

// DPO on WebGPU is trained beside WASM by the batch door's own test; software WebGPU is too slow to do it twice.
it.each(ENGINES.includes('webgpu') ? [PPO] : [DPO, PPO])('%s: every metric of every stage', { timeout: 300_000 }, async (recipe, settings) => {
  const [first, ...others] = ENGINES;
  const expected = await trained(first!, recipe, settings);
  for (const engine of others) {
    for (const [stage, { columns }] of await trained(engine, recipe, settings)) {
      for (const [name, column] of Object.entries(columns)) {
        const wanted = expected.get(stage)!.columns[name as keyof typeof columns]!; // names of the same metrics
        column.forEach((value, i) => {
          const scale = Math.max(1, Math.abs(wanted[i] ?? 0));
          expect(Math.abs((value ?? NaN) - (wanted[i] ?? NaN)) / scale, `${stage}, ${name}, step ${i + 1}: ${value} on ${engine}, ${wanted[i]} on ${first}`).toSatisfy((gap: number) => value === null ? wanted[i] === null : gap < 2e-3);
        });
      }
    }
  }
});
