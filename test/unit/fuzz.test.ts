/** Inputs that are nearly right are accepted as what they are or refused by a sentence, soon, and nothing of them stays. `npm run fuzz -- 10000` tries more. */
import { expect, test } from 'vitest';
import { Failure } from '../../src/contract/failures';
import { fuzz } from '../../scripts/fuzz/fuzz';
import { TARGETS, type Target } from '../../scripts/fuzz/targets';

test.each(TARGETS.map((target) => [target.name, target] as const))('%s', async (_, target) => {
  const { wrong, refused } = await fuzz(target, 300, 1);
  expect(wrong).toEqual([]);
  expect(Object.keys(refused).length).toBeGreaterThan(0); // or it read nothing at all
});

test('what is neither accepted nor refused is noticed', async () => {
  const thrown = [new Error('a bug'), new Failure('not-a-run-file'), new TypeError('another')];
  const target: Target = { name: 'made up', make: () => new Uint8Array(), read: async () => { const error = thrown.shift(); if (error) throw error; } };
  const { accepted, refused, wrong } = await fuzz(target, 4, 1);
  expect({ accepted, refused, wrong: wrong.map(({ number }) => number) }).toEqual({ accepted: 1, refused: { 'not-a-run-file': 1 }, wrong: [0, 2] });
});
