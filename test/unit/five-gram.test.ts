/** The yardstick of language models: a distribution after any context, and by hand where that can be done. */
import { expect, test } from 'vitest';
import { FiveGram } from '../../scripts/five-gram';

const TEXTS = [[2, 3, 4, 1], [2, 3, 5, 1], [2, 4, 3, 4, 2, 1], [5, 1], [2, 3, 4, 4, 3, 2, 2, 1]];

test.each([[[]], [[2]], [[2, 3]], [[2, 3, 4, 4, 3, 2]], [[5, 5, 5]], [[0]]])('after %j its probabilities are a distribution', (before) => {
  const model = new FiveGram(TEXTS, 7);
  const all = Array.from({ length: 7 }, (_, token) => model.probability(before, token));
  expect(all.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 12);
  expect(all.every((each) => each > 0)).toBe(true);
});

test('lower orders count after how many different tokens one stood, not how often', () => {
  // Token 4 stands once, after 3. Token 5 stands three times, always after 2: after what was never met both are as likely.
  const model = new FiveGram([[3, 4], [2, 5], [2, 5], [2, 5]], 6);
  expect(model.probability([1], 4)).toBeCloseTo(model.probability([1], 5), 12);
});

test('of one text, by hand', () => {
  // Discounts: one count of each order is 1 and none is 2, so D = 1, and everything is handed down to the uniform.
  const model = new FiveGram([[2, 3]], 4);
  expect(model.probability([2], 3)).toBeCloseTo(1 / 4, 12);
  expect(model.nats([[2, 3]])).toBeCloseTo(Math.log(4), 12);
});

test('what was met often is foretold better than what never was', () => {
  const model = new FiveGram([...Array.from({ length: 20 }, () => [2, 3, 4, 5, 1]), [2, 4, 1], [3, 5, 1]], 8);
  expect(model.probability([2, 3, 4], 5)).toBeGreaterThan(0.8);
  expect(model.nats([[2, 3, 4, 5, 1]])).toBeLessThan(model.nats([[2, 5, 4, 3, 1]]));
});
