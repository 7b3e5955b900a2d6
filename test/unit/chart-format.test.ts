/** Numbers as charts and tables say them. */
import { expect, test } from 'vitest';
import { logTicks, numberText, tickTexts } from '../../src/charts/format';

test.each([
  [0.69314, '0.693'], [0.0283, '0.0283'], [12.345, '12.35'], [1234.56, '1234.6'], [-1.5, '−1.500'], [3e-4, '3.00e−4'], [0, '0'], [2000, '2\u202f000'], [null, '–'], [NaN, 'NaN'], [-Infinity, '−∞'],
])('%s reads %s', (value, text) => expect(numberText(value)).toBe(text));

test('ticks have the decimals of their step', () => {
  expect(tickTexts([0, 0.25, 0.5], 0.25)).toEqual(['0', '0.25', '0.50']);
  expect(tickTexts([-2, 0, 2], 2)).toEqual(['−2', '0', '2']);
  expect(tickTexts([0, 50_000], 50_000)).toEqual(['0', '50k']);
});

test('a logarithmic axis names round numbers inside its range', () => {
  expect(logTicks(0.4, 3)).toEqual([0.5, 1, 2]);
  expect(logTicks(1, 1e5)).toEqual([1, 10, 100, 1e3, 1e4, 1e5]);
});
