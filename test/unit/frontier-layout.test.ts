/** The geometry of reward against √KL: everything inside its box, higher rewards higher up, ticks at round numbers. */
import { describe, expect, test } from 'vitest';
import { layoutFrontier } from '../../src/charts/frontier-layout';
import type { Path } from '../../src/experiments/frontier';

const BOX = { width: 400, height: 200 };
const rising: Path = { name: 'ppo', proxy: [{ x: 0, y: 0 }, { x: 2, y: 3 }], gold: [{ x: 0, y: 0 }, { x: 1, y: 1 }, { x: 2, y: -1 }], peak: { x: 1, y: 1 } };

const placesOf = (d: string) => [...d.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));

test('curves, peaks and ticks stay inside the box, and begin on the line of no reward', () => {
  const { curves, peaks, xTicks, yTicks, zero, left, right, top, bottom } = layoutFrontier([rising], BOX);
  expect(curves.map(({ kind }) => kind)).toEqual(['proxy', 'gold']);
  for (const { d } of curves) {
    const places = placesOf(d);
    expect(places[0]!.x).toBeCloseTo(left, 1);
    expect(places[0]!.y).toBeCloseTo(zero, 1);
    for (const { x, y } of places) expect([x >= left, x <= right, y >= top, y <= bottom]).toEqual([true, true, true, true]);
  }
  for (const { at } of xTicks) expect([at >= left - 0.01, at <= right + 0.01]).toEqual([true, true]);
  for (const { at } of yTicks) expect([at >= top - 0.01, at <= bottom + 0.01]).toEqual([true, true]);
  expect(peaks).toEqual([{ index: 0, x: placesOf(curves[1]!.d)[1]!.x, y: placesOf(curves[1]!.d)[1]!.y }].map(({ index, x, y }) => ({ index, x: expect.closeTo(x, 1), y: expect.closeTo(y, 1) })));
});

test('more reward is higher up, more distance further right', () => {
  const [proxy, gold] = layoutFrontier([rising], BOX).curves.map(({ d }) => placesOf(d));
  expect(proxy![1]!.y).toBeLessThan(gold![1]!.y);
  expect(gold![2]!.y).toBeGreaterThan(gold![0]!.y); // below where it began
  expect(gold![2]!.x).toBeGreaterThan(gold![1]!.x);
});

test('ticks are round numbers, zero among them', () => {
  const { xTicks, yTicks } = layoutFrontier([rising], BOX);
  expect(xTicks.map(({ text }) => text)).toEqual(['0', '0.5', '1.0', '1.5', '2.0']);
  expect(yTicks.map(({ text }) => text)).toContain('0');
});

describe('nothing to draw', () => {
  test.each<[string, Path[]]>([
    ['no paths', []],
    ['a path that never moved', [{ name: 'a', proxy: [], gold: [{ x: 0, y: 0 }] }]],
    ['rewards all alike', [{ name: 'a', proxy: [], gold: [{ x: 0, y: 0 }, { x: 0, y: 0 }] }]],
    ['rewards that only fall', [{ name: 'a', proxy: [], gold: [{ x: 0, y: 0 }, { x: 1, y: -9 }] }]],
  ])('%s still has finite axes', (_, paths) => {
    const { xTicks, yTicks, zero, curves } = layoutFrontier(paths, BOX);
    expect(xTicks.length).toBeGreaterThan(1);
    expect(yTicks.length).toBeGreaterThan(1);
    for (const at of [zero, ...xTicks.map((tick) => tick.at), ...yTicks.map((tick) => tick.at), ...curves.flatMap(({ d }) => placesOf(d).flatMap(({ x, y }) => [x, y]))]) expect(Number.isFinite(at)).toBe(true);
  });
});
