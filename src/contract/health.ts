/**
 * Where a healthy run stays, and whether a run has left it. Pure: charts shade what it says, and alarms are made of it.
 * A bound is a number of the metric's unit or stands to where the stage began: how long an answer should be depends on the task, that it should not double does not.
 */

/** `times` · start + `plus`. */
export interface FromStart {
  times: number;
  plus: number;
}
export type Bound = number | FromStart;

export interface Healthy {
  /** One of the two at least. */
  low?: Bound;
  high?: Bound;
  /** What it means to be outside, one sentence. */
  leaving: string;
}

export const ofStart = ({ times = 1, plus = 0 } = {}): FromStart => ({ times, plus });

/** One batch is no verdict: what a run was like at its start, and is like now, are means over so many steps. Ours. */
export const WINDOW = 10;

type Steps = readonly number[];
type Column = readonly (number | null)[];

const isMeasured = (value: number | null | undefined): value is number => value !== null && value !== undefined && Number.isFinite(value);

const meanOf = (values: Column): number | null => {
  const measured = values.filter(isMeasured);
  return measured.length === 0 ? null : measured.reduce((sum, value) => sum + value, 0) / measured.length;
};

/** Mean over the first steps that measured it; null where none did. What is measured rarely was measured once in them. */
export function startOf(steps: Steps, column: Column): number | null {
  const first = column.findIndex(isMeasured);
  if (first < 0) return null;
  const after = steps.findIndex((step) => step >= steps[first]! + WINDOW); // a place that was found
  return meanOf(column.slice(first, after < 0 ? undefined : after));
}

/** Mean over the last steps that measured it; null while they are still the start: nothing can have changed yet. */
export function nowOf(steps: Steps, column: Column): number | null {
  const last = column.findLastIndex(isMeasured);
  if (last < 0 || steps[last]! < steps[column.findIndex(isMeasured)]! + WINDOW) return null; // both were found
  return meanOf(column.slice(steps.findLastIndex((step) => step <= steps[last]! - WINDOW) + 1, last + 1));
}

export interface Windowed {
  step: number;
  value: number;
}

/** What `nowOf` was at each measurement. */
export function windowsOf(steps: Steps, column: Column): Windowed[] {
  const measured: Windowed[] = [];
  column.forEach((value, i) => {
    if (isMeasured(value)) measured.push({ step: steps[i]!, value });
  });
  const from = (measured[0]?.step ?? 0) + WINDOW;
  let first = 0;
  let sum = 0;
  const windows: Windowed[] = [];
  measured.forEach(({ step, value }, last) => {
    sum += value;
    while (measured[first]!.step <= step - WINDOW) sum -= measured[first++]!.value;
    if (step >= from) windows.push({ step, value: sum / (last + 1 - first) });
  });
  return windows;
}

export interface Band {
  /** −∞ and ∞ where it is open. */
  low: number;
  high: number;
}

/** @param start null while nothing was measured: bounds that stand to it are open */
export function bandOf({ low, high }: Healthy, start: number | null): Band {
  const at = (bound: Bound | undefined, open: number): number => {
    if (bound === undefined) return open;
    if (typeof bound === 'number') return bound;
    return start === null ? open : bound.times * start + bound.plus;
  };
  return { low: at(low, -Infinity), high: at(high, Infinity) };
}

export const isOutside = (value: number, { low, high }: Band): boolean => value < low || value > high;

/** Whether it is healthy now; null while nobody can say. */
export function isHealthy(healthy: Healthy, steps: Steps, column: Column): boolean | null {
  const now = nowOf(steps, column);
  return now === null ? null : !isOutside(now, bandOf(healthy, startOf(steps, column)));
}
