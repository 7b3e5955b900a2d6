/** Losses and estimators against the golden numbers of the methods paper, section 3.12 (computed independently, by hand-written Python). */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { dpoLoss } from '../../workers/algorithms/dpo';
import { policyLoss, targetsOf, valueLoss } from '../../workers/algorithms/ppo';
import { bradleyTerryLoss } from '../../workers/algorithms/reward-model';
import { startEngine } from '../../workers/engine/engine';
import { gae, whiten } from '../../workers/tensor/gae';
import { adaptedKlCoef, klK1, klK2, klK3 } from '../../workers/tensor/kl';

beforeAll(() => startEngine('wasm'));

const one = (x: number) => tf.tensor1d([x]);
const valueOf = async (scalar: tf.Tensor) => (await scalar.data())[0]!;

describe('Bradley-Terry at rewards 1.2 and 0.4', () => {
  it.each([
    { margin: 0, centring: 0, loss: 0.371101 },
    { margin: 0.5, centring: 0, loss: 0.554355 },
    { margin: 0, centring: 0.01, loss: 0.396701 },
  ])('margin $margin, centring $centring', async ({ loss, ...options }) => {
    expect(await valueOf(bradleyTerryLoss(one(1.2), one(0.4), options))).toBeCloseTo(loss, 6);
  });
});

describe('DPO at log-ratios 1 and −1.6, β 0.1', () => {
  const [chosen, rejected] = [-10 - -11, -14 - -12.4];

  it.each([
    // 0.571573 and 0.597573 in the methods paper; two digits more, because what it cut off is as large as what is allowed here.
    { labelSmoothing: 0, loss: 0.57157349 },
    { labelSmoothing: 0.1, loss: 0.59757349 },
  ])('label smoothing $labelSmoothing', async ({ labelSmoothing, loss }) => {
    expect(await valueOf(dpoLoss(one(chosen), one(rejected), { beta: 0.1, labelSmoothing }))).toBeCloseTo(loss, 6);
  });

  it('is ln 2 where policy and reference agree', async () => {
    expect(await valueOf(dpoLoss(one(0), one(0), { beta: 0.1, labelSmoothing: 0 }))).toBeCloseTo(Math.LN2, 6);
  });

  it('stays finite at margins of ±1,000', async () => {
    const loss = (margin: number) => valueOf(dpoLoss(one(margin), one(0), { beta: 1, labelSmoothing: 0 }));
    expect(await loss(1000)).toBe(0);
    expect(await loss(-1000)).toBe(1000);
  });
});

describe('KL estimators at log-probabilities −1 and −1.5', () => {
  it.each([
    ['k1', klK1, 0.5],
    ['k2', klK2, 0.125],
    ['k3', klK3, 0.106531],
  ] as const)('%s', (_, estimator, wanted) => expect(estimator(-1, -1.5)).toBeCloseTo(wanted, 6));

  it('k3 is never negative and 0 for a policy held against itself', () => {
    for (let logRatio = -5; logRatio <= 5; logRatio += 0.25) expect(klK3(-1, -1 - logRatio)).toBeGreaterThanOrEqual(0);
    expect(klK3(-2, -2)).toBe(0);
  });
});

it('the adaptive controller moves the coefficient toward its target', () => {
  const control = { klTarget: 6, klHorizon: 10_000 };
  expect(adaptedKlCoef(0.15, 9, control, 512)).toBeCloseTo(0.151536, 6);
  expect(adaptedKlCoef(0.15, 3, control, 512)).toBeCloseTo(0.148464, 6);
});

describe('advantages', () => {
  const rewards = [-0.01, -0.02, 0.97];
  const values = [0.1, 0.2, 0.3];

  it('GAE, λ 0.95', () => {
    const { advantages, returns } = gae(rewards, values, 1, 0.95);
    [0.770675, 0.7165, 0.67].forEach((wanted, t) => expect(advantages[t]).toBeCloseTo(wanted, 9));
    [0.870675, 0.9165, 0.97].forEach((wanted, t) => expect(returns[t]).toBeCloseTo(wanted, 9));
  });

  it('with λ 1 the advantage is the return that follows minus the value', () => {
    const { advantages } = gae(rewards, values, 1, 1);
    [0.94 - 0.1, 0.95 - 0.2, 0.97 - 0.3].forEach((wanted, t) => expect(advantages[t]).toBeCloseTo(wanted, 9));
  });

  it('whitened with the Bessel correction, as TRL', () => {
    whiten([0.770675, 0.7165, 0.67]).forEach((white, t) => expect(white).toBeCloseTo([1.024418, -0.050774, -0.973644][t]!, 6));
  });
});

describe('PPO', () => {
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
  });

  it('rewards are the KL penalty per token and the score at the last', () => {
    const example = { prompt: [3], completion: [5, 1] };
    const rollout = { rows: [example, example], logProbs: [[-1, -2], [-1, -1]], referenceLogProbs: [[-1.5, -1], [-1, -1]], values: [[0, 0], [0, 0]], scores: [2, 0] };
    const { returns, sums } = targetsOf(rollout, 0.1, { gamma: 1, gaeLambda: 1 });
    [-0.05 + 0.1 + 2, 0.1 + 2].forEach((wanted, t) => expect(returns[0]![t]).toBeCloseTo(wanted, 9));
    expect(sums['objective/kl']).toBeCloseTo(-0.25, 9);
    expect(sums['objective/entropy']).toBeCloseTo(2.5, 9);
    expect(sums['objective/scores']).toBe(1);
    expect(sums['objective/non_score_reward']).toBeCloseTo(0.025, 9);
    expect(sums['objective/rlhf_reward']).toBeCloseTo(1.025, 9);
  });
});
