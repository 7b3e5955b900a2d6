/** Which of the fresh completions become a pair, and what a person's answers make of questions. */
import { expect, test } from 'vitest';
import type { PairQuestion, Side } from '../../src/contract/preferences';
import { bestAgainstWorst } from '../../workers/algorithms/online-dpo';
import { pairsChosen } from '../../workers/stage/questions';

const rowsOf = (prompt: number, ...completions: number[][]) => completions.map((completion) => ({ prompt: [prompt], completion }));

test('the better of two is chosen, whichever came first', () => {
  const groups = [rowsOf(3, [5, 1], [6, 1]), rowsOf(4, [7, 1], [8, 1])];
  expect(bestAgainstWorst(groups, [[0.5, -1, 2, 3]])).toEqual([
    { prompt: [3], chosen: [5, 1], rejected: [6, 1] },
    { prompt: [4], chosen: [8, 1], rejected: [7, 1] },
  ]);
});

test('of more, the best stands against the worst', () => {
  expect(bestAgainstWorst([rowsOf(3, [5, 1], [6, 1], [7, 1], [8, 1])], [[0, -2, 9, 1]])).toEqual([{ prompt: [3], chosen: [7, 1], rejected: [6, 1] }]);
});

test('judges who vote choose what most of them find best, and reject what most find worst', () => {
  const [group] = [rowsOf(3, [5, 1], [6, 1], [7, 1])];
  // By the mean 5 is best: one judge is beside itself. Two of three prefer 6 and reject 7.
  const said = [[9, 0, 1], [0.1, 0.2, 0], [0.1, 0.2, 0]];
  expect(bestAgainstWorst([group!], said)).toEqual([{ prompt: [3], chosen: [6, 1], rejected: [7, 1] }]);
  expect(bestAgainstWorst([group!], [[10, 0, 1]])).toEqual([{ prompt: [3], chosen: [5, 1], rejected: [6, 1] }]);
  // One that most find best and, as the others disagree, is also named worst most often is no pair with itself.
  expect(bestAgainstWorst([group!], [[2, 0, 1], [2, 1, 0], [0, 1, 2], [0, 2, 1]])).toEqual([]);
});

test('the same text twice, or two that score alike, are no pair; a text that ended differs from one that was cut', () => {
  expect(bestAgainstWorst([rowsOf(3, [5, 1], [5, 1])], [[1, 1]])).toEqual([]);
  expect(bestAgainstWorst([rowsOf(3, [5, 1], [5, 1])], [[1, 1.000001]])).toEqual([]); // an engine may say two numbers of one text
  expect(bestAgainstWorst([rowsOf(3, [5, 1], [6, 1], [7, 1])], [[0, 0, 0]])).toEqual([]);
  expect(bestAgainstWorst([rowsOf(3, [5, 1], [5])], [[1, 0]])).toEqual([{ prompt: [3], chosen: [5, 1], rejected: [5] }]);
  expect(bestAgainstWorst([], [[]])).toEqual([]);
});

test('a person’s choice names the side, not the order of sampling; ties and skipped questions make no pair', () => {
  const side = (token: number): Side => ({ text: String(token), ended: true, tokens: [token, 1] });
  const question = (prompt: number): PairQuestion => ({ prompt: { text: '', tokens: [prompt] }, a: side(5), b: side(6) });
  expect(pairsChosen([question(3), question(4), question(3), question(4)], ['b', 'tie', 'a', 'skip'])).toEqual([
    { prompt: [3], chosen: [6, 1], rejected: [5, 1] },
    { prompt: [3], chosen: [5, 1], rejected: [6, 1] },
  ]);
});
