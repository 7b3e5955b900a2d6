/**
 * Learning is the last word: every algorithm, from one seed, must reach a target on the WASM engine. One run of a stage each, shortened; what whole
 * recipes reach over seeds is `npm run learn`. Targets leave room below what seeds 1 to 3 reached (LOG.md); a wrong sign misses them by far.
 * Whether the true reward follows is for whole recipes to show: it takes longer than a test may.
 */
import { readFile } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';
import { parseRunConfig, withSettings } from '../../src/contract/config';
import { newRunId } from '../../src/contract/ids';
import { lastRow, type MetricColumns, type MetricName, type MetricRow } from '../../src/contract/metrics';
import { dpo, grpo, ppo, pretrain, reinforcePlusPlus, rejectionSampling, rewardModel, rloo, sft } from '../../src/recipes/names-stages';
import { memoryStore } from '../../src/storage/memory-store';
import { Training } from '../../workers/session/train-api';

const STEPS = { pretrain: 800, sft: 200, 'reward-model': 400, dpo: 400, ppo: 35, rloo: 60, grpo: 60, 'reinforce-plus-plus': 60, 'rejection-sampling': 60, 'ppo-hacked': 35 };
const SHORT = Object.entries(STEPS).flatMap(([stage, steps]) => [`${stage}.steps=${steps}`, `${stage}.evaluateEvery=${steps}`, `${stage}.evaluateOn=512`]);

/** Paid for length, by way of every part of PPO that is off by default. */
const hacked = { ...ppo, id: 'ppo-hacked', set: { ...ppo.set, biasWeight: 0.3, klEstimator: 'k3', rewardNorm: 'running', rewardWhitening: 'on', whitening: 'biased', entropyCoef: 0.01 } };

const config = withSettings(
  parseRunConfig({
    recipe: 'every algorithm', seed: 1, task: { id: 'names' }, model: {},
    stages: [pretrain, sft, rewardModel, dpo, ppo, rloo, grpo, reinforcePlusPlus, rejectionSampling, hacked].map(({ id, algorithm, start, set }) => ({ id, start, train: { algorithm, ...set } })),
  }),
  SHORT,
);

const histories = new Map<string, MetricColumns>();

beforeAll(async () => {
  const store = memoryStore();
  const run = newRunId();
  const training = new Training({ openStore: async () => store, readFile: (name) => readFile(`public/${name}`, 'utf8'), clock: Date.now });
  for (const { id } of config.stages) {
    let failure = '';
    await training.start({ run, config, stage: id, engine: 'wasm' }, (event) => event.kind === 'failed' && (failure = event.failure.detail || event.failure.code));
    await training.ended();
    expect(failure).toBe('');
    histories.set(id, (await store.history(run, id)).metrics);
  }
}, 500_000);

const last = (stage: string): MetricRow => lastRow(histories.get(stage)!);
const first = (stage: string, name: MetricName): number => histories.get(stage)!.columns[name]!.find((value) => value !== null)!;

/** Mean of the first or the last five steps. */
function around(stage: string, name: MetricName, end: 'first' | 'last'): number {
  const column = histories.get(stage)!.columns[name]!;
  const part = end === 'first' ? column.slice(0, 5) : column.slice(-5);
  return part.reduce<number>((sum, value) => sum + value!, 0) / part.length;
}

it('pretrain learns the corpus', () => {
  expect(first('pretrain', 'eval_loss')).toBeGreaterThan(3.2); // ln 31 is 3.43
  expect(last('pretrain').eval_loss).toBeLessThan(2.15);
  expect(last('pretrain')['samples/valid_fraction']).toBeGreaterThan(0.05);
});

it('sft learns to answer prompts', () => {
  expect(last('sft').eval_loss).toBeLessThan(first('sft', 'eval_loss') - 0.03);
});

it('reward-model learns to tell which name was chosen', () => {
  expect(first('reward-model', 'loss')).toBeCloseTo(Math.LN2, 2);
  expect(last('reward-model').eval_seen_accuracy).toBeGreaterThan(0.62);
  expect(last('reward-model').eval_unseen_accuracy).toBeGreaterThan(0.61);
  expect(last('reward-model').eval_loss).toBeLessThan(0.64);
});

it('dpo learns preferences that it carries over to names it never met', () => {
  expect(first('dpo', 'loss')).toBeCloseTo(Math.LN2, 5);
  expect(last('dpo')['eval_seen_rewards/accuracies']).toBeGreaterThan(0.66);
  expect(last('dpo')['eval_unseen_rewards/accuracies']).toBeGreaterThan(0.64);
  expect(last('dpo')['objective/kl']).toBeLessThan(6);
});

it('ppo raises the score and stays near the reference', () => {
  expect(around('ppo', 'objective/scores', 'last')).toBeGreaterThan(around('ppo', 'objective/scores', 'first') + 0.4);
  expect(last('ppo')['objective/kl']).toBeGreaterThan(0.5);
  expect(last('ppo')['objective/kl']).toBeLessThan(4);
});

it('ppo finds what it is paid for, though nobody wants it: answers grow longer and lose by the true reward', () => {
  expect(around('ppo-hacked', 'objective/bias', 'last')).toBeGreaterThan(around('ppo-hacked', 'objective/bias', 'first') + 4);
  expect(last('ppo-hacked')['gold/win_rate']).toBeLessThan(0.49);
});

// They take a baseline from the completions themselves, or keep the best of them; what differs is where the KL penalty goes and what advantages are divided by.
it.each(['rloo', 'grpo', 'reinforce-plus-plus', 'rejection-sampling'])('%s raises the score without a critic and stays near the reference', (stage) => {
  expect(around(stage, 'objective/scores', 'last')).toBeGreaterThan(around(stage, 'objective/scores', 'first') + 0.35);
  expect(last(stage)['objective/kl']).toBeGreaterThan(0.5);
  expect(last(stage)['objective/kl']).toBeLessThan(6);
});
