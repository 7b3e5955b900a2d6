/** The estimate of the best of n from one pool, against every subset, exact binomials and the largest pool there may be. */
import { describe, expect, it } from 'vitest';
import { bestOfKl, bestOfWeights } from '../../workers/tensor/best-of';
import { elected } from '../../workers/tensor/groups';

/** All subsets of n of the numbers from 0 to N − 1. */
function subsets(N: number, n: number): number[][] {
  if (n === 0) return [[]];
  return Array.from({ length: N }, (_, last) => last).flatMap((last) => subsets(last, n - 1).map((rest) => [...rest, last]));
}

describe('weights of ranks', () => {
  it.each([[1, 1], [5, 1], [5, 2], [6, 3], [7, 7]])('of a pool of %i, best of %i: the share of subsets that a rank is the best of', (N, n) => {
    const all = subsets(N, n);
    const weights = bestOfWeights(N, n);
    for (let rank = 0; rank < N; rank++) expect(weights[rank]).toBeCloseTo(all.filter((subset) => subset.at(-1) === rank).length / all.length, 12);
  });

  it('best of 1 is the mean, best of all the best', () => {
    expect([...bestOfWeights(4, 1)]).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect([...bestOfWeights(4, 4)]).toEqual([0, 0, 0, 1]);
  });

  it('are exact in a pool of 1,024', () => {
    const binomial = (N: number, n: number): bigint => Array.from({ length: n }, (_, i) => i).reduce((product, i) => (product * BigInt(N - i)) / BigInt(i + 1), 1n);
    for (const n of [1, 2, 16, 500, 1023, 1024]) {
      const weights = bestOfWeights(1024, n);
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 10);
      for (const rank of [n, Math.floor((n + 1024) / 2), 1024]) {
        const wanted = Number((binomial(rank - 1, n - 1) * 10n ** 40n) / binomial(1024, n)) / 1e40;
        expect(Math.abs(weights[rank - 1]! - wanted)).toBeLessThanOrEqual(1e-10 * wanted + 1e-39);
      }
    }
  });
});

it.each([[1, 0], [2, 0.193], [4, 0.636], [16, 1.835], [64, 3.175]])('the best of %i is at most %f nats away', (n, nats) => {
  expect(bestOfKl(n)).toBeCloseTo(nats, 3);
});

describe('the completion that is kept of each group', () => {
  it('is the highest, the first of equals', () => {
    expect(elected([[1, 3, 2, 5, 5, 4]], 3)).toEqual([1, 3]);
    expect(elected([[0, 0, -1, -1]], 2)).toEqual([0, 2]);
  });

  it('is the one most members name, whatever the others shout', () => {
    // The mean would take the first, the worst case the third.
    expect(elected([[9, 0, 1], [0, 0.3, 0.2], [0, 0.3, 0.2]], 3)).toEqual([1]);
  });

  it('of two is the one with the larger share of members, and of halves the one with the higher mean', () => {
    const pairs = [[1, 0, 1, 0], [1, 0, 0, 1], [0, 9, 0, 1]];
    expect(elected(pairs, 2)).toEqual([0, 3]);
    expect(elected([[1, 0], [0, 5]], 2)).toEqual([1]);
    expect(elected([[5, 0], [0, 1]], 2)).toEqual([0]);
    expect(elected([[1, 0], [0, 1]], 2)).toEqual([0]);
  });

  it('is not named by a member to whom all are the same', () => {
    expect(elected([[0, 1, 0], [7, 7, 7], [7, 7, 7]], 3)).toEqual([1]);
  });
});
