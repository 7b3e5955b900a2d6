/** PPO's losses against closed forms, and what it learns from a rollout against numbers worked out by hand. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { policyLoss, valueLoss } from '../../workers/algorithms/ppo-losses';
import { creditsOf, targetsOf } from '../../workers/algorithms/ppo-targets';
import { startEngine } from '../../workers/engine/engine';

beforeAll(() => startEngine('wasm'));

const valueOf = async (scalar: tf.Tensor) => (await scalar.data())[0]!;
const row = (...numbers: number[]) => tf.tensor2d([numbers]);
const mask = () => row(1, 1, 0);

it('the policy loss is clipped on the side where it would gain, under the mask', async () => {
  // Ratios 1.5 and 0.5 with advantages 1 and −1: both are clipped, to 1.2 and 0.8; the third token is not counted.
  const { loss, clipfrac } = policyLoss(row(Math.log(1.5), Math.log(0.5), 3), row(0, 0, 0), row(1, -1, 100), mask(), 0.2);
  expect(await valueOf(loss)).toBeCloseTo((-1.2 + 0.8) / 2, 6);
  expect(await valueOf(clipfrac)).toBe(1);
  // With the signs turned neither is: losing is never clipped.
  const other = policyLoss(row(Math.log(1.5), Math.log(0.5), 3), row(0, 0, 0), row(-1, 1, 100), mask(), 0.2);
  expect(await valueOf(other.loss)).toBeCloseTo((1.5 - 0.5) / 2, 6);
  expect(await valueOf(other.clipfrac)).toBe(0);
});

it('the value loss takes the larger of the error and the error kept near the old prediction', async () => {
  // Old 0, new 1, return 1: the free error is 0, the one kept within 0.2 is 0.64.
  expect(await valueOf(valueLoss(row(1, 1, 9), row(0, 0, 0), row(1, 1, 0), mask(), 0.2).loss)).toBeCloseTo(0.32, 6);
  // Return 0: the free error is 1, the one kept near 0.04; nothing is clipped.
  const { loss, clipfrac } = valueLoss(row(1, 1, 9), row(0, 0, 0), row(0, 0, 0), mask(), 0.2);
  expect(await valueOf(loss)).toBeCloseTo(0.5, 6);
  expect(await valueOf(clipfrac)).toBe(0);
});

const example = { prompt: [3], completion: [5, 1] };
const rollout = { rows: [example, example], logProbs: [[-1, -2], [-1, -1]], referenceLogProbs: [[-1.5, -1], [-1, -1]], values: [[0, 0], [0, 0]], scores: [2, 0] };
const knobs = { gamma: 1, gaeLambda: 1, klEstimator: 'k1', klClip: 0, rewardWhitening: 'off', whitening: 'bessel' } as const;
const near = (got: readonly number[] | undefined, wanted: readonly number[]) => wanted.forEach((number, t) => expect(got![t]).toBeCloseTo(number, 9));

it('rewards are the KL penalty per token and the score at the last', () => {
  const { returns, sums } = targetsOf(rollout, 0.1, knobs);
  near(returns[0], [-0.05 + 0.1 + 2, 0.1 + 2]);
  expect(sums['objective/kl']).toBeCloseTo(-0.25, 9);
  expect(sums['objective/entropy']).toBeCloseTo(2.5, 9);
  expect(sums['objective/scores']).toBe(1);
  expect(sums['objective/non_score_reward']).toBeCloseTo(0.025, 9);
  expect(sums['objective/rlhf_reward']).toBeCloseTo(1.025, 9);
});

it('another estimator changes the penalty, and what is reported as KL stays k1', () => {
  const { returns, sums } = targetsOf(rollout, 0.1, { ...knobs, klEstimator: 'k2' });
  near(returns[0], [-0.0125 - 0.05 + 2, -0.05 + 2]);
  expect(sums['objective/kl']).toBeCloseTo(-0.25, 9);
  expect(sums['objective/non_score_reward']).toBeCloseTo(-0.1 * (0.125 + 0.5) / 2, 9);
  near(targetsOf(rollout, 0.1, { ...knobs, klClip: 0.75 }).returns[0], [-0.05 + 0.075 + 2, 0.075 + 2]);
});

it('whitened rewards have deviation 1 and the mean they had', () => {
  // Rewards −0.05, 2.1, 0 and 0: mean 0.5125.
  const { returns } = targetsOf(rollout, 0.1, { ...knobs, rewardWhitening: 'on' });
  const rewards = [returns[0]![0]! - returns[0]![1]!, returns[0]![1]!, returns[1]![0]! - returns[1]![1]!, returns[1]![1]!];
  const mean = rewards.reduce((sum, x) => sum + x, 0) / 4;
  expect(mean).toBeCloseTo(0.5125, 9);
  expect(rewards.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 3).toBeCloseTo(1, 6);
});

it('the credit of a token is its reward, the value before it and the advantage before whitening', () => {
  const { whitenReward } = targetsOf(rollout, 0.1, knobs);
  const [first] = creditsOf({ ...rollout, values: [[0.5, 1], [0, 0]] }, 0.1, knobs, whitenReward);
  near(first!.map(({ reward }) => reward!), [-0.05, 2.1]);
  near(first!.map(({ value }) => value!), [0.5, 1]);
  near(first!.map(({ advantage }) => advantage!), [2.05 - 0.5, 2.1 - 1]);
});
