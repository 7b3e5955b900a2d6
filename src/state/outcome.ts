/** What a run came to: how one number of its last stage went, and the last values that say how good it is. Pure. */
import { lastRow, type MetricColumns, type MetricName } from '../contract/metrics';

export interface Outcome {
  stage: string;
  /** What the curve shows; null where nothing of the kind was measured. */
  metric: MetricName | null;
  /** In order, gaps left out. */
  curve: readonly number[];
  /** That metric first, then what else there is. */
  finals: readonly { metric: MetricName; value: number }[];
  /** Last true reward, where the task has one. */
  gold: number | null;
}

/** The truth where there is one, then what was held out, then what was minimised. */
const WANTED = ['gold/reward', 'eval_unseen_accuracy', 'eval_unseen_rewards/accuracies', 'eval_seen_accuracy', 'eval_seen_rewards/accuracies', 'eval_loss', 'loss'] as const satisfies MetricName[];
/** More than this cannot be read in passing. */
const MOST = 2;
/** Points of a curve as small as a word. */
const POINTS = 128;

export function outcomeOf(stage: string, metrics: MetricColumns): Outcome {
  const last = lastRow(metrics);
  const finals = WANTED.flatMap((metric) => (last[metric] === undefined ? [] : [{ metric, value: last[metric] }])).slice(0, MOST);
  const metric = finals[0]?.metric ?? null;
  const measured = metric === null ? [] : metrics.columns[metric]!.filter((value) => value !== null); // it has a last value
  const stride = Math.max(1, Math.ceil(measured.length / POINTS));
  return { stage, metric, curve: measured.filter((_, i) => i % stride === 0 || i === measured.length - 1), finals, gold: last['gold/reward'] ?? null };
}
