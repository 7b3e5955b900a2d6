/**
 * Online DPO from one seed: what the reward model says of the policy's own answers must rise, and the policy stay in reach of the reference.
 * Planted: chosen and rejected exchanged in `bestAgainstWorst` (workers/algorithms/online-dpo.ts).
 */
import { beforeAll, expect, it } from 'vitest';
import { configOf, recipeOf } from '../../src/recipes';
import { learner, LIMIT } from '../learning/learn';

const STEPS = { pretrain: 800, sft: 200, 'reward-model': 400, 'online-dpo': 50 };
const SHORT = Object.entries(STEPS).flatMap(([stage, steps]) => [`${stage}.steps=${steps}`, `${stage}.evaluateEvery=${steps}`, `${stage}.evaluateOn=64`]);
const learn = learner(configOf(recipeOf('names-online-dpo'), 1, [...SHORT, 'online-dpo.learningRate=0.001']));

beforeAll(() => learn('reward-model'), LIMIT);

it('raises the score of what it says, and stays near the reference', async () => {
  const policy = await learn('online-dpo');
  expect(policy.first('loss')).toBeCloseTo(Math.LN2, 5);
  expect(policy.rise('objective/scores')).toBeGreaterThan(0.25);
  expect(policy.around('pairs/used', 'last')).toBeGreaterThan(40);
  expect(policy.last['objective/kl']).toBeLessThan(8);
}, LIMIT);
