/** Every number of a reward model's evaluation against its closed form, and against margins of which the answer is known. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brierOf, eceOf, fittedTemperature, nllOf, randomSides, reliabilityOf, shareOf, sigmoid, temperatureTest, type Sided } from '../../src/contract/calibration';
import { Random } from '../../src/contract/random';

const LN3 = Math.log(3); // σ = 3/4

/** Margins of labels drawn from σ of the true margin: perfectly calibrated. */
function calibrated(count: number, spread: number, seed = 1): number[] {
  const random = Random.of(seed, 'calibrated');
  return Array.from(random.normals(count, spread), (margin) => (random.next() < sigmoid(margin) ? margin : -margin));
}

describe('scores of margins', () => {
  it('at σ = 3/4 and 1/4', () => {
    expect(nllOf([LN3])).toBeCloseTo(-Math.log(0.75), 12);
    expect(nllOf([LN3, -LN3])).toBeCloseTo((-Math.log(0.75) - Math.log(0.25)) / 2, 12);
    expect(nllOf([2 * LN3], 2)).toBeCloseTo(-Math.log(0.75), 12);
    expect(brierOf([LN3])).toBeCloseTo(0.0625, 12);
    expect(brierOf([LN3, -LN3])).toBeCloseTo((0.0625 + 0.5625) / 2, 12);
  });

  it('of a reward model that knows nothing are ln 2 and a quarter', () => {
    expect(nllOf([0, 0])).toBeCloseTo(Math.LN2, 12);
    expect(brierOf([0, 0])).toBeCloseTo(0.25, 12);
  });

  it('stay finite at margins of ±1,000', () => {
    expect(nllOf([1000])).toBe(0);
    expect(nllOf([-1000])).toBe(1000);
    expect(brierOf([1000, -1000])).toBe(0.5);
    expect(sigmoid(-1000)).toBe(0);
    expect(sigmoid(1000)).toBe(1);
  });
});

describe('expected calibration error', () => {
  const sided = (margin: number, isLeftChosen: boolean): Sided => ({ margin, isLeftChosen });

  it('is the distance between what is said and what happens', () => {
    expect(eceOf([sided(LN3, true)])).toBeCloseTo(0.25, 12);
    expect(eceOf([sided(LN3, true), sided(LN3, true), sided(LN3, true), sided(LN3, false)])).toBeCloseTo(0, 12);
    // Two bins, weighted by their pairs: |0.75 − 1| twice, |0.25 − 0| once... and a margin of 1,000 falls into the last bin.
    expect(eceOf([sided(LN3, true), sided(LN3, true), sided(-LN3, false), sided(1000, false)])).toBeCloseTo((0.5 + 0.25 + 1) / 4, 12);
  });

  it('is near 0 for a calibrated model and large for one that is three times too sure', () => {
    const margins = calibrated(20_000, 1.5);
    expect(eceOf(randomSides(margins, Random.of(1, 'sides')))).toBeLessThan(0.015);
    expect(eceOf(randomSides(margins.map((margin) => 3 * margin), Random.of(1, 'sides')))).toBeGreaterThan(0.1);
  });

  it('puts the chosen completion on the left half of the time, the same way each time', () => {
    const sides = randomSides(calibrated(10_000, 1), Random.of(7, 'sides'));
    expect(sides).toEqual(randomSides(calibrated(10_000, 1), Random.of(7, 'sides')));
    const left = shareOf(sides.map(({ isLeftChosen }) => isLeftChosen))!;
    expect(left.low).toBeLessThan(0.5);
    expect(left.high).toBeGreaterThan(0.5);
    // A side changes the sign of the margin and of the label together.
    expect(sides.map(({ margin, isLeftChosen }) => (isLeftChosen ? margin : -margin))).toEqual(calibrated(10_000, 1));
  });
});

describe('reliability by margin', () => {
  it('sorts pairs by the size of their margin, whichever side it favours', () => {
    const bins = reliabilityOf([0, 0.2, -0.49, 0.5, -0.7, 1.6]);
    expect(bins.map(({ from, to, n, share }) => ({ from, to, n, share }))).toEqual([
      { from: 0, to: 0.5, n: 3, share: 1 / 3 }, // a tie is wrong
      { from: 0.5, to: 1, n: 2, share: 1 / 2 },
      { from: 1.5, to: 2, n: 1, share: 1 },
    ]);
    expect(bins[1]!.expected).toBeCloseTo((sigmoid(0.5) + sigmoid(0.7)) / 2, 12);
  });

  it('leaves out what lies beyond the 99.5th percentile, but never all', () => {
    const margins = [...Array.from({ length: 199 }, () => 0.1), 50];
    expect(reliabilityOf(margins).map(({ n }) => n)).toEqual([199]);
    expect(reliabilityOf([50]).map(({ from, n }) => ({ from, n }))).toEqual([{ from: 50, n: 1 }]);
  });

  it('of a calibrated model holds what is expected within nearly every interval', () => {
    const bins = reliabilityOf(calibrated(20_000, 1.5));
    expect(bins.length).toBeGreaterThan(6);
    expect(bins.filter(({ low, high, expected }) => low <= expected && expected <= high).length).toBeGreaterThanOrEqual(bins.length - 1);
  });
});

describe('the temperature', () => {
  it('is found where it is known', () => {
    // Three right of four at margins of ±2 ln 3: σ(2 ln 3 / T) = 3/4 at T = 2.
    expect(fittedTemperature([2 * LN3, 2 * LN3, 2 * LN3, -2 * LN3])).toBeCloseTo(2, 9);
    expect(fittedTemperature([LN3 / 4, LN3 / 4, LN3 / 4, -LN3 / 4])).toBeCloseTo(0.25, 9);
  });

  it('takes back a scale', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.3, max: 4, noNaN: true }), (scale) => {
        const margins = calibrated(4000, 1.5);
        expect(fittedTemperature(margins.map((margin) => scale * margin))).toBeCloseTo(scale * fittedTemperature(margins), 6);
      }),
      { numRuns: 20 },
    );
    expect(fittedTemperature(calibrated(20_000, 1.5))).toBeGreaterThan(0.93);
    expect(fittedTemperature(calibrated(20_000, 1.5))).toBeLessThan(1.07);
  });

  it('stays within its bounds for models that are always right, always wrong, or say nothing', () => {
    expect(fittedTemperature([1, 2, 3])).toBe(0.05);
    expect(fittedTemperature([-1, -2])).toBe(20);
    expect(fittedTemperature([0, 0])).toBe(20);
  });

  it('is tested on pairs that it was not fitted on', () => {
    const margins = calibrated(8000, 1.5).map((margin) => 3 * margin);
    const { temperature, before, after, n } = temperatureTest(margins)!;
    expect(n).toBe(4000);
    expect(temperature).toBeGreaterThan(2.6);
    expect(temperature).toBeLessThan(3.4);
    expect(after).toBeLessThan(before - 0.1);
    expect(temperatureTest([1])).toBeUndefined();
  });
});

it('a share of nothing is no share', () => {
  expect(shareOf([])).toBeUndefined();
  expect(shareOf([true, false])).toMatchObject({ share: 0.5, n: 2 });
});
