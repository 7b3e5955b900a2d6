/** What a chart draws: lines with words, event marks, and where a metric is healthy. Shared by one-run and many-run charts. */
import { bandOf, isOutside, type Healthy } from '../contract/health';

export interface Line {
  /** Metric or run. */
  name: string;
  unit: string;
  /** One sentence, shown on hover and focus. */
  means: string;
  /** Whose measure it is; left out where it is a figure of this page alone. */
  source?: string;
  healthy?: Healthy;
}

export interface Mark {
  step: number;
  text: string;
}

/** Aligned columns, one per line, null where nothing was measured. Plain arrays that grow in place. */
export interface LineData {
  steps: readonly number[];
  columns: readonly (readonly (number | null)[])[];
}

/** Dash patterns in CSS pixels, so that colour is never the only difference between two lines. */
export const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2], [12, 4]];

/** After the last hue the dashes move on by one, so that 36 lines look different. */
export const dashOf = (index: number): readonly number[] => DASHES[(index + Math.floor(index / DASHES.length)) % DASHES.length]!; // the remainder is a place in the list

/** Scales by unit: lines of a second unit are read on the right-hand axis. */
export const scaleOf = (lines: readonly Line[], index: number): 'left' | 'right' => (lines[index]!.unit === lines[0]!.unit ? 'left' : 'right');

/** The sentence about a value outside its healthy range; null inside it or where nothing is known. @param start where the line began */
export function warningOf({ healthy }: Line, value: number | null, start: number | null): string | null {
  if (!healthy || value === null) return null;
  return isOutside(value, bandOf(healthy, start)) ? healthy.leaving : null;
}
