/** The ladder 1, 2, 5 of number fields. */
import { expect, test } from 'vitest';
import { nextNice } from '../../src/components/nice-step';

test.each([
  [1, 2], [2, 5], [5, 10], [3, 5], [0.1, 0.2], [3e-4, 5e-4], [9.99, 10], [1000, 2000], [0, 0.01],
])('up from %d is %d', (from, to) => expect(nextNice(from, true)).toBe(to));

test.each([
  [10, 5], [5, 2], [2, 1], [1, 0.5], [3, 2], [3e-4, 2e-4], [10.01, 10], [0, -0.01],
])('down from %d is %d', (from, to) => expect(nextNice(from, false)).toBe(to));

test('negative numbers climb toward zero', () => {
  expect(nextNice(-5, true)).toBe(-2);
  expect(nextNice(-5, false)).toBe(-10);
});

test('up then down returns to a rung', () => {
  for (const rung of [1e-6, 2e-5, 5e-3, 0.1, 20, 5000]) expect(nextNice(nextNice(rung, true), false)).toBe(rung);
});
