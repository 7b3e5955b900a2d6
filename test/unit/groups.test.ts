/** Advantages without a critic against the golden numbers of the methods paper, 3.12, and the losses of RLOO and GRPO against closed forms. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { grpoLoss, type GrpoKnobs } from '../../workers/algorithms/grpo';
import { reinforceAdvantages, reinforceReturns } from '../../workers/algorithms/reinforce-plus-plus';
import { rlooLoss } from '../../workers/algorithms/rloo';
import { startEngine } from '../../workers/engine/engine';
import { deviation, flatShare, groupAdvantages, leaveOneOut, normalized, returnsToGo, SCALES } from '../../workers/tensor/groups';

beforeAll(() => startEngine('wasm'));

const close = (got: readonly number[], wanted: readonly number[], digits = 6) => {
  expect(got).toHaveLength(wanted.length);
  wanted.forEach((number, i) => expect(got[i], `number ${i}`).toBeCloseTo(number, digits));
};

describe('rewards 1, 2, 4, 5 of one prompt', () => {
  const rewards = [1, 2, 4, 5];

  it('RLOO: each against the mean of the others', () => close(leaveOneOut(rewards, 4), [-8 / 3, -4 / 3, 4 / 3, 8 / 3]));

  it('GRPO: each against the mean, by the deviation', () => close(groupAdvantages(rewards, 4), [-1.095385, -0.547693, 0.547693, 1.095385]));

  it('GRPO without scaling', () => close(groupAdvantages(rewards, 4, 'none'), [-2, -1, 1, 2]));
});

describe('two prompts', () => {
  const rewards = [1, 2, 100, 104];

  it('are not mixed', () => {
    close(leaveOneOut(rewards, 2), [-1, 1, -4, 4]);
    close(groupAdvantages(rewards, 2, 'none'), [-0.5, 0.5, -2, 2]);
    close(groupAdvantages(rewards, 2), [-0.5, 0.5, -2, 2].map((apart, i) => apart / ((i < 2 ? Math.SQRT1_2 : 4 * Math.SQRT1_2) + 1e-4)));
  });

  it('share a deviation where rewards are scaled by that of the batch', () => {
    close(groupAdvantages(rewards, 2, 'batch'), [-0.5, 0.5, -2, 2].map((apart) => apart / (deviation(rewards) + 1e-4)));
  });

  it('a constant of one group changes nothing', () => {
    const moved = rewards.map((reward, i) => reward + (i < 2 ? 7 : 0));
    close(leaveOneOut(moved, 2), leaveOneOut(rewards, 2));
    close(groupAdvantages(moved, 2), groupAdvantages(rewards, 2));
  });
});

describe('a group in which every reward is the same', () => {
  // 0.1 eight times does not add up to 0.8.
  const rewards = [...Array<number>(8).fill(0.1), 0, 0, 0, 0, 0, 0, 0, 1];

  it('has advantage 0, exactly', () => {
    for (const advantages of [leaveOneOut(rewards, 8), ...SCALES.map((scale) => groupAdvantages(rewards, 8, scale))]) {
      expect(advantages.slice(0, 8)).toEqual(Array(8).fill(0));
      expect(advantages.every(Number.isFinite)).toBe(true);
    }
    expect(groupAdvantages(Array(4).fill(1e30), 4)).toEqual([0, 0, 0, 0]);
    expect(normalized(leaveOneOut(Array(4).fill(-3), 2))).toEqual([0, 0, 0, 0]);
  });

  it('is counted', () => {
    expect(flatShare(rewards, 8)).toBe(0.5);
    expect(flatShare([1, 1, 2, 2], 2)).toBe(1);
    expect(flatShare([1, 2, 2, 1], 2)).toBe(0);
  });
});

test('normalised advantages have mean 0 and deviation 1', () => {
  const white = normalized([3, 5, 10, -4]);
  expect(white.reduce((sum, x) => sum + x, 0)).toBeCloseTo(0, 12);
  expect(deviation(white)).toBeCloseTo(1, 4);
});

test('returns to go add what is still to come', () => {
  close(returnsToGo([-0.01, -0.02, 0.97], 1), [0.94, 0.95, 0.97]);
  close(returnsToGo([1, 1, 1], 0.5), [1.75, 1.5, 1]);
  close(returnsToGo([2], 0), [2]);
});

test('REINFORCE++ takes the KL off every token, gives the score to the last, and whitens over all tokens', () => {
  const knobs = { klCoef: 0.1, gamma: 1, klEstimator: 'k1', klClip: 0, baseline: 'none', groupSize: 2 } as const;
  const { returns } = reinforceReturns({ scores: [1, -1], logProbs: [[-1, -2], [-3]], referenceLogProbs: [[-1.5, -1], [-3]] }, knobs);
  // Log-ratios 0.5, −1 and 0: rewards −0.05, 1.1 and −1; still to come 1.05, 1.1, −1.
  close(returns.flat(), [1.05, 1.1, -1]);
  const advantages = reinforceAdvantages(returns);
  const mean = (1.05 + 1.1 - 1) / 3;
  close(advantages.flat(), [1.05, 1.1, -1].map((x) => (x - mean) / deviation([1.05, 1.1, -1])));
  expect(advantages.map((row) => row.length)).toEqual([2, 1]);
  expect(reinforceAdvantages([[2], [2]])).toEqual([[0], [0]]);
  // With the group's mean off: scores 1 and −1.
  const { returns: compared } = reinforceReturns({ scores: [3, 1], logProbs: [[-1], [-1]], referenceLogProbs: [[-1], [-1]] }, { ...knobs, baseline: 'group' });
  close(compared.flat(), [1, -1]);
});

const clip = { clipRange: 0.2, clipRangeHigh: 0.2 };
const read = async (scalar: tf.Tensor): Promise<number> => (await scalar.data())[0]!;

describe('RLOO loss', () => {
  const loss = (ratios: number[], advantages: number[], knobs = clip) => rlooLoss(tf.tensor1d(ratios.map(Math.log)), tf.tensor1d(ratios.map(() => 0)), tf.tensor1d(advantages), knobs);

  it('at ratio 1 is minus the mean advantage, and its gradient minus each advantage', async () => {
    expect(await read(loss([1, 1], [3, -1]).loss)).toBeCloseTo(-1, 6);
    const slope = tf.grad((now) => rlooLoss(now as tf.Tensor1D, tf.zeros([2]), tf.tensor1d([3, -1]), clip).loss)(tf.zeros([2]));
    close([...(await slope.data())], [-1.5, 0.5]);
  });

  it.each([
    { ratio: 1.5, advantage: 2, wanted: -2.4, low: 0, high: 1 },
    { ratio: 1.5, advantage: -2, wanted: 3, low: 0, high: 0 },
    { ratio: 0.5, advantage: 2, wanted: -1, low: 0, high: 0 },
    { ratio: 0.5, advantage: -2, wanted: 1.6, low: 1, high: 0 },
    { ratio: 1.1, advantage: 2, wanted: -2.2, low: 0, high: 0 },
  ])('ratio $ratio, advantage $advantage', async ({ ratio, advantage, wanted, low, high }) => {
    const measured = loss([ratio], [advantage]);
    expect(await read(measured.loss)).toBeCloseTo(wanted, 5);
    expect([await read(measured.low), await read(measured.high)]).toEqual([low, high]);
  });

  it('a higher upper bound lets good completions rise further (DAPO)', async () => {
    expect(await read(loss([1.5], [2], { clipRange: 0.2, clipRangeHigh: 0.28 }).loss)).toBeCloseTo(-2.56, 5);
  });
});

describe('GRPO loss of completions of 1 and of 3 tokens, advantages 2 and −1', () => {
  const mask = [[0, 1, 0, 0], [0, 1, 1, 1]];
  // What stands under masked places must not matter.
  const old = [[9, -1, 5, 5], [9, -1, -2, -3]];
  const now = [[7, -1, 4, 1], [2, -1, -2, -3]];
  const knobs: GrpoKnobs = { ...clip, klCoef: 0, loss: 'dapo', ratio: 'token' };
  const lossAt = (over: Partial<GrpoKnobs>, at: { now?: tf.Tensor2D; reference?: tf.Tensor2D } = {}) =>
    grpoLoss({ now: tf.tensor2d(now), old: tf.tensor2d(old), reference: tf.tensor2d(old), mask: tf.tensor2d(mask), ...at }, tf.tensor2d([[2], [-1]]), { ...knobs, ...over }, 10);

  it.each([
    { loss: 'grpo', wanted: -(2 - 1) / 2 }, // every completion alike
    { loss: 'dapo', wanted: -(2 - 3) / 4 }, // every token alike
    { loss: 'dr_grpo', wanted: -(2 - 3) / 20 }, // by the longest there can be
  ] as const)('$loss', async ({ loss, wanted }) => {
    for (const ratio of ['token', 'sequence'] as const) expect(await read(lossAt({ loss, ratio }).loss)).toBeCloseTo(wanted, 6);
  });

  it('counts the tokens on which clipping decided', async () => {
    const moved = tf.tensor2d([[9, 0, 0, 0], [9, -2, -2, -3]]); // ratios e, then 1/e, 1, 1
    const { loss, low, high } = lossAt({}, { now: moved });
    expect(await read(loss)).toBeCloseTo(-(2 * 1.2 - 0.8 - 1 - 1) / 4, 5);
    expect([await read(low), await read(high)]).toEqual([0.25, 0.25]);
  });

  it('GSPO takes the mean log-ratio of a completion for all its tokens', async () => {
    const moved = tf.tensor2d([[9, -1, 0, 0], [9, -1.3, -2, -3]]); // −0.3 over three tokens
    expect(await read(lossAt({ ratio: 'sequence' }, { now: moved }).loss)).toBeCloseTo(-(2 - 3 * Math.exp(-0.1)) / 4, 5);
  });

  it('adds β times k3 to the reference, and reports k3', async () => {
    const reference = tf.sub<tf.Tensor2D>(tf.tensor2d(old), 0.5); // log-ratios of ½ where it counts: k3 is 0.106531 at each token
    const { loss, kl } = lossAt({ klCoef: 2 }, { reference });
    expect(await read(kl)).toBeCloseTo(0.106531, 5);
    expect(await read(loss)).toBeCloseTo(0.25 + 2 * 0.106531, 5);
  });

  it('its KL part has the gradient of the KL itself: the log-ratio, at each token', async () => {
    for (const apart of [0.5, -0.5]) {
      const slope = tf.grad((x) => grpoLoss({ now: x as tf.Tensor2D, old: tf.tensor2d(old), reference: tf.tensor2d(old.map((row) => row.map((x) => x - apart))), mask: tf.tensor2d(mask) }, tf.zeros([2, 1]), { ...knobs, klCoef: 1 }, 10).loss)(tf.tensor2d(old));
      close([...(await slope.data())], mask.flat().map((counts) => (counts * apart) / 4));
    }
  });

  it('has the gradient of central differences', async () => {
    const all = { klCoef: 0.7, loss: 'grpo', ratio: 'token' } as const;
    const at = [0, -1.05, 0, 0, 0, -1.1, -1.95, -3.02];
    const reference = tf.tensor2d([[0, -1.4, 0, 0], [0, -0.8, -2.3, -3.3]]);
    const slope = await tf.grad((x) => lossAt(all, { now: x as tf.Tensor2D, reference }).loss)(tf.tensor2d(at, [2, 4])).data();
    for (const place of [1, 5, 6, 7]) {
      const shifted = async (by: number) => read(lossAt(all, { now: tf.tensor2d(at.map((x, i) => (i === place ? x + by : x)), [2, 4]), reference }).loss);
      expect(slope[place]).toBeCloseTo(((await shifted(0.01)) - (await shifted(-0.01))) / 0.02, 3);
    }
  });
});
