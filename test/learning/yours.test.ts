/** The visitor's own data, from one seed: DPO and a reward model tell held-out preferences apart that they never met. Made-up rows: the kind answer is chosen. */
import { expect, it } from 'vitest';
import { parseRunConfig } from '../../src/contract/config';
import { preferences } from '../made-data';
import { learner, LIMIT } from './learn';

const watch = (steps: number) => ({ steps, batchSize: 16, evaluateEvery: steps, evaluateOn: 32, warmup: 5, learningRate: 2e-3 });
const learn = learner(parseRunConfig({
  recipe: 'yours', seed: 1, task: { id: 'yours', dataset: 'ab'.repeat(32), vocabulary: 300, context: 48, heldOut: 0.3 }, model: { width: 32, layers: 1, heads: 2 },
  stages: [
    { id: 'pretrain', start: {}, train: { algorithm: 'pretrain', ...watch(60) } },
    { id: 'dpo', start: { policy: 'pretrain' }, train: { algorithm: 'dpo', ...watch(40) } },
    { id: 'reward-model', start: { trunk: 'pretrain' }, train: { algorithm: 'reward-model', ...watch(40) } },
  ],
}), { readDataset: async () => preferences(96) });

it('DPO prefers what was chosen of prompts it never met', async () => {
  const { last } = await learn('dpo');
  expect(last['eval_unseen_rewards/accuracies']).toBeGreaterThan(0.9);
  expect(last['gold/win_rate']).toBeUndefined();
}, LIMIT);

it('a reward model does, and its report speaks of these pairs', async () => {
  const { last, record } = await learn('reward-model');
  expect(last.eval_unseen_accuracy).toBeGreaterThan(0.9);
  expect(record.report!.accuracy.n).toBeGreaterThan(15);
  expect(record.report).not.toHaveProperty('ceiling');
}, LIMIT);
