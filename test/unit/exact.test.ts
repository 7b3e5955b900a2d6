/** Cosine and powers that every machine computes alike: near what mathematics says, and the same bits always. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { cosineOf, power } from '../../workers/model/exact';

/** The bits of a double, so that a difference in the last one shows. */
const bitsOf = (x: number): string => new BigUint64Array(Float64Array.of(x).buffer)[0]!.toString(16);

describe('cosine of a part of half a turn', () => {
  test.each([[0, 1], [0.5, 0], [1, -1]])('of %d is %d exactly', (turn, cosine) => {
    expect(cosineOf(turn) === cosine).toBe(true); // 0 and −0 are the same here
  });

  it('is where Math.cos is, to rounding', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (turn) => Math.abs(cosineOf(turn) - Math.cos(Math.PI * turn)) < 4.5e-16), { numRuns: 2000 });
    expect(cosineOf(1 / 3)).toBeCloseTo(0.5, 15);
    expect(cosineOf(1 / 4)).toBeCloseTo(Math.SQRT1_2, 15);
  });

  it('falls all the way', () => {
    for (let i = 1; i <= 1000; i++) expect(cosineOf(i / 1000)).toBeLessThan(cosineOf((i - 1) / 1000));
  });

  // Recorded once: sums and products of doubles have one right answer, so no machine may give another.
  it('has these bits', () => {
    expect([0.1, 0.24, 0.4, 0.75, 0.9].map((turn) => bitsOf(cosineOf(turn)))).toEqual(['3fee6f0e134454ff', '3fe753b603d2b816', '3fd3c6ef372fe94e', 'bfe6a09e667f3bcd', 'bfee6f0e13445500']);
  });
});

describe('a power', () => {
  test.each([[0.9, 0, 1], [0.9, 1, 0.9], [2, 10, 1024], [0, 3, 0], [0.999, 2, 0.999 * 0.999]])('%d to the %d is %d', (base, n, want) => {
    expect(power(base, n)).toBe(want);
  });

  it('is where ** is, to some roundings', () => {
    fc.assert(fc.property(fc.double({ min: 0.5, max: 1, noNaN: true }), fc.integer({ min: 0, max: 100_000 }), (base, n) => Math.abs(power(base, n) - base ** n) <= 1e-11 * base ** n + 1e-300));
  });

  it('has these bits', () => {
    expect([3, 10, 999].map((n) => bitsOf(power(0.999, n)))).toEqual(['3fefe772d5570166', '3fefae7299c256e4', '3fd78e5a293b3421']);
  });
});
