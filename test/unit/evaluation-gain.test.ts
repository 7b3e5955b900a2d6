/** What is said of all prompts of an evaluation, beside the few that are shown. */
import { expect, it } from 'vitest';
import { gainAt } from '../../src/state/gain';

const history = { steps: [1, 2, 3, 5, 6], columns: { 'gold/gain': [0, null, null, 0.3, null], 'gold/gain_stderr': [0.01, null, null, 0.05, null] } };

it('is that of the step, or of the next that was told of, with two standard errors', () => {
  expect(gainAt(history, 1)).toEqual({ mean: 0, low: -0.02, high: 0.02 });
  expect(gainAt(history, 4)).toEqual({ mean: 0.3, low: 0.3 - 0.1, high: 0.3 + 0.1 });
  expect(gainAt(history, 5)?.mean).toBe(0.3);
});

it('is nothing where nothing was measured, or not how sure it is', () => {
  expect(gainAt(history, 6)).toBeNull();
  expect(gainAt({ steps: [1], columns: {} }, 1)).toBeNull();
  expect(gainAt({ steps: [], columns: {} }, 1)).toBeNull();
  expect(gainAt({ steps: [1], columns: { 'gold/gain': [1] } }, 1)).toBeNull();
});
