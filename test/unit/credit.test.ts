/** What methods without a critic say of single tokens: against numbers worked out by hand, and as it stands in the samples of their stages. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { SampleToken } from '../../src/contract/run';
import { memoryStore } from '../../src/storage/memory-store';
import { grpoCredits } from '../../workers/algorithms/grpo';
import { reinforceCredits, reinforceReturns } from '../../workers/algorithms/reinforce-plus-plus';
import { rlooCredits } from '../../workers/algorithms/rloo';
import { startEngine } from '../../workers/engine/engine';
import { configOf, LAST } from '../each-algorithm';
import { bench, trainAll } from './session-bench';

const near = (got: readonly (number | undefined)[], wanted: readonly number[]) => {
  expect(got).toHaveLength(wanted.length);
  wanted.forEach((number, i) => expect(got[i], `number ${i}`).toBeCloseTo(number, 9));
};
const advantagesOf = (credits: readonly (readonly { advantage?: number }[])[]) => credits.flat().map(({ advantage }) => advantage);
const rewardsOf = (credits: readonly (readonly { reward?: number }[])[]) => credits.flat().map(({ reward }) => reward);

/** Rewards 1, 2, 4, 5 of one prompt, as in the golden numbers of the methods paper, 3.12; the first two completions have two tokens. */
const scores = [1, 2, 4, 5];
const still = [[-1, -1], [-1, -1], [-1], [-1]];

describe('RLOO', () => {
  it('gives each token the advantage of its completion over the others', () => {
    const credits = rlooCredits({ scores, logProbs: still, referenceLogProbs: still }, { klCoef: 0.1, groupSize: 4 });
    near(advantagesOf(credits), [-8 / 3, -8 / 3, -4 / 3, -4 / 3, 4 / 3, 8 / 3]);
    near(rewardsOf(credits), [0, 1, 0, 2, 4, 5]);
  });

  it('takes the KL off token by token, and the advantage is that of all rewards together', () => {
    // Log-ratios 1 and −3 in the first completion: rewards −0.1 and 0.3 + 1, in all 1.2, against 2, 4 and 5.
    const credits = rlooCredits({ scores, logProbs: [[-1, -4], ...still.slice(1)], referenceLogProbs: [[-2, -1], ...still.slice(1)] }, { klCoef: 0.1, groupSize: 4 });
    near(rewardsOf(credits).slice(0, 2), [-0.1, 1.3]);
    near(advantagesOf(credits).slice(0, 3), [1.2 - 11 / 3, 1.2 - 11 / 3, 2 - 10.2 / 3]);
  });
});

it('GRPO gives the score to the last token, and each token what its completion is above the mean of the group', () => {
  const rows = still.map((row) => ({ prompt: [3], completion: row.map(() => 4) }));
  near(advantagesOf(grpoCredits(rows, scores, 4)), [-2, -2, -1, -1, 1, 2]);
  near(rewardsOf(grpoCredits(rows, scores, 4)), [0, 1, 0, 2, 4, 5]);
  expect(advantagesOf(grpoCredits(rows, [0.1, 0.1, 0.1, 0.1], 4)).every((advantage) => advantage === 0)).toBe(true);
});

it('REINFORCE++ gives each token what is still to come, less what the batch led to expect', () => {
  const knobs = { klCoef: 0.1, gamma: 1, klEstimator: 'k1', klClip: 0, groupSize: 2 } as const;
  // Log-ratios 0.5, −1 and 0: rewards −0.05, 1.1 and −1; still to come 1.05, 1.1, −1.
  const seen = { scores: [1, -1], logProbs: [[-1, -2], [-3]], referenceLogProbs: [[-1.5, -1], [-3]] };
  const credits = reinforceCredits(reinforceReturns(seen, { ...knobs, baseline: 'none' }), 0.5);
  near(rewardsOf(credits), [-0.05, 1.1, -1]);
  near(advantagesOf(credits), [0.55, 0.6, -1.5]);
  // Scores 3 and 1 are 1 above and 1 below the mean of their group; what the token brings stays what it is.
  const compared = reinforceCredits(reinforceReturns({ ...seen, scores: [3, 1] }, { ...knobs, baseline: 'group' }), 0);
  near(rewardsOf(compared), [-0.05, 3.1, 1]);
  near(advantagesOf(compared), [1.05, 1.1, -1]);
});

describe('samples of a stage', () => {
  beforeAll(() => startEngine('wasm'));

  async function answersOf(algorithm: 'rloo' | 'grpo' | 'reinforce-plus-plus'): Promise<{ tokens: SampleToken[]; proxy?: number; ended: boolean }[]> {
    const on = bench(configOf(algorithm, 3), memoryStore());
    await trainAll(on);
    return (await on.store.history(on.run, LAST)).samples.at(-1)!.prompts.map(({ now }) => now);
  }

  it.each(['rloo', 'grpo', 'reinforce-plus-plus'] as const)('%s: each token of the answers now has reward, advantage, log-probabilities and KL', async (algorithm) => {
    const tokens = (await answersOf(algorithm)).flatMap((answer) => answer.tokens);
    for (const { reward, advantage, kl, logProb, referenceLogProb } of tokens) expect([reward, advantage, kl, logProb, referenceLogProb].every(Number.isFinite)).toBe(true);
    expect(new Set(tokens.map(({ advantage }) => advantage)).size).toBeGreaterThan(1);
  });

  it('of GRPO the last token has the score: the proxy reward, less 1 where the end is missing', async () => {
    for (const { tokens, proxy, ended } of await answersOf('grpo')) {
      expect(tokens.at(-1)!.reward).toBeCloseTo(proxy! - (ended ? 0 : 1), 3);
      expect(tokens.slice(0, -1).every(({ reward }) => reward === 0)).toBe(true);
      expect(new Set(tokens.map(({ advantage }) => advantage)).size).toBe(1);
    }
  });

  it('of REINFORCE++ rewards and log-ratios add up to the score', async () => {
    const { klCoef } = configOf('reinforce-plus-plus', 3).stages.at(-1)!.train as { klCoef: number }; // a knob of this algorithm
    for (const { tokens, proxy, ended } of await answersOf('reinforce-plus-plus')) {
      const kl = tokens.reduce((sum, { logProb, referenceLogProb }) => sum + logProb - referenceLogProb, 0);
      const reward = tokens.reduce((sum, token) => sum + token.reward!, 0);
      expect(reward + klCoef * kl).toBeCloseTo(proxy! - (ended ? 0 : 1), 2);
    }
  });
});
