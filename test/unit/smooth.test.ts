/** The moving average against its closed form. */
import { expect, test } from 'vitest';
import { smooth } from '../../src/charts/smooth';

test('no weight on the past changes nothing', () => {
  expect(smooth([3, null, -1], 0)).toEqual([3, null, -1]);
});

test('the first value is not pulled to zero, and a constant stays one', () => {
  for (const value of smooth([7, 7, 7, 7], 0.9)) expect(value).toBeCloseTo(7, 12);
});

test('three values agree with the weighted mean written out', () => {
  const [, second, third] = smooth([1, 2, 4], 0.5);
  expect(second).toBeCloseTo((0.5 * 1 + 2) / 1.5, 12);
  expect(third).toBeCloseTo((0.25 * 1 + 0.5 * 2 + 4) / 1.75, 12);
});

test('rows without a measurement stay empty and do not count', () => {
  const dense = smooth([1, 2, 4], 0.5);
  expect(smooth([null, 1, null, null, 2, 4, null], 0.5)).toEqual([null, dense[0], null, null, dense[1], dense[2], null]);
});

test('a value that is not finite is shown as it is and spoils nothing after it', () => {
  expect(smooth([2, NaN, 2], 0.6)).toEqual([2, NaN, 2]);
});
