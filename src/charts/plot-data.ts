/** From a history to what uPlot draws: smoothed, thinned to the pixels there are, and without what an axis cannot show. */
import type uPlot from 'uplot';
import { keptIndices } from './downsample';
import type { LineData } from './line';
import { smooth } from './smooth';

/** For each line: raw values, then smoothed ones if there is smoothing. */
export interface PlotData {
  aligned: uPlot.AlignedData;
  /** Lines with so few measurements that each is shown as a point. */
  rare: boolean[];
}

const POINTS_PER_PIXEL = 2;

export function plotData({ steps, columns }: LineData, width: number, smoothing: number, log: boolean): PlotData {
  const length = steps.length;
  const kept = keptIndices(length, columns, Math.max(64, width * POINTS_PER_PIXEL));
  const whole = kept.length === length;
  const take = (column: readonly (number | null)[]): (number | null)[] => {
    const thinned = whole ? column.slice(0, length) : kept.map((i) => column[i] ?? null);
    return thinned.map((value) => (value !== null && Number.isFinite(value) && (!log || value > 0) ? value : null));
  };
  const drawn = columns.flatMap((column) => (smoothing > 0 ? [take(column), take(smooth(column, smoothing))] : [take(column)]));
  const rare = columns.map((column) => isRare(column));
  return { aligned: [whole ? steps.slice() : kept.map((i) => steps[i]!), ...drawn], rare };
}

/** How many of a column's first rows hold a measurement: it grows at its end, so those are not counted again. */
const counted = new WeakMap<readonly (number | null)[], { rows: number; measured: number }>();

function isRare(column: readonly (number | null)[]): boolean {
  let { rows, measured } = counted.get(column) ?? { rows: 0, measured: 0 };
  for (; rows < column.length; rows++) if (column[rows] !== null) measured += 1;
  counted.set(column, { rows, measured });
  return measured === 1 || measured * 2 < column.length;
}
