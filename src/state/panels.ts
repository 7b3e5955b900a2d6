/** Which metrics share a chart. The rest of an algorithm's `charts` stand alone, in the order of its list. */
import { ALGORITHMS, type AlgorithmId } from '../contract/algorithms';
import { isMeasured, type ChartedName, type TaskWords } from '../contract/metrics';

/** Read together or not at all: training beside held-out, chosen beside rejected, proxy beside gold, gold beside what of it was gained, answers that do not end beside those that repeat themselves. */
const TOGETHER: readonly (readonly ChartedName[])[] = [
  ['loss', 'eval_loss'],
  ['objective/scores', 'objective/gold'],
  ['gold/reward', 'gold/gain'],
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

/** @param task of the run; what it never measures has no line, and what would have no line has no chart */
export function panelsOf(algorithm: AlgorithmId, task?: TaskWords): Panel[] {
  const listed: readonly ChartedName[] = ALGORITHMS[algorithm].charts.filter((name: ChartedName) => isMeasured(name, task));
  const drawn = new Set<ChartedName>();
  const panels: Panel[] = [];
  for (const metric of listed) {
    if (drawn.has(metric)) continue;
    const companions = TOGETHER.find((group) => group.includes(metric)) ?? [];
    const series = [metric, ...companions.filter((name) => name !== metric && isMeasured(name, task) && (listed.includes(name) || BROUGHT.has(name)))];
    for (const name of series) drawn.add(name);
    panels.push({ metric, series });
  }
  return panels;
}
