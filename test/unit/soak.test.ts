/** What the soak calls growth. */
import { expect, it } from 'vitest';
import { unevenness, type Look } from '../../scripts/soak/soak';

const looks = (change: (i: number) => Partial<Look> = () => ({})): Look[] => Array.from({ length: 20 }, (_, i) => ({ seconds: 60 * i, step: 1000 * i, heap: 40e6 + 3e6 * (i % 3), engine: 64, tensors: 31 + (i % 2), longTasks: [], answer: 16, ...change(i) }));

it('a saw with the same teeth is flat, and so is a history that grows by its rows', () => {
  expect(unevenness(looks())).toEqual([]);
  expect(unevenness(looks((i) => ({ heap: 40e6 + 400 * 1000 * i })))).toEqual([]);
});

it('what fills at first is no growth', () => {
  expect(unevenness(looks((i) => (i < 3 ? { heap: 20e6, engine: 32, tensors: 20 } : {})))).toEqual([]);
});

it.each<[string, (i: number) => Partial<Look>, RegExp]>([
  ['a heap', (i) => ({ heap: 40e6 + 2000 * 1000 * i }), /^the heap grew from 48\.0 MB to 72\.0 MB/],
  ['a tensor', (i) => ({ tensors: i < 15 ? 31 : 33 }), /^tensors grew from 31 to 33/],
  ['an engine', (i) => ({ engine: i < 15 ? 64 : 65 }), /^the engine grew from 64 to 65 MB/],
])('%s that grows is said to grow', (_, change, words) => {
  expect(unevenness(looks(change))).toEqual([expect.stringMatching(words)]);
});
