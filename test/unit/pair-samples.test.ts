/** Pairs token by token say what the models say: scores add up, likelihoods are below 1, and exact KL is a sum by hand. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exactKl, likeliest } from '../../workers/stage/odds';
import { bench, configFor, DPO, PPO, trainAll } from './session-bench';

describe('exact KL', () => {
  const logs = (...shares: number[]) => Float32Array.from(shares, Math.log);

  test('is the sum over all tokens', () => {
    expect(exactKl(logs(0.5, 0.25, 0.25), logs(0.25, 0.5, 0.25))).toBeCloseTo(0.5 * Math.log(2) + 0.25 * Math.log(0.5), 6);
  });

  test('is nothing between equals, and passes over what the policy never says', () => {
    expect(exactKl(logs(0.3, 0.7), logs(0.3, 0.7))).toBe(0);
    expect(exactKl(logs(0, 1), logs(0.5, 0.5))).toBeCloseTo(Math.log(2), 6);
  });
});

test('the likeliest tokens of two models are those that sorting all of them puts first', () => {
  const numbers = fc.array(fc.integer({ min: -4, max: 0 }), { minLength: 1, maxLength: 12 });
  fc.assert(fc.property(numbers, numbers, fc.integer({ min: 1, max: 6 }), (a, b, count) => {
    const [policy, reference] = [Float32Array.from(a), Float32Array.from(a, (_, i) => b[i % b.length]!)];
    const of = (token: number) => Math.max(policy[token]!, reference[token]!);
    expect(likeliest(policy, reference, count)).toEqual([...policy.keys()].sort((x, y) => of(y) - of(x)).slice(0, count));
  }));
});

test('stages that learn from pairs send the same few held-out ones at every evaluation, others none', async () => {
  const on = bench(configFor('names-dpo', [...DPO, 'dpo.evaluateEvery=3', 'dpo.evaluateOn=16']));
  await trainAll(on);
  expect((await on.store.history(on.run, 'sft')).samples.every(({ pairs }) => pairs === undefined)).toBe(true);
  const { samples } = await on.store.history(on.run, 'dpo');
  expect(samples.map(({ step }) => step)).toEqual([1, 3, 6]);
  const texts = samples.map(({ pairs }) => pairs!.map(({ prompt, chosen, rejected }) => [prompt, ...[chosen, rejected].map((side) => side.map(({ text }) => text).join(''))]));
  expect(texts[0]).toHaveLength(4);
  expect(texts[1]).toEqual(texts[0]);
  for (const { chosen, rejected } of samples.at(-1)!.pairs!) {
    expect(chosen.at(-1)!.text).toBe('⏎');
    for (const { logProb, referenceLogProb, kl, score } of [...chosen, ...rejected]) {
      expect(logProb!).toBeLessThan(0);
      expect(referenceLogProb!).toBeLessThan(0);
      expect(kl!).toBeGreaterThanOrEqual(-1e-6);
      expect(score).toBeUndefined();
    }
  }
});

test('a reward model’s tokens add up to how far the completion moved the score, and the last score is the reward', async () => {
  const on = bench(configFor('names-ppo', [...PPO, 'reward-model.evaluateOn=16', 'ppo.evaluateOn=16', 'ppo.steps=3', 'ppo.criticWarmup=1']));
  await trainAll(on);
  const pairs = (await on.store.history(on.run, 'reward-model')).samples.at(-1)!.pairs!;
  for (const side of pairs.flatMap(({ chosen, rejected }) => [chosen, rejected])) {
    side.slice(1).forEach(({ score, reward }, t) => expect(score! - side[t]!.score!).toBeCloseTo(reward!, 4));
    expect(side.every(({ logProb }) => logProb === undefined)).toBe(true);
  }
  // PPO's answers carry their credit, the exact KL among it.
  const { prompts } = (await on.store.history(on.run, 'ppo')).samples.at(-1)!;
  for (const token of prompts.flatMap(({ now }) => now.tokens)) expect([token.kl, token.reward, token.advantage].every((value) => typeof value === 'number')).toBe(true);
});
