/** The laws of over-optimisation, fitted to points made from them, and what must not be fitted. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FEWEST, fitOf, predicted, turnOf, type Law } from '../../src/experiments/over-optimisation-fits';
import { lawOf, meanHistory, pathOf, peakOf } from '../../src/experiments/frontier';
import { appendRow, emptyColumns } from '../../src/contract/metrics';

const LAWS: readonly Law[] = ['best-of-n', 'rl'];
const distances = [0, 0.2, 0.5, 1, 1.5, 2.2, 3, 4];
const made = (law: Law, a: number, b: number, at = distances) => at.map((x) => ({ x, y: predicted({ law, a, b }, x) }));

describe.each(LAWS)('%s', (law) => {
  test('finds the numbers that made the points', () => {
    fc.assert(
      fc.property(fc.double({ min: -5, max: 5, noNaN: true }), fc.double({ min: 0.01, max: 2, noNaN: true }), (a, b) => {
        const fit = fitOf(law, made(law, a, b));
        expect(fit?.a).toBeCloseTo(a, 8);
        expect(fit?.b).toBeCloseTo(b, 8);
        expect(fit?.r2).toBeCloseTo(1, 8);
      }),
    );
  });

  test('turns where the points are highest', () => {
    const law2 = { law, a: 2, b: 0.8, r2: 1 };
    const turn = turnOf(law2)!;
    for (const beside of [turn - 0.01, turn + 0.01]) expect(predicted(law2, beside)).toBeLessThan(predicted(law2, turn));
  });

  test('that never turns has no turn', () => {
    expect(turnOf({ law, a: 2, b: 0, r2: 1 })).toBeUndefined();
    expect(turnOf({ law, a: 2, b: -1, r2: 1 })).toBeUndefined();
  });

  test('is not fitted to too few points, to points at one distance, or to points that do not vary', () => {
    expect(fitOf(law, made(law, 1, 1, distances.slice(0, FEWEST - 1)))).toBeUndefined();
    expect(fitOf(law, Array.from({ length: 9 }, (_, y) => ({ x: 2, y })))).toBeUndefined();
    expect(fitOf(law, distances.map((x) => ({ x, y: 0 })))).toBeUndefined();
    expect(fitOf(law, Array.from({ length: 9 }, (_, y) => ({ x: 0, y })))).toBeUndefined();
  });
});

test('by hand: R = d(3 − d) is 2 at 1, 2 at 2, highest at 1.5; R = d(1 − ln d) is 1 at 1 and highest there', () => {
  const best = { law: 'best-of-n', a: 3, b: 1, r2: 1 } as const;
  expect([1, 2].map((d) => predicted(best, d))).toEqual([2, 2]);
  expect(turnOf(best)).toBe(1.5);
  const rl = { law: 'rl', a: 1, b: 1, r2: 1 } as const;
  expect(predicted(rl, 0)).toBe(0);
  expect(predicted(rl, 1)).toBe(1);
  expect(turnOf(rl)).toBe(1);
});

test('the wrong law explains less', () => {
  const points = made('best-of-n', 2, 0.7);
  expect(fitOf('rl', points)!.r2).toBeLessThan(fitOf('best-of-n', points)!.r2 - 0.001);
});

describe('the way of a stage', () => {
  test('is √KL against both rewards, less those it began with', () => {
    const history = emptyColumns();
    appendRow(history, 1, { 'objective/kl': 0, 'objective/scores': 0.5, 'objective/gold': 1 });
    appendRow(history, 2, { 'objective/kl': 4, 'objective/scores': 1.5, 'objective/gold': 3 });
    appendRow(history, 3, { 'objective/kl': 9, 'objective/scores': 2.5, 'objective/gold': 2 });
    const path = pathOf('ppo', history)!;
    expect(path.proxy).toEqual([{ x: 0, y: 0 }, { x: 2, y: 1 }, { x: 3, y: 2 }]);
    expect(path.gold).toEqual([{ x: 0, y: 0 }, { x: 2, y: 2 }, { x: 3, y: 1 }]);
    expect(peakOf(path.gold)).toEqual({ x: 2, y: 2 });
  });

  test('of a method without a reward model is its evaluations; steps that measured none are passed over, and an estimate below 0 is none', () => {
    const history = emptyColumns();
    appendRow(history, 1, { 'objective/kl': -0.1, 'gold/reward': 1 });
    appendRow(history, 2, { loss: 3 });
    appendRow(history, 3, { 'objective/kl': 1, 'gold/reward': 1.5 });
    expect(pathOf('dpo', history)).toEqual({ name: 'dpo', proxy: [], gold: [{ x: 0, y: 0 }, { x: 1, y: 0.5 }], peak: { x: 1, y: 0.5 } });
  });

  test('is averaged for as long as the policy stands about where it was, and is none where no distance was measured', () => {
    const history = emptyColumns();
    // Out to √KL 2, there for a hundred noisy steps, then on to 4.
    const distances = [0, 1, ...Array.from({ length: 100 }, (_, i) => 2 + (i % 2) / 10), 3, 4];
    distances.forEach((d, i) => appendRow(history, i + 1, { 'objective/kl': d * d, 'objective/scores': d + (i % 2), 'objective/gold': -d }));
    const { gold, proxy } = pathOf('ppo', history)!;
    expect(gold.map(({ x }) => Math.round(x))).toEqual([0, 1, 2, 3, 4]);
    expect(proxy[2]!.y).toBeCloseTo(2.05 + 0.5, 10); // the mean of a hundred, half of them one higher
    expect(pathOf('sft', emptyColumns())).toBeNull();
    expect(peakOf([])).toBeUndefined();
  });

  test('of best-of-n has every size where there are few, and else sizes that grow by an equal factor, the first and the last among them', () => {
    const sizes = (N: number) => {
      const history = emptyColumns();
      for (let n = 1; n <= N; n++) appendRow(history, n, { 'objective/kl': Math.log(n) - (n - 1) / n, 'objective/scores': n, 'objective/gold': n });
      return pathOf('best-of-n', history, 'best-of-n')!.proxy.map(({ y }) => y + 1);
    };
    expect(sizes(4)).toEqual([1, 2, 3, 4]);
    expect(sizes(1)).toEqual([1]);
    const many = sizes(256);
    expect([many[0], many.at(-1)]).toEqual([1, 256]);
    expect(many.length).toBeLessThanOrEqual(24);
    expect(many.filter((n) => n > 128).length).toBe(3);
  });
});

test('the law of a stage is that of its kind of method', () => {
  expect([lawOf('ppo'), lawOf('dpo'), lawOf('sft')]).toEqual(['rl', undefined, undefined]);
});

test('histories of several seeds are averaged step by step; what one of them lacks is left out', () => {
  const [one, two] = [emptyColumns(), emptyColumns()];
  appendRow(one, 1, { loss: 1, 'gold/reward': 4 });
  appendRow(one, 2, { loss: 2 });
  appendRow(one, 3, { loss: 3 });
  appendRow(two, 1, { loss: 3 });
  appendRow(two, 2, { loss: 4, 'gold/reward': 8 });
  expect(meanHistory([one, two])).toEqual({ steps: [1, 2], columns: { loss: [2, 3] } });
  expect(meanHistory([one])).toEqual(one);
  expect(meanHistory([])).toEqual(emptyColumns());
});
