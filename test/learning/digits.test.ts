/**
 * Where right and wrong can be checked, a policy becomes better than the examples it learned from: PPO and GRPO sort five digits, from a start that is
 * right in fewer than half of its answers to nine of ten on held-out handfuls of digits. No reward model. The stages of the recipes from one seed on WASM.
 */
import { beforeAll, expect, it } from 'vitest';
import { parseRunConfig, withSettings } from '../../src/contract/config';
import { newRunId } from '../../src/contract/ids';
import { lastRow } from '../../src/contract/metrics';
import { digitsGrpo } from '../../src/recipes/digits-grpo';
import { digitsPpo } from '../../src/recipes/digits-ppo';
import { memoryStore } from '../../src/storage/memory-store';
import { Training } from '../../workers/session/train-api';

const stages = [...digitsGrpo.stages, digitsPpo.stages.at(-1)!]; // a recipe has stages
const config = withSettings(
  parseRunConfig({ recipe: 'checked reward', seed: 1, task: { id: 'digits' }, model: {}, stages: stages.map(({ id, algorithm, start, set }) => ({ id, start, train: { algorithm, ...set } })) }),
  stages.flatMap(({ id }) => [`${id}.evaluateEvery=10000`, `${id}.evaluateOn=512`]),
);

const right = new Map<string, number>();

beforeAll(async () => {
  const store = memoryStore();
  const run = newRunId();
  const training = new Training({ openStore: async () => store, readFile: () => Promise.reject(new Error('digits has no file')), clock: Date.now });
  for (const { id } of config.stages) {
    let failure = '';
    await training.start({ run, config, stage: id, engine: 'wasm' }, (event) => event.kind === 'failed' && (failure = event.failure.detail || event.failure.code));
    await training.ended();
    expect(failure).toBe('');
    right.set(id, lastRow((await store.history(run, id)).metrics)['samples/valid_fraction']!); // the last step evaluates
  }
}, 500_000);

it('who imitates examples with mistakes is right less than half the time', () => {
  expect(right.get('sft')).toBeGreaterThan(0.2);
  expect(right.get('sft')).toBeLessThan(0.5);
});

it.each(['grpo', 'ppo'])('%s from a checked reward is right nine times of ten', (id) => {
  expect(right.get(id)).toBeGreaterThanOrEqual(0.9);
});
