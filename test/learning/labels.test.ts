/**
 * Labels from one seed: a reward model and a policy that learn from nothing but what simulated raters said must tell held-out pairs apart.
 * Planted: raters who say the other side (`answers` in workers/algorithms/labels.ts).
 */
import { beforeAll, expect, it } from 'vitest';
import { parseRunConfig } from '../../src/contract/config';
import { learner, LIMIT } from './learn';

const LEARNING = { steps: 120, batchSize: 32, evaluateEvery: 120, evaluateOn: 256, learningRate: 1e-3 };

const learn = learner(parseRunConfig({
  recipe: 'labels', seed: 1, task: { id: 'names' }, model: { width: 32, layers: 2, heads: 4 },
  stages: [
    { id: 'pretrain', start: {}, train: { algorithm: 'pretrain', steps: 500, evaluateEvery: 500, evaluateOn: 64 } },
    { id: 'sft', start: { policy: 'pretrain' }, train: { algorithm: 'sft', steps: 100, evaluateEvery: 100, evaluateOn: 64 } },
    { id: 'labels', start: { policy: 'sft' }, train: { algorithm: 'labels', source: 'data', steps: 16, questions: 128 } },
    { id: 'reward-model', start: { trunk: 'sft', pairs: 'labels' }, train: { algorithm: 'reward-model', ...LEARNING } },
    { id: 'dpo', start: { policy: 'sft', pairs: 'labels' }, train: { algorithm: 'dpo', ...LEARNING } },
  ],
}));

beforeAll(() => learn('labels'), LIMIT);

it('raters agree with the truth more often than not, and do not mind which side stands first', async () => {
  const { last } = await learn('labels');
  expect(last['labels/asked']).toBe(2048);
  expect(last['pairs/gold_agreement']).toBeGreaterThan(0.7);
  expect(Math.abs(last['labels/first_chosen']! - 0.5)).toBeLessThan(0.05);
}, LIMIT);

it('a reward model and a policy learn from the labels alone', async () => {
  const [judge, policy] = [await learn('reward-model'), await learn('dpo')];
  expect(judge.last.eval_seen_accuracy).toBeGreaterThan(0.57);
  expect(policy.last['eval_seen_rewards/accuracies']).toBeGreaterThan(0.57);
}, LIMIT);
