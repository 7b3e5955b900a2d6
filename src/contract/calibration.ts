/**
 * Whether margins mean what they say. Under Bradley-Terry the chance that people choose one side is σ(margin), so on held-out pairs a reward model that says 80 % should be
 * right on 80 % of them. Scores: negative log-likelihood, Brier (1950), expected calibration error (Guo et al. 2017); the bins by margin as in the N+ implementation details
 * (Huang et al. 2024); one temperature (Guo et al. 2017). All of plain numbers: `margins` are reward of chosen minus reward of rejected, one a pair, at least one.
 */
import { exp, log1p, square } from './exact';
import type { Random } from './random';
import { wilson, type Interval } from './statistics';

export const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)));

/** −log σ(x) = log(1 + e^−x), without overflow. */
const surprise = (x: number): number => Math.max(0, -x) + log1p(exp(-Math.abs(x)));

const meanOf = (numbers: readonly number[]): number => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

/** Mean −log σ(margin / temperature), nats; ln 2 for a reward model that knows nothing. */
export const nllOf = (margins: readonly number[], temperature = 1): number => meanOf(margins.map((margin) => surprise(margin / temperature)));

/** Mean squared distance of σ(margin) from the truth, which is 1; a quarter for a reward model that knows nothing. */
export const brierOf = (margins: readonly number[]): number => meanOf(margins.map((margin) => square(sigmoid(-margin))));

/** A pair as a judge meets it: one side on the left, which was or was not the one that people chose. */
export interface Sided {
  /** Reward of left minus reward of right. */
  margin: number;
  isLeftChosen: boolean;
}

/** Chosen completions on either side by chance: were they always on the left, every label would be 1 and nothing could be overconfident. */
export const randomSides = (margins: readonly number[], random: Random): Sided[] =>
  margins.map((margin) => (random.next() < 0.5 ? { margin, isLeftChosen: true } : { margin: -margin, isLeftChosen: false }));

const ECE_BINS = 15;

/** Mean distance between what is said of the left side and how often it was chosen, over 15 equal bins of what is said, weighted by their pairs (Guo et al. 2017, eq. 3). */
export function eceOf(pairs: readonly Sided[]): number {
  const bins = Array.from({ length: ECE_BINS }, () => ({ said: 0, chosen: 0 }));
  for (const { margin, isLeftChosen } of pairs) {
    const said = sigmoid(margin);
    const bin = bins[Math.min(ECE_BINS - 1, Math.floor(said * ECE_BINS))]!; // said is between 0 and 1
    bin.said += said;
    bin.chosen += Number(isLeftChosen);
  }
  return bins.reduce((sum, { said, chosen }) => sum + Math.abs(said - chosen), 0) / pairs.length;
}

/** A share of so many items with its 95 % interval. */
export interface Share extends Interval {
  share: number;
  n: number;
}

/** Nothing where there is nothing to share. */
export function shareOf(holds: readonly boolean[]): Share | undefined {
  const n = holds.length;
  if (n === 0) return undefined;
  const share = holds.filter(Boolean).length / n;
  return { share, n, ...wilson(share, n) };
}

/** Pairs whose margin is about so large, whichever side it favours. */
export interface ReliabilityBin extends Share {
  /** Bounds of |margin|; the lower one belongs to the bin. */
  from: number;
  to: number;
  /** Mean σ(|margin|): the share that should be right. */
  expected: number;
}

const BIN_WIDTH = 0.5;
const BINNED = 0.995;

/** The share of pairs that are right (chosen above rejected; TRL counts ties as wrong) by size of the margin, in bins of 0.5 up to the 99.5th percentile. Empty bins are left out. */
export function reliabilityOf(margins: readonly number[]): ReliabilityBin[] {
  const sizes = margins.map(Math.abs).sort((a, b) => a - b);
  const largest = sizes[Math.ceil(BINNED * sizes.length) - 1]!; // at least one
  const bins = new Map<number, number[]>();
  for (const margin of margins) {
    if (Math.abs(margin) > largest) continue;
    const bin = Math.floor(Math.abs(margin) / BIN_WIDTH);
    const inside = bins.get(bin);
    if (inside) inside.push(margin);
    else bins.set(bin, [margin]);
  }
  return [...bins].sort(([a], [b]) => a - b).map(([bin, inside]) => ({
    from: bin * BIN_WIDTH,
    to: (bin + 1) * BIN_WIDTH,
    expected: meanOf(inside.map((margin) => sigmoid(Math.abs(margin)))),
    ...shareOf(inside.map((margin) => margin > 0))!, // a bin is made by its first pair
  }));
}

/** Temperatures that are looked at. A reward model that is always right wants 0, one that knows nothing wants infinity. */
const COLDEST = 0.05;
const HOTTEST = 20;

/** The temperature T at which σ(margin / T) fits best. The loss is convex in 1/T, so halving finds it; kept within 0.05 and 20. */
export function fittedTemperature(margins: readonly number[]): number {
  /** Slope of the loss in s = 1/T. */
  const slope = (s: number) => -meanOf(margins.map((margin) => margin * sigmoid(-s * margin)));
  let [low, high] = [1 / HOTTEST, 1 / COLDEST];
  if (slope(low) >= 0) return HOTTEST;
  if (slope(high) <= 0) return COLDEST;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (slope(middle) < 0) low = middle;
    else high = middle;
  }
  return 2 / (low + high);
}

export interface TemperatureTest {
  temperature: number;
  /** Loss on the half that it was not fitted on, nats: as it is, and with the temperature. */
  before: number;
  after: number;
  /** Pairs of that half. */
  n: number;
}

/** One temperature, fitted on every other pair and tested on the rest. Nothing where there are fewer than two pairs. */
export function temperatureTest(margins: readonly number[]): TemperatureTest | undefined {
  if (margins.length < 2) return undefined;
  const temperature = fittedTemperature(margins.filter((_, i) => i % 2 === 0));
  const tested = margins.filter((_, i) => i % 2 === 1);
  return { temperature, before: nllOf(tested), after: nllOf(tested, temperature), n: tested.length };
}
