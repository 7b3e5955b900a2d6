/**
 * Online DPO from one seed: what the reward model says of the policy's own answers must rise, and the policy stay in reach of the reference.
 * Planted: chosen and rejected exchanged in `bestAgainstWorst` (workers/algorithms/online-dpo.ts).
 */
import { readFile } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';
import { newRunId } from '../../src/contract/ids';
import { lastRow, type MetricColumns, type MetricName } from '../../src/contract/metrics';
import { configOf, recipeOf } from '../../src/recipes';
import { memoryStore } from '../../src/storage/memory-store';
import { Training } from '../../workers/session/train-api';

const STEPS = { pretrain: 800, sft: 200, 'reward-model': 400, 'online-dpo': 50 };
const SHORT = Object.entries(STEPS).flatMap(([stage, steps]) => [`${stage}.steps=${steps}`, `${stage}.evaluateEvery=${steps}`, `${stage}.evaluateOn=64`]);
const config = configOf(recipeOf('names-online-dpo'), 1, [...SHORT, 'online-dpo.learningRate=0.001']);

let history: MetricColumns;

beforeAll(async () => {
  const store = memoryStore();
  const run = newRunId();
  const training = new Training({ openStore: async () => store, readFile: (name) => readFile(`public/${name}`, 'utf8'), clock: Date.now });
  for (const { id } of config.stages) {
    let failure = '';
    await training.start({ run, config, stage: id, engine: 'wasm' }, (event) => event.kind === 'failed' && (failure = event.failure.detail || event.failure.code));
    await training.ended();
    expect(failure).toBe('');
  }
  history = (await store.history(run, 'online-dpo')).metrics;
}, 500_000);

/** Mean of the first or the last five steps. */
function around(name: MetricName, end: 'first' | 'last'): number {
  const column = history.columns[name]!;
  const part = end === 'first' ? column.slice(0, 5) : column.slice(-5);
  return part.reduce<number>((sum, value) => sum + value!, 0) / part.length; // measured every step
}

it('raises the score of what it says, and stays near the reference', () => {
  expect(history.columns.loss![0]).toBeCloseTo(Math.LN2, 5);
  expect(around('objective/scores', 'last')).toBeGreaterThan(around('objective/scores', 'first') + 0.25);
  expect(around('pairs/used', 'last')).toBeGreaterThan(40);
  expect(lastRow(history)['objective/kl']).toBeLessThan(8);
});
