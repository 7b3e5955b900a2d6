/**
 * What is going wrong in a stage, in plain words: what happened, what it means, what to do. Pure: history and dictionary in, alarms out.
 * Where a metric is healthy stands in METRICS; here is when to speak. One evaluation or one wild batch raises no alarm: it must last for two measurements, ten steps at least.
 */
import { ALGORITHMS, type AlgorithmId } from '../contract/algorithms';
import { bandOf, isHealthy, startOf, WINDOW, windowsOf, type Windowed } from '../contract/health';
import { metricInfo, type ChartedName, type MetricColumns, type MetricName, type TaskWords } from '../contract/metrics';
import { alarms as english, type AlarmId } from '../words/en/alarms';
import type { Words } from '../words/language';
import type { Panel } from './panels';

export interface Alarm {
  id: AlarmId;
  /** What happened, one sentence. */
  says: string;
  means: string;
  /** What to do. */
  remedy: string;
  /** Step since which it has lasted. */
  since: number;
  /** Chart to look at. */
  metric: ChartedName;
}

type Say = Words['alarms'];
/** Before there are words for it. */
type Raised = Pick<Alarm, 'id' | 'since' | 'metric'>;

/** A metric that leaves its healthy range on one side. */
interface Rule {
  id: AlarmId;
  /** Whichever the stage measures. */
  metrics: readonly ChartedName[];
  side: 'low' | 'high';
  /** Says nothing of a model that begins with random weights: it begins unlike anything. */
  needsStart?: boolean;
}

const RULES: readonly Rule[] = [
  { id: 'longer', metrics: ['samples/length'], side: 'high', needsStart: true },
  { id: 'shorter', metrics: ['samples/length'], side: 'low', needsStart: true },
  { id: 'endless', metrics: ['samples/eos_rate'], side: 'low', needsStart: true },
  { id: 'same', metrics: ['samples/distinct'], side: 'low' },
  { id: 'pieces', metrics: ['samples/distinct_2'], side: 'low', needsStart: true },
  { id: 'repeats', metrics: ['samples/repetition'], side: 'high', needsStart: true },
  { id: 'decided', metrics: ['policy/entropy_avg', 'entropy'], side: 'low' },
  { id: 'left', metrics: ['objective/kl', 'kl'], side: 'high' },
  { id: 'length-paid', metrics: ['objective/length_correlation'], side: 'high' },
  { id: 'brevity-paid', metrics: ['objective/length_correlation'], side: 'low' },
  { id: 'worse', metrics: ['gold/win_rate'], side: 'low', needsStart: true },
];

/** Least part of the true reward's rise, and least amount in its unit, that must be lost again: less is noise of a few hundred prompts. Ours. */
const LOST = { share: 0.25, least: 0.15 };
/** Rise of the held-out loss above its lowest. Ours. */
const RISE = 1.05;

/** In the order in which they began. @param say in which language: files are English */
export function alarmsOf(algorithm: AlgorithmId, history: MetricColumns, task?: TaskWords, say: Say = english): Alarm[] {
  const isFromScratch = Object.keys(ALGORITHMS[algorithm].starts).length === 0;
  const single = RULES.flatMap((rule) => (rule.needsStart && isFromScratch ? [] : (broken(rule, history, task) ?? [])));
  return [...single, ...(fooled(history) ?? []), ...(byHeart(history) ?? [])].sort((a, b) => a.since - b.since).map((raised) => ({ ...raised, ...say.words[raised.id] }));
}

/** What there would be an alarm about, in words. */
export const watchedIn = (algorithm: AlgorithmId, task?: TaskWords, { watched }: Say = english): string =>
  ALGORITHMS[algorithm].makes === 'reward' ? watched.pairs : task?.lacks?.includes('gold') ? watched.answers : watched.answersAndGold;

/** Charts of which some line is outside its healthy range now. */
export const outsideOf = (panels: readonly Panel[], { steps, columns }: MetricColumns, task?: TaskWords): ChartedName[] =>
  panels.filter(({ series }) => series.some((name) => {
    const { healthy } = metricInfo(name, task);
    return healthy && isHealthy(healthy, steps, columns[name] ?? []) === false;
  })).map(({ metric }) => metric);

const measuredOf = <Name extends MetricName>({ columns }: MetricColumns, names: readonly Name[]): Name | undefined => names.find((name) => columns[name]?.some((value) => value !== null));
const windowsIn = ({ steps, columns }: MetricColumns, name: MetricName): Windowed[] => windowsOf(steps, columns[name] ?? []);

/** First step of the stretch that reaches to the last measurement and in which something holds; null where it does not last. */
function lasting(windows: readonly Windowed[], holds: (window: Windowed) => boolean): number | null {
  const first = windows.findLastIndex((window) => !holds(window)) + 1;
  const since = windows[first]?.step;
  return since !== undefined && windows.at(-1)!.step - since >= WINDOW ? since : null;
}

function broken({ id, metrics, side }: Rule, history: MetricColumns, task: TaskWords | undefined): Raised[] | null {
  const metric = measuredOf(history, metrics);
  const { healthy } = metric ? metricInfo(metric, task) : {};
  if (!metric || !healthy) return null;
  const band = bandOf(healthy, startOf(history.steps, history.columns[metric]!)); // it was measured
  const since = lasting(windowsIn(history, metric), ({ value }) => (side === 'low' ? value < band.low : value > band.high));
  return since === null ? null : [{ id, since, metric }];
}

/** The true reward lost a good part of what it had gained, and the score is higher than when it was highest. */
function fooled(history: MetricColumns): Raised[] | null {
  const gold = measuredOf(history, ['objective/gold', 'gold/reward']);
  const score = measuredOf(history, ['objective/raw_scores', 'objective/scores', 'rewards/margins']); // before normalisation, which would hold it at 0
  if (!gold || !score) return null;
  const golds = windowsIn(history, gold);
  const scores = windowsIn(history, score);
  const start = startOf(history.steps, history.columns[gold]!)!; // it was measured
  const best = golds.reduce<Windowed | null>((highest, window) => (highest && highest.value >= window.value ? highest : window), null);
  if (!best) return null;
  const lost = Math.max(LOST.least, LOST.share * (best.value - start));
  const scoreThen = scores.findLast(({ step }) => step <= best.step);
  const since = lasting(golds, ({ step, value }) => step > best.step && best.value - value > lost);
  if (since === null || !scoreThen || !(scores.at(-1)!.value > scoreThen.value)) return null;
  return [{ id: 'fooled', since, metric: score === 'objective/raw_scores' ? 'objective/scores' : score }]; // they are one chart
}

function byHeart(history: MetricColumns): Raised[] | null {
  const heldOut = windowsIn(history, 'eval_loss');
  const training = windowsIn(history, 'loss');
  const lowest = heldOut.reduce<Windowed | null>((least, window) => (least && least.value <= window.value ? least : window), null);
  if (!lowest) return null;
  const then = training.findLast(({ step }) => step <= lowest.step);
  const since = lasting(heldOut, ({ step, value }) => step > lowest.step && value > RISE * lowest.value);
  if (since === null || !then || !(training.at(-1)!.value < then.value)) return null;
  return [{ id: 'by-heart', since, metric: 'loss' }];
}
