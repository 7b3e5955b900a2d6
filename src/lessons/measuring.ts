/** What a run says to a claim: readings, measurements and ranges over the histories of its stages. Pure. */
import type { MetricColumns } from '../contract/metrics';
import type { Claim, Measurement, Moment, Range, Reading } from './lesson';

/** What a run has measured by now. */
export interface Seen {
  /** By the stage's id. */
  stages: ReadonlyMap<string, { history: MetricColumns; isDone: boolean }>;
  /** What was found for claims before, by their ids. */
  found: Readonly<Record<string, number>>;
}

/** Undefined while it has not been measured, or the step not been reached. */
export function readingOf(reading: Reading, { stages, found }: Seen): number | undefined {
  if ('claim' in reading) return found[reading.claim];
  const { stage, metric, at } = reading;
  const history = stages.get(stage)?.history;
  const column = history?.columns[metric];
  if (!history || !column) return undefined;
  const isThere = (value: number | null | undefined): value is number => value !== null && value !== undefined;
  if (at === 'first') return column.find(isThere) ?? undefined;
  if (at === 'last') return column.findLast(isThere) ?? undefined;
  if ((history.steps.at(-1) ?? 0) < at) return undefined;
  return column.findLast((value, i) => isThere(value) && history.steps[i]! <= at) ?? undefined; // a step for each value
}

export function measurementOf({ of, minus }: Measurement, seen: Seen): number | undefined {
  const value = readingOf(of, seen);
  if (!minus || value === undefined) return value;
  const less = readingOf(minus, seen);
  return less === undefined ? undefined : value - less;
}

/** Undefined while an end of the range is not known. */
export function isIn(value: number, { low, high }: Range, seen: Seen): boolean | undefined {
  const [from, to] = [low, high].map((end) => (typeof end === 'object' ? readingOf(end, seen) : end));
  if ((from === undefined && low !== undefined) || (to === undefined && high !== undefined)) return undefined;
  return value >= (from ?? -Infinity) && value <= (to ?? Infinity);
}

/** Whether a reading will not change any more. */
const isSettled = (reading: Reading, { stages }: Seen): boolean => 'claim' in reading || reading.at !== 'last' || stages.get(reading.stage)?.isDone === true;

export interface Checked {
  /** Undefined while it is not measured. */
  measured: number | undefined;
  /** Whether the lesson's claim is true of this run, as far as it has come. */
  holds: boolean | undefined;
  /** Nothing of it will change any more. */
  isSettled: boolean;
}

export function checked({ measured, holds }: Pick<Claim, 'measured' | 'holds'>, seen: Seen): Checked {
  const value = measurementOf(measured, seen);
  const readings = [measured.of, measured.minus, holds.low, holds.high].filter((each) => typeof each === 'object');
  return { measured: value, holds: value === undefined ? undefined : isIn(value, holds, seen), isSettled: value !== undefined && readings.every((each) => isSettled(each, seen)) };
}

/** Whether training has come to a moment. A stage that is over has passed all of its moments. */
export function hasCome({ stage, step, reaches }: Moment, seen: Seen): boolean {
  const at = seen.stages.get(stage);
  if (!at || at.isDone) return at?.isDone === true;
  if (step !== undefined && (at.history.steps.at(-1) ?? 0) >= step) return true;
  const value = reaches && readingOf({ stage, metric: reaches.metric, at: 'last' }, seen);
  return reaches !== undefined && value !== undefined && isIn(value, reaches.range, seen) === true;
}

