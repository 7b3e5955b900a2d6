/** How varied a sample is, against counts by hand. */
import { describe, expect, test } from 'vitest';
import { distinctPairs, distinctShare, repetition } from '../../workers/stage/variety';

const row = (text: string, prompt: number[] = [1]) => ({ prompt, completion: [...text].map((letter) => letter.charCodeAt(0)) });

describe('different answers', () => {
  test('are told apart by prompt and completion', () => {
    expect(distinctShare([row('ann'), row('ann'), row('ann', [2]), row('bo')])).toBe(0.75);
  });
});

describe('different pairs of neighbouring tokens', () => {
  test('are counted over all completions together', () => {
    // an nn, an na: three different of four.
    expect(distinctPairs([row('ann'), row('ana')])).toBe(0.75);
  });

  test('of one answer said a hundred times are few', () => {
    expect(distinctPairs(Array.from({ length: 100 }, () => row('abc')))).toBe(0.01);
  });

  test('of completions without pairs are as many as there could be', () => {
    expect(distinctPairs([row('a'), row('')])).toBe(1);
  });
});

describe('repetition', () => {
  test('is the share of pairs that stood in the same answer before, mean over answers', () => {
    // aa aa aa: two of three again. ab ba ab: one of three again.
    expect(repetition([row('aaaa'), row('abab')])).toBeCloseTo((2 / 3 + 1 / 3) / 2, 12);
  });

  test('within an answer only: the same answer twice repeats nothing', () => {
    expect(repetition([row('abc'), row('abc')])).toBe(0);
  });

  test('of answers too short for pairs is nothing', () => {
    expect(repetition([row(''), row('a')])).toBe(0);
  });
});
