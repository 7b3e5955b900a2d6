/** Intervals against values published by others. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { around, overSeeds, wilson } from '../../src/contract/statistics';

describe('the interval of Wilson', () => {
  // Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3; the first line is R's binconf(8, 10).
  test.each([
    [8, 10, 0.4902, 0.9433],
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [1, 29, 0.0061, 0.1718],
    [0, 20, 0, 0.1611],
  ])('of %i in %i is as published', (successes, n, low, high) => {
    const interval = wilson(successes / n, n);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  test('of none or all of n ends there, and still says that n is not infinite', () => {
    for (const n of [1, 16, 4096]) {
      const [none, all] = [wilson(0, n), wilson(1, n)];
      expect(none.low).toBeCloseTo(0, 12);
      expect(all.high).toBeCloseTo(1, 12);
      expect(none.high).toBeCloseTo(1 - all.low, 12);
      // The closed form at the edge, z² / (n + z²).
      expect(none.high).toBeCloseTo(3.841459 / (n + 3.841459), 6);
    }
  });

  test('holds its share, stays within 0 and 1, mirrors, and narrows with more trials', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, share) => {
        const { low, high } = wilson(share, n);
        const rounding = 1e-12;
        expect(low).toBeGreaterThan(-rounding);
        expect(low).toBeLessThanOrEqual(share + rounding);
        expect(high).toBeGreaterThanOrEqual(share - rounding);
        expect(high).toBeLessThan(1 + rounding);
        expect(wilson(1 - share, n).low).toBeCloseTo(1 - high, 10);
        const more = wilson(share, 4 * n);
        expect(more.high - more.low).toBeLessThan(high - low);
      }),
    );
  });
});

describe('the interval of a mean', () => {
  test('reaches 1.96 standard errors to either side', () => {
    const { low, high } = around(0.6, 0.01);
    expect(low).toBeCloseTo(0.6 - 0.0196, 5);
    expect(high).toBeCloseTo(0.6 + 0.0196, 5);
    expect(around(-3, 0)).toEqual({ low: -3, high: -3 });
  });

  test('agrees with Wilson where there are many trials', () => {
    const [share, n] = [0.3, 1_000_000];
    const [normal, exact] = [around(share, Math.sqrt((share * (1 - share)) / n)), wilson(share, n)];
    expect(normal.low).toBeCloseTo(exact.low, 5);
    expect(normal.high).toBeCloseTo(exact.high, 5);
  });
});

describe('the mean over seeds', () => {
  test('has Student’s interval: of 1 to 5 it is 3 ± 2.776 · √(2.5 / 5)', () => {
    const { mean, low, high, values } = overSeeds([1, 2, 3, 4, 5]);
    expect(mean).toBe(3);
    expect(high - mean).toBeCloseTo(2.7764 * Math.SQRT1_2, 4);
    expect(mean - low).toBeCloseTo(high - mean, 12);
    expect(values).toEqual([1, 2, 3, 4, 5]);
  });

  test('of one seed, or of equal seeds, is a point', () => {
    expect(overSeeds([0.5])).toEqual({ mean: 0.5, low: 0.5, high: 0.5, values: [0.5] });
    expect(overSeeds([2, 2, 2])).toMatchObject({ mean: 2, low: 2, high: 2 });
  });

  test('of many seeds comes to the normal’s', () => {
    const values = Array.from({ length: 1000 }, (_, i) => i % 2);
    const { mean, high } = overSeeds(values);
    expect(high - mean).toBeCloseTo(1.959964 * Math.sqrt(0.25 / 999), 6);
  });

  test('of none is a mistake of ours', () => {
    expect(() => overSeeds([])).toThrow('want at least one value');
  });
});
