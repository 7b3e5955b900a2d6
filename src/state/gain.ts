/** What all prompts of an evaluation say together, where the few that are shown may say the opposite. */
import type { MetricColumns } from '../contract/metrics';

/** Gold more than of the model before, and the 95 % interval (two standard errors), in the task's unit of gold. */
export interface Gain {
  mean: number;
  low: number;
  high: number;
}

/** @returns that of the evaluation at a step; null where there was none, or no gold. A page that hears of several steps at once has it under the last of them. */
export function gainAt({ steps, columns }: MetricColumns, step: number): Gain | null {
  const [means = [], errors = []] = [columns['gold/gain'], columns['gold/gain_stderr']];
  const at = steps.findIndex((each, i) => each >= step && Number.isFinite(means[i] ?? NaN));
  const [mean, error] = [means[at] ?? NaN, errors[at] ?? NaN];
  return Number.isFinite(mean) && Number.isFinite(error) ? { mean, low: mean - 2 * error, high: mean + 2 * error } : null;
}
