/** Agreement of raters against closed forms and worked examples. */
import { describe, expect, it } from 'vitest';
import { agreementOf, cohenKappa, poolAgreement } from '../../src/contract/agreement';
import { Random } from '../../src/contract/random';

const answers = (...counts: [answer: string, other: string, count: number][]) => counts.flatMap(([one, other, count]) => Array.from({ length: count }, () => [one, other] as const));
const sides = (pairs: readonly (readonly [string, string])[]) => [pairs.map(([one]) => one), pairs.map(([, other]) => other)] as const;

describe('two raters', () => {
  it('agree as often as they say the same, and kappa takes off what their habits alone would give', () => {
    // (20 yes yes, 5 yes no, 10 no yes, 15 no no): observed 0.7, by chance 0.5·0.6 + 0.5·0.4 = 0.5
    const [one, other] = sides(answers(['yes', 'yes', 20], ['yes', 'no', 5], ['no', 'yes', 10], ['no', 'no', 15]));
    expect(agreementOf(one, other)).toBeCloseTo(0.7, 12);
    expect(cohenKappa(one, other)).toBeCloseTo(0.4, 12);
    expect(cohenKappa(other, one)).toBeCloseTo(0.4, 12);
  });

  it('have kappa 1 where they always agree, −1 where they never do and each says both as often, 0 where they share nothing but habits', () => {
    const [same] = sides(answers(['a', 'a', 3], ['b', 'b', 2]));
    expect(cohenKappa(same, same)).toBe(1);
    expect(cohenKappa(...sides(answers(['a', 'b', 4], ['b', 'a', 4])))).toBe(-1);
    expect(cohenKappa(...sides(answers(['a', 'a', 6], ['a', 'b', 2], ['b', 'a', 3], ['b', 'b', 1])))).toBeCloseTo(0, 12);
  });

  it('have none where there is nothing to be judged by: no item, or one answer only', () => {
    expect([agreementOf([], []), cohenKappa([], [])]).toEqual([undefined, undefined]);
    expect(cohenKappa(['a', 'a'], ['a', 'a'])).toBeUndefined();
    expect(cohenKappa(['a', 'a'], ['b', 'b'])).toBe(0);
    expect(() => agreementOf(['a'], [])).toThrow('got 1 and 0');
  });
});

describe('many raters', () => {
  it('agree perfectly, not at all, and as chance has it', () => {
    expect(poolAgreement([[5, 0], [0, 5]])).toEqual({ raw: 1, kappa: 1 });
    // Two raters who never agree: observed 0, by chance ½.
    expect(poolAgreement([[1, 1], [1, 1]])).toEqual({ raw: 0, kappa: -1 });
    // Of n raters split evenly, pairs agree with (n/2 − 1)/(n − 1): κ = −1/(n − 1).
    for (const n of [4, 10]) expect(poolAgreement([[n / 2, n / 2], [n / 2, n / 2]])!.kappa).toBeCloseTo(-1 / (n - 1), 12);
  });

  it('three categories by hand', () => {
    // Pairs that agree, of 3: 3, 1, 0, 1 -> raw 5/12; answers 5, 5, 2 of 12 -> chance 54/144.
    const { raw, kappa } = poolAgreement([[3, 0, 0], [1, 2, 0], [1, 1, 1], [0, 2, 1]])!;
    expect(raw).toBeCloseTo(5 / 12, 12);
    expect(kappa).toBeCloseTo((5 / 12 - 54 / 144) / (1 - 54 / 144), 12);
  });

  it('who toss coins have a kappa near 0, and those of one mind on each item who say anything but one thing have 1', () => {
    const random = Random.of(1, 'coins');
    const coins = Array.from({ length: 4000 }, () => { const heads = random.below(2) + random.below(2) + random.below(2); return [heads, 3 - heads]; });
    expect(Math.abs(poolAgreement(coins)!.kappa!)).toBeLessThan(0.03);
  });

  it('have none where all always say one thing or there is no item; uneven rows are a mistake', () => {
    expect(poolAgreement([[3, 0], [3, 0]])).toEqual({ raw: 1 });
    expect(poolAgreement([])).toBeUndefined();
    expect(() => poolAgreement([[3, 0], [2, 0]])).toThrow('same number of raters');
    expect(() => poolAgreement([[1, 0]])).toThrow('at least 2');
  });
});
