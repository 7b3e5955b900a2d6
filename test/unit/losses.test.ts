/** Losses and estimators against the golden numbers of the methods paper, section 3.12 (computed independently, by hand-written Python). */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { DPO_LOSSES, type DpoLoss } from '../../src/contract/algorithms/dpo';
import { dpoLoss, type DpoKnobs } from '../../workers/algorithms/dpo-losses';
import { ktoLoss, mismatched } from '../../workers/algorithms/kto';
import { orpoLoss } from '../../workers/algorithms/orpo';
import { pointwiseLoss } from '../../workers/algorithms/pointwise-dpo';
import { bradleyTerryLoss } from '../../workers/algorithms/reward-model';
import { simpoLoss } from '../../workers/algorithms/simpo';
import { startEngine } from '../../workers/engine/engine';
import { logOdds } from '../../workers/tensor/log-odds';
import { gae, whiten, whitener } from '../../workers/tensor/gae';
import { adaptedKlCoef, klK1, klK2, klK3, klPenalty } from '../../workers/tensor/kl';

beforeAll(() => startEngine('wasm'));

const one = (x: number) => tf.tensor1d([x]);
const valueOf = async (scalar: tf.Tensor) => (await scalar.data())[0]!;

describe('Bradley-Terry at rewards 1.2 and 0.4', () => {
  it.each([
    { margin: 0, centring: 0, labelSmoothing: 0, loss: 0.371101 },
    { margin: 0.5, centring: 0, labelSmoothing: 0, loss: 0.554355 },
    { margin: 0, centring: 0.01, labelSmoothing: 0, loss: 0.396701 },
    // Closed forms: with the share ε the label is the other way round.
    { margin: 0, centring: 0, labelSmoothing: 0.1, loss: -0.9 * Math.log(1 / (1 + Math.exp(-0.8))) - 0.1 * Math.log(1 / (1 + Math.exp(0.8))) },
    { margin: 0.5, centring: 0.01, labelSmoothing: 0.2, loss: -0.8 * Math.log(1 / (1 + Math.exp(-0.3))) - 0.2 * Math.log(1 / (1 + Math.exp(1.3))) + 0.01 * 1.6 ** 2 },
  ])('margin $margin, centring $centring, label smoothing $labelSmoothing', async ({ loss, ...options }) => {
    expect(await valueOf(bradleyTerryLoss(one(1.2), one(0.4), options))).toBeCloseTo(loss, 6);
  });
});

describe('label smoothing of a reward model', () => {
  const lossAt = (margin: number, labelSmoothing: number) => valueOf(bradleyTerryLoss(one(margin), one(0), { margin: 0, centring: 0, labelSmoothing }));

  it('is least where σ(margin) is the share of right labels, and stays finite at margins of ±1,000', async () => {
    const best = Math.log(0.8 / 0.2);
    const least = await lossAt(best, 0.2);
    expect(least).toBeLessThan(await lossAt(best + 0.3, 0.2));
    expect(least).toBeLessThan(await lossAt(best - 0.3, 0.2));
    expect(await lossAt(1000, 0.2)).toBeCloseTo(200, 3);
    expect(await lossAt(-1000, 0.2)).toBeCloseTo(800, 3);
  });
});

describe('soft labels', () => {
  const knobs = { margin: 0.5, centring: 0.01, labelSmoothing: 0.1 };
  it.each([0, 0.2, 0.5])('a label in doubt by %d costs what both labels cost, each as often as it is right', async (doubt) => {
    const [right, wrong] = [await valueOf(bradleyTerryLoss(one(1.2), one(0.4), knobs)), await valueOf(bradleyTerryLoss(one(0.4), one(1.2), knobs))];
    expect(await valueOf(bradleyTerryLoss(one(1.2), one(0.4), knobs, one(doubt)))).toBeCloseTo((1 - doubt) * right + doubt * wrong, 6);
    for (const loss of DPO_LOSSES) {
      const [asLabelled, turned] = [pairOf(3, -1), { chosen: one(-1), rejected: one(3), chosenTokens: one(8), rejectedTokens: one(5) }];
      const dpoKnobs = { loss, beta: 0.1, labelSmoothing: 0.1 };
      const [sure, mistaken] = [await valueOf(dpoLoss(asLabelled, dpoKnobs)), await valueOf(dpoLoss(turned, dpoKnobs))];
      expect(await valueOf(dpoLoss(asLabelled, dpoKnobs, one(doubt))), loss).toBeCloseTo((1 - doubt) * sure + doubt * mistaken, 4);
    }
    const simpo = { beta: 2, gamma: 1 };
    expect(await valueOf(simpoLoss(one(-1), one(-2), simpo, one(doubt)))).toBeCloseTo((1 - doubt) * await valueOf(simpoLoss(one(-1), one(-2), simpo)) + doubt * await valueOf(simpoLoss(one(-2), one(-1), simpo)), 6);
    const odds = async (better: number, worse: number, doubts?: tf.Tensor1D) => valueOf(orpoLoss(one(better), one(worse), tf.scalar(2), { beta: 0.1 }, doubts).loss);
    expect(await odds(-1, -2, one(doubt))).toBeCloseTo((1 - doubt) * await odds(-1, -2) + doubt * await odds(-2, -1), 6);
  });

  it('each pair has its own', async () => {
    const both = bradleyTerryLoss(tf.tensor1d([1.2, 3]), tf.tensor1d([0.4, 0]), { margin: 0, centring: 0, labelSmoothing: 0 }, tf.tensor1d([0.3, 0]));
    const surprise = (x: number) => Math.log(1 + Math.exp(-x));
    expect(await valueOf(both)).toBeCloseTo((0.7 * surprise(0.8) + 0.3 * surprise(-0.8) + surprise(3)) / 2, 6);
  });
});

/** One pair: log-ratios of chosen (5 tokens) and rejected (8 tokens). */
const pairOf = (chosen: number, rejected: number) => ({ chosen: one(chosen), rejected: one(rejected), chosenTokens: one(5), rejectedTokens: one(8) });
const dpoAt = (chosen: number, rejected: number, knobs: Partial<DpoKnobs>) => valueOf(dpoLoss(pairOf(chosen, rejected), { loss: 'sigmoid', beta: 0.1, labelSmoothing: 0, ...knobs }));
/** The definition of σ, for closed forms. */
const sigma = (x: number) => 1 / (1 + Math.exp(-x));

describe('losses of DPO at log-ratios 1 and −1.6, β 0.1', () => {
  const [chosen, rejected] = [-10 - -11, -14 - -12.4];

  it.each([
    // 0.571573, 0.597573 and 0.539073 in the methods paper; two digits more, because what it cut off is as large as what is allowed here.
    { loss: 'sigmoid', labelSmoothing: 0, wanted: 0.57157349 },
    { loss: 'sigmoid', labelSmoothing: 0.1, wanted: 0.59757349 },
    { loss: 'robust', labelSmoothing: 0.1, wanted: 0.53907349 },
    { loss: 'ipo', labelSmoothing: 0, wanted: 21.16 },
    { loss: 'ipo_sum', labelSmoothing: 0, wanted: 5.76 },
    { loss: 'hinge', labelSmoothing: 0, wanted: 0.74 },
    // Closed forms.
    { loss: 'sigmoid_norm', labelSmoothing: 0, wanted: -Math.log(sigma(0.1 * (1 / 5 + 1.6 / 8))) },
    { loss: 'bco_pair', labelSmoothing: 0, wanted: -Math.log(sigma(0.1)) - Math.log(sigma(0.16)) },
    { loss: 'nca_pair', labelSmoothing: 0, wanted: -Math.log(sigma(0.1)) - 0.5 * Math.log(sigma(-0.1)) - 0.5 * Math.log(sigma(0.16)) },
    { loss: 'apo_zero', labelSmoothing: 0, wanted: 1 - sigma(0.1) + sigma(-0.16) },
    { loss: 'apo_down', labelSmoothing: 0, wanted: sigma(0.1) + 1 - sigma(0.26) },
    { loss: 'sppo_hard', labelSmoothing: 0, wanted: 4 ** 2 + 3.4 ** 2 },
  ] as const)('$loss, label smoothing $labelSmoothing', async ({ wanted, ...knobs }) => {
    expect(Math.abs((await dpoAt(chosen, rejected, knobs)) - wanted) / wanted).toBeLessThan(1e-6);
  });

  it('sigmoid is ln 2 where policy and reference agree', async () => {
    expect(await dpoAt(0, 0, {})).toBeCloseTo(Math.LN2, 6);
  });

  it.each(DPO_LOSSES)('%s falls when the chosen completion gains on the rejected one, and stays finite at log-ratios of ±1,000', async (loss: DpoLoss) => {
    const lossAt = (gain: number, beta = 0.1) => dpoAt(gain, -gain, { loss, beta, labelSmoothing: loss === 'robust' ? 0.1 : 0 });
    expect(await lossAt(0.5)).toBeLessThan(await lossAt(0));
    expect(await lossAt(0)).toBeLessThan(await lossAt(-0.5));
    for (const gain of [-1000, 1000]) expect(Number.isFinite(await lossAt(gain, 1))).toBe(true);
  });

  it.each(DPO_LOSSES)('the gradient of %s is that of central differences', async (loss: DpoLoss) => {
    const knobs = { loss, beta: 0.5, labelSmoothing: 0.1 };
    const [byChosen, byRejected] = tf.grads((a: tf.Tensor, b: tf.Tensor) => dpoLoss({ ...pairOf(0, 0), chosen: a as tf.Tensor1D, rejected: b as tf.Tensor1D }, knobs))([one(0.3), one(-0.4)]);
    const h = 0.01;
    const slope = async (da: number, db: number) => ((await dpoAt(0.3 + da, -0.4 + db, knobs)) - (await dpoAt(0.3 - da, -0.4 - db, knobs))) / (2 * h);
    expect(await valueOf(byChosen!)).toBeCloseTo(await slope(h, 0), 3);
    expect(await valueOf(byRejected!)).toBeCloseTo(await slope(0, h), 3);
  });
});

describe('KTO at β 0.1, KL 0.3', () => {
  const at = (logRatios: number[], marks: number[], weights = {}) => valueOf(ktoLoss(tf.tensor1d(logRatios), tf.tensor1d(marks), 0.3, { beta: 0.1, desirableWeight: 1, undesirableWeight: 1, ...weights }));

  it('a good completion at log-ratio 1, a bad one at −1.6', async () => {
    expect(await at([1], [1])).toBeCloseTo(0.482507, 6);
    expect(await at([-1.6], [0])).toBeCloseTo(0.452642, 6);
    expect(await at([1, -1.6], [1, 0], { desirableWeight: 2 })).toBeCloseTo((2 * 0.482507 + 0.452642) / 2, 6);
  });

  it('stays between 0 and the weight at log-ratios of ±10,000, and pushes good up and bad down', async () => {
    expect(await at([1e4], [1])).toBe(0);
    expect(await at([1e4], [0])).toBe(1);
    const slope = tf.grad((x: tf.Tensor) => ktoLoss(x as tf.Tensor1D, tf.tensor1d([1, 0]), 0.3, { beta: 0.1, desirableWeight: 1, undesirableWeight: 1 }));
    const [good, bad] = await slope(tf.tensor1d([0, 0])).data();
    expect(good).toBeLessThan(0);
    expect(bad).toBeGreaterThan(0);
  });

  it('other answers: each completion stands under the next row’s prompt, cut at the context', () => {
    const rows = [{ prompt: [3], completion: [5, 1] }, { prompt: [4, 4, 4], completion: [6, 6, 1] }];
    expect(mismatched(rows, 5)).toEqual([{ prompt: [3], completion: [6, 6, 1] }, { prompt: [4, 4, 4], completion: [5, 1] }]);
    expect(mismatched(rows, 3)).toEqual([{ prompt: [3], completion: [6, 6] }, { prompt: [4, 4, 4], completion: [] }]);
  });
});

describe('losses without a reference, at mean log-probabilities −2 and −1.75', () => {
  const [chosen, rejected] = [-10 / 5, -14 / 8];

  it('SimPO at β 2, γ 1', async () => {
    expect(await valueOf(simpoLoss(one(chosen), one(rejected), { beta: 2, gamma: 1 }))).toBeCloseTo(1.701413, 6);
    expect(await valueOf(simpoLoss(one(-1000), one(-1), { beta: 2, gamma: 1 }))).toBeCloseTo(1999, 3);
  });

  it('ORPO at β 0.1', async () => {
    const { loss, logOddsChosen } = orpoLoss(one(chosen), one(rejected), tf.scalar(2), { beta: 0.1 });
    expect(await valueOf(logOddsChosen)).toBeCloseTo(-0.295473, 6);
    expect(await valueOf(loss)).toBeCloseTo(2.085176, 6);
  });

  it.each([-1e-5, -0.01, -Math.LN2, -1, -20, -200])('log-odds at %d, and their slope 1 / (1 − eᵖ)', async (p) => {
    const odds = await valueOf(logOdds(one(p)));
    const wanted = p - Math.log(-Math.expm1(p));
    expect(Math.abs(odds - wanted) / Math.max(1, Math.abs(wanted))).toBeLessThan(1e-5);
    const slope = await valueOf(tf.grad((x: tf.Tensor) => logOdds(x as tf.Tensor1D))(one(p)));
    expect(Math.abs(slope * -Math.expm1(p) - 1)).toBeLessThan(2e-3); // float32 knows 1 − eᵖ to three digits at −1e-5
  });

  it('a certain completion has finite odds', async () => {
    expect(Number.isFinite(await valueOf(logOdds(one(0))))).toBe(true);
  });
});

describe('point-wise DPO at β 0.1', () => {
  const at = (logRatio: number, mark: number, knobs = {}) => valueOf(pointwiseLoss(one(logRatio), one(-2), one(mark), { beta: 0.1, good: 'pointwise', nllWeight: 0.05, ...knobs }));

  it('a good completion at log-ratio 1, a bad one at −1.6', async () => {
    expect(await at(1, 1)).toBeCloseTo(0.644397, 6);
    expect(await at(-1.6, 0)).toBeCloseTo(0.616344, 6);
  });

  it('ULMA takes the likelihood of good ones, and leaves bad ones alone', async () => {
    expect(await at(1, 1, { good: 'nll', nllWeight: 0.5 })).toBeCloseTo(1, 6);
    expect(await at(-1.6, 0, { good: 'nll' })).toBeCloseTo(0.616344, 6);
  });

  it('stays finite at log-ratios of ±10,000', async () => {
    expect(await at(-1e4, 1)).toBeCloseTo(1000, 3);
    expect(await at(1e4, 0)).toBeCloseTo(1000, 3);
    expect(await at(1e4, 1)).toBe(0);
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

it('the penalty of a token is the estimator chosen, cut where it is asked to be', () => {
  for (const [klEstimator, estimator] of [['k1', klK1], ['k2', klK2], ['k3', klK3]] as const) {
    expect(klPenalty({ klEstimator, klClip: 0 })(-1, -1.5)).toBe(estimator(-1, -1.5));
    expect(klPenalty({ klEstimator, klClip: 10 })(-1000, -1)).toBe({ k1: -10, k2: 10, k3: 10 }[klEstimator]);
  }
  expect(klPenalty({ klEstimator: 'k1', klClip: 10 })(-1, -1000)).toBe(10);
});

it('the adaptive controller moves the coefficient toward its target', () => {
  const control = { klTarget: 6, klHorizon: 10_000 };
  expect(adaptedKlCoef(0.15, 9, control, 512)).toBeCloseTo(0.151536, 6);
  expect(adaptedKlCoef(0.15, 3, control, 512)).toBeCloseTo(0.148464, 6);
  // However far away, an error counts as at most a fifth.
  expect(adaptedKlCoef(0.15, 1e9, control, 512)).toBeCloseTo(0.151536, 6);
  expect(adaptedKlCoef(0.15, 6, control, 512)).toBe(0.15);
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

  it('whitened with the biased variance, as OpenAI 2019', () => {
    whiten([0.770675, 0.7165, 0.67], { isBiased: true }).forEach((white, t) => expect(white).toBeCloseTo([1.254649, -0.062186, -1.192464][t]!, 6));
  });

  it('whitened with their mean kept have that mean and deviation 1', () => {
    const kept = whiten([1, 2, 3], { keepsMean: true });
    [1, 2, 3].forEach((wanted, t) => expect(kept[t]).toBeCloseTo(wanted, 7));
    whiten([10, 20, 30], { keepsMean: true }).forEach((white, t) => expect(white).toBeCloseTo([19, 20, 21][t]!, 7));
  });

  it('without spread are 0, never NaN', () => {
    for (const isBiased of [false, true]) {
      expect(whiten([5, 5, 5], { isBiased })).toEqual([0, 0, 0]);
      expect(whiten([5], { isBiased })).toEqual([0]);
    }
    expect(whitener([5, 5], { keepsMean: true })(5)).toBe(5);
  });
});
