/** What is done to a score before a method learns from it: closed forms, and scores that are extreme. */
import { describe, expect, it } from 'vitest';
import { ALGORITHMS } from '../../src/contract/algorithms';
import { knobsOf } from '../../src/contract/knobs';
import { correlation } from '../../src/contract/statistics';
import { BIASES, merged, momentsOf, NO_MOMENTS, normalised, overlongPenalty, shapedScore, withMissingEos, type RewardKnobs } from '../../workers/stage/shaped-reward';

const NEUTRAL: RewardKnobs = { rewardNorm: 'none', biasWeight: 0, biasFeature: 'length', missingEosRule: 'subtract', missingEosPenalty: 1, overlongBuffer: 0, overlongFactor: 1, rewardClip: 0 };
const ended = { prompt: [3], completion: [5, 6, 5, 5, 1] };
const cut = { prompt: [3], completion: [5, 6, 5, 5] };
const shaped = (score: number, row: typeof ended, knobs: Partial<RewardKnobs> = {}, room = 10, moments = NO_MOMENTS) => shapedScore(score, row, { room, moments }, { ...NEUTRAL, ...knobs });

it('with default knobs a completion that ended keeps its score, and one that did not loses 1', () => {
  const defaults = Object.fromEntries(knobsOf(ALGORITHMS.ppo.config).map(({ name, initial }) => [name, initial]));
  expect(defaults).toMatchObject(NEUTRAL);
  for (const score of [0, -3.25, 1e30]) expect(shaped(score, ended)).toBe(score);
  expect(shaped(0.5, cut)).toBe(-0.5);
});

describe('a missing end', () => {
  it.each([
    { missingEosRule: 'subtract', score: 2, wanted: 1.5 },
    { missingEosRule: 'replace', score: 2, wanted: -0.5 },
    { missingEosRule: 'replace', score: -9, wanted: -0.5 },
    { missingEosRule: 'scale', score: 2, wanted: 1 },
    { missingEosRule: 'scale', score: -2, wanted: -1 },
  ] as const)('$missingEosRule 0.5 makes of $score', ({ missingEosRule, score, wanted }) => {
    expect(withMissingEos(score, { missingEosRule, missingEosPenalty: 0.5 })).toBe(wanted);
  });

  it('is nothing to a completion that ended, whatever the rule', () => {
    for (const missingEosRule of ['subtract', 'replace', 'scale'] as const) expect(shaped(2, ended, { missingEosRule, missingEosPenalty: 7 })).toBe(2);
  });
});

describe('the overlong penalty', () => {
  const knobs = { overlongBuffer: 4, overlongFactor: 2 };
  it.each([[0, 0], [6, 0], [7, -0.5], [8, -1], [10, -2]])('of %d tokens with room for 10, buffer 4, factor 2', (length, wanted) => {
    expect(overlongPenalty(length, 10, knobs)).toBeCloseTo(wanted, 12);
  });

  it('never exceeds its factor, even where the buffer is larger than the room', () => {
    expect(overlongPenalty(3, 3, { overlongBuffer: 100, overlongFactor: 2 })).toBe(-2);
    expect(overlongPenalty(1, 3, { overlongBuffer: 100, overlongFactor: 2 })).toBeCloseTo(-1.96, 12);
    expect(overlongPenalty(10, 10, { overlongBuffer: 0, overlongFactor: 2 })).toBe(0);
  });
});

describe('the planted bias', () => {
  it('counts tokens before the end token, and those of them that were there before', () => {
    expect([BIASES.length(ended.completion), BIASES.length(cut.completion), BIASES.length([1])]).toEqual([4, 4, 0]);
    expect([BIASES.repetition(ended.completion), BIASES.repetition([5, 6, 7, 1]), BIASES.repetition([1])]).toEqual([2, 0, 0]);
  });

  it('is added λ times', () => {
    expect(shaped(1, ended, { biasWeight: 0.5 })).toBe(3);
    expect(shaped(1, ended, { biasWeight: -0.5, biasFeature: 'repetition' })).toBe(0);
  });
});

describe('normalisation', () => {
  it('of a batch has mean 0 and deviation 1', () => {
    const scores = [1, 2, 4, 5];
    const white = scores.map((score) => normalised(score, momentsOf(scores)));
    const { mean, squares } = momentsOf(white);
    expect(mean).toBeCloseTo(0, 12);
    expect(squares / 3).toBeCloseTo(1, 7);
  });

  it('of scores without spread is 0, of a single one too', () => {
    expect(normalised(7, momentsOf([7, 7, 7]))).toBe(0);
    expect(normalised(7, momentsOf([7]))).toBe(0);
  });

  it('moments of parts merge to those of the whole', () => {
    const [a, b] = [[1, 2.5, -3], [1000, 1001]];
    const whole = momentsOf([...a, ...b]);
    const together = merged(merged(NO_MOMENTS, momentsOf(a)), momentsOf(b));
    expect(together.count).toBe(5);
    expect(together.mean).toBeCloseTo(whole.mean, 9);
    expect(together.squares).toBeCloseTo(whole.squares, 6);
    expect(merged(NO_MOMENTS, momentsOf([]))).toEqual(NO_MOMENTS);
  });
});

it('normalises, then adds the bias, then penalises, then clips', () => {
  const moments = momentsOf([0, 2]); // mean 1, deviation √2
  const all = { rewardNorm: 'batch', biasWeight: 1, missingEosPenalty: 3, overlongBuffer: 4, overlongFactor: 8 } as const;
  const wanted = (3 - 1) / Math.sqrt(2 + 1e-8) + 4 - 3 - 4; // 4 tokens of 6: half the buffer
  expect(shaped(3, cut, all, 6, moments)).toBeCloseTo(wanted, 12);
  expect(shaped(3, cut, { ...all, rewardClip: 0.25 }, 6, moments)).toBe(-0.25);
  expect(shaped(1e30, ended, { rewardClip: 10 })).toBe(10);
});

describe('correlation', () => {
  it('is 1 along a rising line, −1 along a falling one, and a known number between', () => {
    expect(correlation([1, 2, 3], [10, 20, 30])).toBeCloseTo(1, 12);
    expect(correlation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12);
    expect(correlation([1, 2, 3, 4], [1, 3, 2, 4])).toBeCloseTo(0.8, 12);
  });

  it('is not known where one side has no spread', () => {
    expect(correlation([0.1, 0.1, 0.1], [1, 2, 3])).toBeUndefined();
    expect(correlation([1, 2], [4, 4])).toBeUndefined();
    expect(correlation([], [])).toBeUndefined();
  });
});
