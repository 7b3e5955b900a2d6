/** Which metrics share a chart. The rest of an algorithm's `charts` stand alone, in the order of its list. */
import { ALGORITHMS, type AlgorithmId } from '../contract/algorithms';
import type { ChartedName } from '../contract/metrics';

/** Read together or not at all: training beside held-out, chosen beside rejected, proxy beside gold, answers that do not end beside those that repeat themselves. */
const TOGETHER: readonly (readonly ChartedName[])[] = [
  ['loss', 'eval_loss'],
  ['objective/scores', 'objective/gold'],
  ['logps/chosen', 'logps/rejected'],
  ['rewards/chosen', 'rewards/rejected'],
  ['rewards/accuracies', 'eval_seen_rewards/accuracies', 'eval_unseen_rewards/accuracies'],
  ['samples/distinct', 'samples/distinct_2'],
  ['samples/eos_rate', 'samples/repetition'],
  ['accuracy', 'eval_seen_accuracy', 'eval_unseen_accuracy'],
];

/** Metrics a companion brings along though the algorithm does not list them. */
const BROUGHT: ReadonlySet<ChartedName> = new Set(['logps/rejected', 'rewards/rejected', 'objective/gold', 'samples/distinct_2', 'samples/repetition']);

export interface Panel {
  metric: ChartedName;
  /** All its lines, `metric` first. */
  series: ChartedName[];
}

export function panelsOf(algorithm: AlgorithmId): Panel[] {
  const listed: readonly ChartedName[] = ALGORITHMS[algorithm].charts;
  const drawn = new Set<ChartedName>();
  const panels: Panel[] = [];
  for (const metric of listed) {
    if (drawn.has(metric)) continue;
    const companions = TOGETHER.find((group) => group.includes(metric)) ?? [];
    const series = [metric, ...companions.filter((name) => name !== metric && (listed.includes(name) || BROUGHT.has(name)))];
    for (const name of series) drawn.add(name);
    panels.push({ metric, series });
  }
  return panels;
}
