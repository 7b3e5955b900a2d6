/** Which items make up which step's batch: nothing may depend on anything but the step, and nothing may be trained on more often than the rest. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/contract/random';
import { batchesOf } from '../../workers/stage/batches';

/** Lengths from 2 to 13, without any order. */
const lengthOf = (item: number) => 2 + ((item * 7919) % 12);
const batches = (count: number, batchSize: number, seed = 1) => batchesOf({ count, batchSize, lengthOf, randomOf: (epoch) => Random.of(seed, `epoch ${epoch}`) });
const stepsOf = (batchOf: (step: number) => number[], from: number, count: number) => Array.from({ length: count }, (_, i) => batchOf(from + i));
const sizes = fc.tuple(fc.integer({ min: 1, max: 17 }), fc.integer({ min: 0, max: 800 })).map(([batchSize, more]) => ({ batchSize, count: batchSize + more }));

test('in each epoch every batch is full and no item comes twice', () => {
  fc.assert(
    fc.property(sizes, fc.nat(3), ({ batchSize, count }, epoch) => {
      const perEpoch = Math.floor(count / batchSize);
      const drawn = stepsOf(batches(count, batchSize), epoch * perEpoch, perEpoch);
      for (const batch of drawn) expect(batch).toHaveLength(batchSize);
      const items = new Set(drawn.flat());
      expect(items.size).toBe(perEpoch * batchSize);
      expect([...items].every((item) => Number.isInteger(item) && item >= 0 && item < count)).toBe(true);
    }),
  );
});

test('a batch is a function of its step, however it is come upon', () => {
  fc.assert(
    fc.property(sizes, fc.array(fc.nat(500), { maxLength: 12 }), ({ batchSize, count }, steps) => {
      const [straight, jumping] = [batches(count, batchSize), batches(count, batchSize)];
      const inOrder = new Map([...steps].sort((a, b) => a - b).map((step) => [step, [...straight(step)]]));
      for (const step of steps) expect(jumping(step)).toEqual(inOrder.get(step));
    }),
  );
});

test('every epoch is shuffled anew, and another seed shuffles otherwise', () => {
  const batchOf = batches(300, 10);
  const [first, second] = [stepsOf(batchOf, 0, 30), stepsOf(batchOf, 30, 30)];
  expect(second.flat().sort((a, b) => a - b)).toEqual(first.flat().sort((a, b) => a - b));
  // Not the same batches in another order either.
  const asTexts = (drawn: number[][]) => new Set(drawn.map((batch) => batch.toSorted((a, b) => a - b).join()));
  expect([...asTexts(second)].filter((batch) => asTexts(first).has(batch))).toEqual([]);
  expect(stepsOf(batches(300, 10, 2), 0, 30)).not.toEqual(first);
});

test('items left over at an epoch’s end have the same chance as any other', () => {
  const [count, batchSize, epochs] = [10, 3, 3000];
  const met = new Array<number>(count).fill(0);
  for (const item of stepsOf(batches(count, batchSize), 0, 3 * epochs).flat()) met[item]!++;
  // 9 of 10 in each epoch, five standard errors.
  for (const times of met) expect(Math.abs(times / epochs - 0.9)).toBeLessThan(5 * Math.sqrt((0.9 * 0.1) / epochs));
});

describe('items of similar length share a batch', () => {
  const [count, batchSize] = [6400, 64];
  const widthOf = (batch: readonly number[]) => Math.max(...batch.map(lengthOf));
  const drawn = stepsOf(batches(count, batchSize), 0, count / batchSize);

  test('so that little of a batch is padding', () => {
    const tokens = drawn.flat().reduce((sum, item) => sum + lengthOf(item), 0);
    const area = drawn.reduce((sum, batch) => sum + batchSize * widthOf(batch), 0);
    // Batches drawn blindly would nearly all be 13 wide, and 42 % padding.
    expect(1 - tokens / area).toBeLessThan(0.06);
  });

  test('without putting short ones first: batches come in no order of length', () => {
    const widths = drawn.map(widthOf);
    const [early, late] = [widths.slice(0, widths.length / 2), widths.slice(widths.length / 2)].map((half) => half.reduce((sum, width) => sum + width, 0) / half.length) as [number, number];
    // The standard error of the difference of two means of 50 widths, each with a deviation of 3.5, is 0.7.
    expect(Math.abs(early - late)).toBeLessThan(3);
    expect(widths).not.toEqual(widths.toSorted((a, b) => a - b));
  });

  test('and items of one length are not always in the same company', () => {
    const batchOf = batchesOf({ count: 64, batchSize: 8, lengthOf: () => 5, randomOf: (epoch) => Random.of(1, `epoch ${epoch}`) });
    const companyOf = (epoch: number) => stepsOf(batchOf, 8 * epoch, 8).find((batch) => batch.includes(0))!.toSorted((a, b) => a - b).join(); // each epoch has every item
    expect(new Set([0, 1, 2, 3, 4].map(companyOf)).size).toBe(5);
  });
});

test('exactly one batch of items is one batch per epoch; fewer are refused', () => {
  const batchOf = batches(4, 4);
  for (const batch of stepsOf(batchOf, 0, 5)) expect(batch.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3]);
  expect(() => batches(3, 4)).toThrow(expect.objectContaining({ code: 'invalid-config', detail: expect.stringMatching(/at most 3\b.*got 4$/) }));
});
