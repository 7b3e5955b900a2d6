/** The perplexity filter: its modes by definition, its bands by length of the prompt, and what is done with what cannot be measured. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Bands, countsIn, FILTERS, quantile, verdictOn, type Scored } from '../../src/contract/perplexity';

const scored = (nll: number, promptLength = 3): Scored => ({ nll, promptLength });
/** Own samples 0.01 to 1.00: the band is 0.0595 to 0.9505. */
const bands = new Bands(Array.from({ length: 100 }, (_, i) => scored((i + 1) / 100)));
const verdict = (chosen: number, rejected: number, filter: (typeof FILTERS)[number], suspects: 'drop' | 'turn' = 'turn') => verdictOn(scored(chosen), scored(rejected), bands, { filter, gap: 0.3, suspects });

test('quantiles are those of numpy', () => {
  const values = [1, 2, 4, 8];
  expect([0, 0.05, 0.5, 0.95, 1].map((share) => quantile(values, share))).toEqual([1, 1.15, 3, expect.closeTo(7.4, 12), 8]); // np.quantile([1, 2, 4, 8], …)
  expect(quantile([5], 0.3)).toBe(5);
  expect(() => quantile([], 0.5)).toThrow(/at least one value/);
});

describe('a pair', () => {
  test.each<[(typeof FILTERS)[number], number, number, string]>([
    ['cap', 0.5, 0.9, 'keep'], ['cap', 0.5, 1, 'drop'], ['cap', 1, 0.5, 'drop'], ['cap', 0, 0.5, 'keep'],
    ['band', 0.5, 0.9, 'keep'], ['band', 0.01, 0.5, 'drop'], ['band', 0.5, 0.99, 'drop'],
    ['gap', 5, 5.3, 'keep'], ['gap', 5.3, 5, 'keep'], ['gap', 5, 5.4, 'drop'],
    ['flip', 1, 2, 'keep'], ['flip', 2, 1.8, 'keep'], ['flip', 2, 1, 'turn'],
  ])('%s of %f and %f: %s', (filter, chosen, rejected, wanted) => {
    expect(verdict(chosen, rejected, filter)).toBe(wanted);
  });

  test('suspected of a wrong label may be dropped instead of turned', () => {
    expect(verdict(2, 1, 'flip', 'drop')).toBe('drop');
  });

  test.each(FILTERS)('with a side that is impossible is never kept by %s, nor one with two such sides or none that is a number', (filter) => {
    expect(verdict(Infinity, 0.5, filter, 'drop')).toBe('drop');
    expect(verdict(Infinity, Infinity, filter)).toBe('drop');
    expect(verdict(NaN, NaN, filter)).toBe('drop');
  });

  test('that band keeps, cap keeps too', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 2 }), fc.double({ min: 0, max: 2 }), (chosen, rejected) => {
      if (verdict(chosen, rejected, 'band') === 'keep') expect(verdict(chosen, rejected, 'cap')).toBe('keep');
    }));
  });
});

test('a completion is compared with the target’s answers to prompts about as long, and with all of them where those are few', () => {
  const own = [...Array.from({ length: 50 }, () => scored(3, 0)), ...Array.from({ length: 50 }, () => scored(1, 5)), scored(9, 40)];
  const mixed = new Bands(own);
  expect(mixed.of(scored(0, 0))).toEqual({ low: 3, high: 3 });
  expect(mixed.of(scored(0, 7))).toEqual({ low: 1, high: 1 }); // 4 to 7 tokens are one bucket
  expect(mixed.of(scored(0, 40))).toEqual(mixed.of(scored(0, 8))); // one sample makes no band of its own
  expect(mixed.of(scored(0, 8))).toEqual({ low: 1, high: 3 });
});

test('counts of a histogram lose nothing', () => {
  const edges = [0, 1, 2, 3];
  expect(countsIn([0, 0.5, 1, 2.9, 3, 7, -1], edges)).toEqual([3, 1, 3]);
  fc.assert(fc.property(fc.array(fc.double({ noNaN: true })), (nlls) => void expect(countsIn(nlls, edges).reduce((sum, count) => sum + count, 0)).toBe(nlls.length)));
});
