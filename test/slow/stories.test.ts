/**
 * From the base that comes with the page, DPO, a few fast steps of it, learns the taste of one community from pairs of stories: it ranks pairs for prompts it never met, and tells
 * stories that this community likes better. One seed on WASM. What was planted is in LOG.md.
 */
import { expect, it } from 'vitest';
import { parseRunConfig } from '../../src/contract/config';
import { dpo, SHAPE } from '../../src/recipes/stories-stages';
import { learner, LIMIT } from '../learning/learn';

const learn = learner(parseRunConfig({
  recipe: 'stories', seed: 1, model: SHAPE,
  task: { id: 'stories', language: 'English', community: 'children', temperature: 0.02, pairs: 2000 },
  stages: [
    { id: 'base', start: {}, train: { algorithm: 'base', evaluateOn: 64 } },
    { id: 'dpo', start: { policy: 'base' }, train: { algorithm: 'dpo', ...dpo.set, steps: 30, batchSize: 32, learningRate: 1e-3, warmup: 5, evaluateEvery: 1000, evaluateOn: 96 } },
  ],
}));

it('the base tells stories, most of which its grammar could have told', async () => {
  const { last } = await learn('base');
  expect(last['samples/valid_fraction']).toBeGreaterThan(0.7);
  expect(last['eval_loss']).toBeLessThan(0.75);
}, LIMIT);

it('DPO ranks stories as the community does, and tells some that it likes better', async () => {
  const { last } = await learn('dpo');
  expect(last['eval_unseen_rewards/accuracies']).toBeGreaterThan(0.7);
  expect(last['gold/win_rate']! - 0.5).toBeGreaterThan(3 * last['gold/win_rate_stderr']!); // both are measured at the last step
}, LIMIT);
