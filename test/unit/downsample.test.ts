/** Thinning keeps what the eye would miss: ends, peaks, rare measurements; and stands still while a history grows. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keptIndices } from '../../src/charts/downsample';

test('a short history is kept whole', () => {
  expect(keptIndices(5, [[1, 2, 3, 4, 5]], 5)).toEqual([0, 1, 2, 3, 4]);
  expect(keptIndices(0, [[]], 100)).toEqual([]);
});

test('of each bucket its lowest and highest row are kept, in order', () => {
  // 8 rows, 4 wanted, one column: two buckets of four rows.
  const column = [5, 9, 1, 5, 5, 2, 8, 5];
  expect(keptIndices(8, [column], 4)).toEqual([0, 1, 2, 5, 6, 7]);
});

test('a single spike and a single measurement survive', () => {
  const flat = new Array<number | null>(10_000).fill(0);
  flat[6_789] = 1;
  const rare = new Array<number | null>(10_000).fill(null);
  rare[1_234] = 3;
  const kept = keptIndices(10_000, [flat, rare], 400);
  expect(kept).toContain(6_789);
  expect(kept).toContain(1_234);
});

test('a value that is no number hides no extreme', () => {
  const column = Array.from({ length: 64 }, (_, i) => (i === 0 ? NaN : i === 20 ? -5 : i === 21 ? 5 : 0));
  const kept = keptIndices(64, [column], 8);
  expect(kept).toContain(20);
  expect(kept).toContain(21);
});

test('whatever the history: ascending, ends and extremes kept, about as many as asked for', () => {
  const value = fc.option(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { nil: null });
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 600 }), fc.integer({ min: 8, max: 200 }), (rows, most) => {
      const columns = [rows.map(([a]) => a), rows.map(([, b]) => b)];
      const kept = keptIndices(rows.length, columns, most);
      expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
      expect(kept[0]).toBe(0);
      expect(kept.at(-1)).toBe(rows.length - 1);
      expect(kept.length).toBeLessThanOrEqual(most + 6);
      for (const column of columns) {
        const measured = column.filter((entry) => entry !== null);
        const drawn = kept.map((i) => column[i]).filter((entry) => entry !== null && entry !== undefined);
        if (measured.length > 0) expect([Math.min(...drawn), Math.max(...drawn)]).toEqual([Math.min(...measured), Math.max(...measured)]);
      }
    }),
  );
});

test('a history that grows gives at every length what a new one of that length gives', () => {
  const value = fc.option(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { nil: null });
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 600 }), fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 }), fc.constantFrom(8, 30, 100), (rows, grows, most) => {
      const columns: (number | null)[][] = [[], []];
      for (const by of grows) {
        for (const [a, b] of rows.splice(0, by)) columns.forEach((column, i) => column.push(i === 0 ? a : b));
        const { length } = columns[0]!; // there are two
        expect(keptIndices(length, columns, most)).toEqual(keptIndices(length, columns.map((column) => [...column]), most));
      }
    }),
  );
});

test('rows already drawn stay while new ones come', () => {
  const column = Array.from({ length: 4_000 }, (_, i) => Math.sin(i * 12.9898) * 43_758.5453);
  const before = keptIndices(3_000, [column], 400);
  const after = keptIndices(3_100, [column], 400);
  const settled = before.filter((i) => i < 2_900);
  expect(after.slice(0, settled.length)).toEqual(settled);
});
