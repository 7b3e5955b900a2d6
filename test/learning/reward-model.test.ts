/**
 * Reward models that are smoothed, several at once, or stopped early, from one seed: each must tell held-out pairs apart, and early stopping must be worth its name.
 * What was planted and what became of it is in LOG.md.
 */
import { beforeAll, expect, it } from 'vitest';
import { parseRunConfig } from '../../src/contract/config';
import { learner, LIMIT } from './learn';

const rewardModel = (id: string, knobs: Record<string, number | string>) => ({ id, start: { trunk: 'sft' }, train: { algorithm: 'reward-model', learningRate: 1e-3, evaluateOn: 256, evaluateEvery: 200, steps: 200, ...knobs } });
/** So few labels that they are soon known by heart. */
const FEW = { labels: 300, batchSize: 50, steps: 300, evaluateEvery: 10 };

const learn = learner(parseRunConfig({
  recipe: 'reward models', seed: 1, task: { id: 'names' }, model: { width: 32, layers: 2, heads: 4 },
  stages: [
    { id: 'pretrain', start: {}, train: { algorithm: 'pretrain', steps: 500, evaluateEvery: 500, evaluateOn: 64 } },
    { id: 'sft', start: { policy: 'pretrain' }, train: { algorithm: 'sft', steps: 100, evaluateEvery: 100, evaluateOn: 64 } },
    rewardModel('smoothed', { labelSmoothing: 0.2 }),
    rewardModel('ensemble', { ensemble: 2, normalise: 'reference' }),
    rewardModel('stopped', { ...FEW, patience: 5 }),
    rewardModel('by-heart', { ...FEW, evaluateEvery: 300 }),
  ],
}));

beforeAll(() => learn('sft'), LIMIT);

it.each(['smoothed', 'ensemble'])('%s tells held-out pairs apart', async (id) => {
  const { last } = await learn(id);
  expect(last.eval_seen_accuracy).toBeGreaterThan(0.62);
  expect(last.eval_unseen_accuracy).toBeGreaterThan(0.61);
  expect(last.eval_nll).toBeLessThan(0.65);
}, LIMIT);

it('smoothed labels keep margins small', async () => {
  const [smoothed, ensemble] = [await learn('smoothed'), await learn('ensemble')];
  expect(smoothed.last.margin).toBeLessThan(0.75 * ensemble.last.margin!);
}, LIMIT);

it('what is easy is easy for it', async () => {
  const { record } = await learn('ensemble');
  expect(record.report!.sections.find(({ id }) => id === 'easy')!.accuracy.share).toBeGreaterThan(0.7);
}, LIMIT);

it('few labels are learned by heart, unless training stops when held-out loss no longer falls', async () => {
  const [stopped, byHeart] = [await learn('stopped'), await learn('by-heart')];
  expect(byHeart.last.accuracy).toBeGreaterThan(0.95);
  expect(byHeart.last.eval_nll).toBeGreaterThan(0.8);
  expect(byHeart.last.eval_temperature).toBeGreaterThan(1.5);
  expect(stopped.last.eval_nll).toBeLessThan(0.7);
  expect(stopped.record.step).toBeLessThan(250);
}, LIMIT);
