/** Puts several runs' histories of one metric on one list of steps. Pure. */
import type { MetricColumns, MetricName } from '../contract/metrics';
import type { LineData } from './line';

/** Union of all steps, ascending; null where a run has no value at a step. */
export function alignHistories(histories: readonly MetricColumns[], metric: MetricName): LineData {
  const steps = [...new Set(histories.flatMap((history) => history.steps))].sort((a, b) => a - b);
  const rowOf = new Map(steps.map((step, row) => [step, row]));
  const columns = histories.map((history) => {
    const column = new Array<number | null>(steps.length).fill(null);
    history.columns[metric]?.forEach((value, i) => {
      const row = rowOf.get(history.steps[i] ?? NaN);
      if (row !== undefined) column[row] = value;
    });
    return column;
  });
  return { steps, columns };
}
