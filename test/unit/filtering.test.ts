/** The filter tried again on the page: the same verdicts as the stage gave, other ones at other thresholds. */
import { expect, test } from 'vitest';
import { SOURCE_IDS } from '../../src/contract/perplexity';
import { edgeAt, filterDataIn, filteringOf } from '../../src/state/filtering';

const PEOPLE = SOURCE_IDS.indexOf('people');
const CORRUPTED = SOURCE_IDS.indexOf('corrupted');

/** Own samples at 1.00 to 1.99 nats; pairs of people's text at 1.5 beside corrupted text at 1, 2, 3, 4 nats. */
const state = {
  random: {}, counters: {},
  lists: { candidates: [1, 2, 3, 4].flatMap((n) => [[3], [10 + n, 1], [20 + n, 1]]) },
  numbers: { measured: [1, 2, 3, 4].map((n) => [1.5, n, PEOPLE, CORRUPTED, 1]), own: Array.from({ length: 100 }, (_, i) => [1 + i / 100, 1]) },
};
const data = filterDataIn(state)!;
const knobs = { filter: 'cap', gap: 1, suspects: 'drop', edge: 0.95 } as const;

test('reads what the stage kept, and nothing where there is nothing', () => {
  expect(data.pairs).toHaveLength(4);
  expect(data.pairs[1]).toEqual({ pair: { prompt: [3], chosen: [12, 1], rejected: [22, 1] }, chosen: { nll: 1.5, promptLength: 1 }, rejected: { nll: 2, promptLength: 1 }, sources: ['people', 'corrupted'] });
  expect(filterDataIn({ random: {}, counters: {} })).toBeNull();
  expect(filterDataIn({ ...state, numbers: { ...state.numbers, own: [] } })).toBeNull();
});

test('cap keeps what is no less likely than its own samples, and says so by source', () => {
  const found = filteringOf(data, knobs);
  expect(found.verdicts).toEqual(['keep', 'drop', 'drop', 'drop']);
  expect(found.kept).toEqual([data.pairs[0]!.pair]);
  expect(found.high).toBeCloseTo(1 + 0.95 * 0.99, 10);
  expect(found.sources.map(({ source, count, kept, meanNll }) => [source, count, kept, meanNll])).toEqual([['own', 100, 100, expect.closeTo(1.495, 10)], ['people', 4, 1, 1.5], ['corrupted', 4, 1, 2.5]]);
  for (const { count, counts } of found.sources) expect(counts.reduce((sum, n) => sum + n, 0)).toBe(count);
});

test('other modes and thresholds', () => {
  expect(filteringOf(data, { ...knobs, filter: 'gap' }).verdicts).toEqual(['keep', 'keep', 'drop', 'drop']);
  expect(filteringOf(data, { ...knobs, filter: 'gap', gap: 2 }).verdicts).toEqual(['keep', 'keep', 'keep', 'drop']);
  const turned = filteringOf(data, { ...knobs, filter: 'flip', gap: 0.2, suspects: 'turn' });
  expect(turned.verdicts).toEqual(['turn', 'keep', 'keep', 'keep']);
  expect(turned.kept[0]).toEqual({ prompt: [3], chosen: [21, 1], rejected: [11, 1] });
  expect(filteringOf(data, { ...knobs, filter: 'band' }).verdicts[0]).toBe('drop'); // 1 nat is likelier than most of its own
});

test('the edge under the pointer is the share of its own samples below it', () => {
  expect(edgeAt(data.own, 1.795)).toBe(0.8);
  expect(edgeAt(data.own, 0)).toBe(0.5);
  expect(edgeAt(data.own, 99)).toBe(1);
});
