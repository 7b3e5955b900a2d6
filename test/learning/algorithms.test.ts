/**
 * Learning is the last word: every algorithm, from one seed, must reach a target on the WASM engine. One run of a stage each, shortened; what whole
 * recipes reach over seeds is `npm run learn`. Targets leave room below what seeds 1 to 3 reached (LOG.md); a wrong sign misses them by far.
 * Whether the true reward follows is for whole recipes to show: it takes longer than a test may.
 */
import { beforeAll, expect, it } from 'vitest';
import { parseRunConfig, withSettings } from '../../src/contract/config';
import { bestOfN, dpo, grpo, ppo, pretrain, reinforcePlusPlus, rejectionSampling, rewardModel, rloo, sft } from '../../src/recipes/names-stages';
import { learner, LIMIT } from './learn';

const STEPS = { pretrain: 800, sft: 200, 'reward-model': 400, dpo: 400, ppo: 35, rloo: 60, grpo: 60, 'reinforce-plus-plus': 60, 'rejection-sampling': 30, 'best-of-n': 16, 'ppo-hacked': 35 };
const SHORT = Object.entries(STEPS).flatMap(([stage, steps]) => [`${stage}.steps=${steps}`, `${stage}.evaluateEvery=${steps}`, `${stage}.evaluateOn=512`]);

/** Paid for length, by way of every part of PPO that is off by default. */
const hacked = { ...ppo, id: 'ppo-hacked', set: { ...ppo.set, biasWeight: 0.3, klEstimator: 'k3', rewardNorm: 'running', rewardWhitening: 'on', whitening: 'biased', entropyCoef: 0.01 } };

const learn = learner(withSettings(
  parseRunConfig({
    recipe: 'every algorithm', seed: 1, task: { id: 'names' }, model: {},
    stages: [pretrain, sft, rewardModel, dpo, ppo, rloo, grpo, reinforcePlusPlus, rejectionSampling, bestOfN, hacked].map(({ id, algorithm, start, set }) => ({ id, start, train: { algorithm, ...set } })),
  }),
  SHORT,
));

beforeAll(() => learn('reward-model'), LIMIT);

it('pretrain learns the corpus', async () => {
  const pretrained = await learn('pretrain');
  expect(pretrained.first('eval_loss')).toBeGreaterThan(3.2); // ln 31 is 3.43
  expect(pretrained.last.eval_loss).toBeLessThan(2.15);
  expect(pretrained.last['samples/valid_fraction']).toBeGreaterThan(0.05);
}, LIMIT);

it('sft learns to answer prompts', async () => {
  const tuned = await learn('sft');
  expect(tuned.last.eval_loss).toBeLessThan(tuned.first('eval_loss') - 0.03);
}, LIMIT);

it('reward-model learns to tell which name was chosen', async () => {
  const judge = await learn('reward-model');
  expect(judge.first('loss')).toBeCloseTo(Math.LN2, 2);
  expect(judge.last.eval_seen_accuracy).toBeGreaterThan(0.62);
  expect(judge.last.eval_unseen_accuracy).toBeGreaterThan(0.61);
  expect(judge.last.eval_loss).toBeLessThan(0.64);
}, LIMIT);

it('dpo learns preferences that it carries over to names it never met', async () => {
  const policy = await learn('dpo');
  expect(policy.first('loss')).toBeCloseTo(Math.LN2, 5);
  expect(policy.last['eval_seen_rewards/accuracies']).toBeGreaterThan(0.66);
  expect(policy.last['eval_unseen_rewards/accuracies']).toBeGreaterThan(0.64);
  expect(policy.last['objective/kl']).toBeLessThan(6);
}, LIMIT);

it('ppo raises the score and stays near the reference', async () => {
  const policy = await learn('ppo');
  expect(policy.rise('objective/scores')).toBeGreaterThan(0.4);
  expect(policy.last['objective/kl']).toBeGreaterThan(0.5);
  expect(policy.last['objective/kl']).toBeLessThan(4);
}, LIMIT);

it('ppo finds what it is paid for, though nobody wants it: answers grow longer and lose by the true reward', async () => {
  const policy = await learn('ppo-hacked');
  expect(policy.rise('objective/bias')).toBeGreaterThan(4);
  expect(policy.last['gold/win_rate']).toBeLessThan(0.49);
}, LIMIT);

// They take a baseline from the completions themselves, or keep the best of them; what differs is where the KL penalty goes and what advantages are divided by.
it.each(['rloo', 'grpo', 'reinforce-plus-plus', 'rejection-sampling'])('%s raises the score without a critic and stays near the reference', async (stage) => {
  const policy = await learn(stage);
  expect(policy.rise('objective/scores')).toBeGreaterThan(0.35);
  expect(policy.last['objective/kl']).toBeGreaterThan(0.5);
  expect(policy.last['objective/kl']).toBeLessThan(6);
}, LIMIT);

it('best-of-n finds better answers the more it may choose from, by its judge and by the true reward', async () => {
  const chosen = await learn('best-of-n');
  const scores = chosen.columns['objective/scores']!;
  for (let n = 1; n < scores.length; n++) expect(scores[n]).toBeGreaterThan(scores[n - 1]!);
  expect(chosen.last['objective/scores']).toBeGreaterThan(scores[0]! + 0.5);
  expect(chosen.last['gold/reward']).toBeGreaterThan(chosen.first('gold/reward') + 0.05);
  expect(chosen.last['gold/ceiling_win_rate']).toBeGreaterThan(0.75);
}, LIMIT);
