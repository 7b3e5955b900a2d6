/** Where a run is healthy: bounds by number and by where it began, and when anybody may say so. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bandOf, isHealthy, isOutside, nowOf, ofStart, startOf, WINDOW, windowsOf } from '../../src/contract/health';

const leaving = 'It left.';
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

describe('start and now', () => {
  test('are means over the first and the last ten steps', () => {
    const steps = upTo(30);
    expect(startOf(steps, steps)).toBe(5.5);
    expect(nowOf(steps, steps)).toBe(25.5);
  });

  test('of what is measured rarely are the first and the last measurement', () => {
    const steps = upTo(300);
    const column = steps.map((step) => (step === 1 || step % 100 === 0 ? step : null));
    expect([startOf(steps, column), nowOf(steps, column)]).toEqual([1, 300]);
  });

  test('begin at the first measurement, however late it is, and there is no now before ten more steps', () => {
    const steps = upTo(40);
    const column = steps.map((step) => (step > 20 ? step : null));
    expect(startOf(steps, column)).toBe(25.5);
    expect(nowOf(steps.slice(0, 30), column.slice(0, 30))).toBeNull();
    expect(nowOf(steps.slice(0, 31), column.slice(0, 31))).toBe(26.5);
  });

  test('stand where measuring stopped, and pass over what is no number', () => {
    const steps = upTo(60);
    const column = steps.map((step) => (step <= 40 ? (step % 2 ? NaN : 2) : null));
    expect([startOf(steps, column), nowOf(steps, column)]).toEqual([2, 2]);
  });

  test('are nothing where nothing was measured', () => {
    expect([startOf([], []), nowOf([], []), startOf([1, 2], [null, NaN]), nowOf([1, 2], [null, NaN])]).toEqual([null, null, null, null]);
  });

  test('one step may be missing, as when telemetry merges rows: steps count, not rows', () => {
    expect(startOf([1, 4, 8, 12, 16], [1, 2, 3, 9, 9])).toBe(2);
    expect(nowOf([1, 4, 8, 12, 16], [1, 2, 3, 9, 11])).toBe((3 + 9 + 11) / 3);
  });
});

test('windows are what now was at each measurement after the start', () => {
  const steps = [1, 2, 9, 10, 11, 15, 30, 31, 50];
  const column = [4, null, 2, NaN, 8, 1, null, 3, 5];
  const windows = windowsOf(steps, column);
  expect(windows.map(({ step }) => step)).toEqual([11, 15, 31, 50]);
  for (const { step, value } of windows) {
    const length = steps.indexOf(step) + 1;
    expect(value).toBeCloseTo(nowOf(steps.slice(0, length), column.slice(0, length))!, 12);
  }
  expect(windowsOf([], [])).toEqual([]);
});

describe('bands', () => {
  test('are open where nothing is said, and follow the start', () => {
    expect(bandOf({ low: -1, leaving }, 7)).toEqual({ low: -1, high: Infinity });
    expect(bandOf({ low: ofStart({ times: 0.5 }), high: ofStart({ plus: 2 }), leaving }, 6)).toEqual({ low: 3, high: 8 });
    expect(bandOf({ high: ofStart(), leaving }, null)).toEqual({ low: -Infinity, high: Infinity });
  });

  test('hold their own borders', () => {
    expect([isOutside(1, { low: 1, high: 2 }), isOutside(2, { low: 1, high: 2 }), isOutside(2.01, { low: 1, high: 2 })]).toEqual([false, false, true]);
  });
});

describe('the verdict', () => {
  test('waits until something can have changed, and one wild step does not make it', () => {
    const steps = upTo(30);
    const calm = steps.map(() => 1);
    expect(isHealthy({ high: ofStart({ times: 1.5 }), leaving }, steps.slice(0, WINDOW), calm.slice(0, WINDOW))).toBeNull();
    expect(isHealthy({ high: ofStart({ times: 1.5 }), leaving }, steps, calm.with(29, 5))).toBe(true);
    expect(isHealthy({ high: ofStart({ times: 1.5 }), leaving }, steps, calm.with(29, 7))).toBe(false);
  });

  test('a line that stands still is healthy by where it began', () => {
    fc.assert(
      fc.property(fc.double({ min: -100, max: 100, noNaN: true }), fc.integer({ min: 11, max: 60 }), (value, length) => {
        const column = upTo(length).map(() => value);
        const slack = 1e-9;
        expect(isHealthy({ low: ofStart({ plus: -slack }), high: ofStart({ plus: slack }), leaving }, upTo(length), column)).toBe(true);
      }),
    );
  });
});
