/** Cosine and powers that every machine computes alike: near what mathematics says, and the same bits always. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { cosineOf, exp, log, log10, log1p, power, tanh } from '../../src/contract/exact';

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

/** A few units in the last place. */
const isNear = (got: number, want: number): boolean => got === want || Math.abs(got - want) <= 8e-16 * Math.abs(want) + 1e-323;

describe('exp, log and their kin', () => {
  it.each([['exp', exp, 0, 1], ['exp', exp, -Infinity, 0], ['exp', exp, Infinity, Infinity], ['log', log, 1, 0], ['log', log, 0, -Infinity], ['log', log, Infinity, Infinity], ['log1p', log1p, 0, 0], ['log1p', log1p, 1e-300, 1e-300], ['tanh', tanh, 0, 0], ['tanh', tanh, 1000, 1], ['tanh', tanh, -1000, -1]] as const)('%s is exact where it must be: %s', (_, of, x, want) => {
    expect(of(x)).toBe(want);
  });

  it('are NaN where mathematics has none', () => {
    for (const value of [exp(NaN), log(NaN), log(-1)]) expect(value).toBeNaN();
  });

  it('are where JavaScript’s are, to rounding, over all doubles', () => {
    fc.assert(fc.property(fc.double({ min: -744, max: 709, noNaN: true }), (x) => isNear(exp(x), Math.exp(x))), { numRuns: 3000 });
    fc.assert(fc.property(fc.double({ min: 5e-324, max: Number.MAX_VALUE, noNaN: true }), (x) => isNear(log(x), Math.log(x))), { numRuns: 3000 });
    fc.assert(fc.property(fc.double({ min: 0.2, max: 5, noNaN: true }), (x) => Math.abs(log(x) - Math.log(x)) <= 4e-16), { numRuns: 3000 });
    fc.assert(fc.property(fc.double({ min: -0.9, max: 1e6, noNaN: true }), (x) => isNear(log1p(x), Math.log1p(x))), { numRuns: 1000 });
    fc.assert(fc.property(fc.double({ min: -30, max: 30, noNaN: true }), (x) => Math.abs(tanh(x) - Math.tanh(x)) < 5e-16), { numRuns: 1000 });
    for (let n = 1; n < 12; n++) expect(log10(10 ** n)).toBeCloseTo(n, 14);
  });

  it('undo each other', () => {
    fc.assert(fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => Math.abs(log(exp(x)) - x) <= 3e-16 * Math.max(1, Math.abs(x))));
  });

  it('have these bits', () => {
    expect([-20.5, -0.3, 0.1, 1, 300.25].map((x) => bitsOf(exp(x)))).toEqual(['3e157a3afeed00ac', '3fe7b4c869c37c05', '3ff1aec7b35a00d4', '4005bf0a8b14576a', '5b01fda3eaeb3d0e']);
    expect([1e-310, 0.1, 1.5, 3, 1e300].map((x) => bitsOf(log(x)))).toEqual(['c0864e69394d9508', 'c0026bb1bbb55515', '3fd9f323ecbf984c', '3ff193ea7aad030b', '4085963447f87fb5']);
  });
});
