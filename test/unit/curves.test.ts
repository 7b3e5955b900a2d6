/** Curves of several seeds: which steps they have in common, how sure their mean is, and where they stand in a plot. */
import { describe, expect, test } from 'vitest';
import { layoutCurves } from '../../src/charts/curve-layout';
import { appendRow, emptyColumns, type MetricColumns } from '../../src/contract/metrics';
import { overSeeds } from '../../src/contract/statistics';
import { curveOf } from '../../src/experiments/curves';

function historyOf(...rows: [step: number, win: number | undefined][]): MetricColumns {
  const history = emptyColumns();
  for (const [step, win] of rows) appendRow(history, step, { loss: 1, ...(win === undefined ? {} : { 'gold/win_rate': win }) });
  return history;
}

describe('a curve', () => {
  test('is the mean of what every seed measured, by the share of training done', () => {
    const curve = curveOf('dpo', [historyOf([1, 0.5], [2, undefined], [5, 0.6], [10, 0.7]), historyOf([1, 0.5], [2, 0.9], [10, 0.6])], 'gold/win_rate', 10);
    expect(curve.points.map(({ at }) => at)).toEqual([0.1, 1]); // step 5 is missing in one, step 2 was measured by one
    expect(curve.points[1]!.value).toEqual(overSeeds([0.7, 0.6]));
  });

  test('of nothing measured has no points', () => {
    expect(curveOf('dpo', [], 'loss', 10).points).toEqual([]);
    expect(curveOf('dpo', [historyOf([1, 0.5])], 'objective/kl', 10).points).toEqual([]);
  });
});

describe('the plot', () => {
  const SIZE = { width: 400, height: 200 };
  const curves = [
    { name: 'low', points: [{ at: 0, value: overSeeds([0.1, 0.2]) }, { at: 1, value: overSeeds([0.3, 0.31]) }] },
    { name: 'high', points: [{ at: 0, value: overSeeds([10]) }, { at: 1, value: overSeeds([20]) }] },
  ];
  const places = (d: string) => [...d.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));

  test('has every line and band inside the box, higher values higher up', () => {
    const { lines, left, right, top, bottom } = layoutCurves(curves, SIZE);
    for (const { line, band } of lines) for (const { x, y } of [...places(line), ...places(band)]) expect([x >= left, x <= right, y >= top, y <= bottom]).toEqual([true, true, true, true]);
    expect(places(lines[1]!.line)[0]!.y).toBeLessThan(places(lines[0]!.line)[0]!.y);
  });

  test('fits its axes to what is shown, and keeps hues when others are hidden', () => {
    const { lines, atY, top, bottom } = layoutCurves(curves, SIZE, (name) => name === 'high');
    expect(lines.map(({ index }) => index)).toEqual([1]);
    expect(atY(20) - top).toBeLessThan(0.1 * (bottom - top));
    expect(bottom - atY(10)).toBeLessThan(0.1 * (bottom - top));
  });

  test('the band goes there by its upper edge and back by its lower', () => {
    const { lines, atY } = layoutCurves(curves, SIZE);
    const band = places(lines[0]!.band);
    expect(band.length).toBe(4);
    expect(band[0]!.y).toBeCloseTo(atY(curves[0]!.points[0]!.value.high), 1);
    expect(band[3]!.y).toBeCloseTo(atY(curves[0]!.points[0]!.value.low), 1);
  });

  test('of nothing, or of one flat line, has numbers everywhere', () => {
    for (const given of [[], [{ name: 'flat', points: [{ at: 0, value: overSeeds([0]) }, { at: 1, value: overSeeds([0]) }] }]]) expect(JSON.stringify(layoutCurves(given, SIZE))).not.toMatch(/NaN|null|Infinity/);
  });
});
