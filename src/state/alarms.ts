/**
 * What is going wrong in a stage, in plain words: what happened, what it means, what to do. Pure: history in, alarms out.
 * Where a metric is healthy stands in METRICS; here is when to speak. One evaluation or one wild batch raises no alarm: it must last for two measurements, ten steps at least.
 */
import { ALGORITHMS, type AlgorithmId } from '../contract/algorithms';
import { bandOf, isHealthy, startOf, WINDOW, windowsOf, type Windowed } from '../contract/health';
import { metricInfo, type ChartedName, type MetricColumns, type MetricName, type TaskWords } from '../contract/metrics';
import type { Panel } from './panels';

export interface Alarm {
  id: string;
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

type Words = Pick<Alarm, 'id' | 'says' | 'means' | 'remedy'>;

/** A metric that leaves its healthy range on one side. */
interface Rule extends Words {
  /** Whichever the stage measures. */
  metrics: readonly ChartedName[];
  side: 'low' | 'high';
  /** Says nothing of a model that begins with random weights: it begins unlike anything. */
  needsStart?: boolean;
}

const RULES: readonly Rule[] = [
  { id: 'longer', metrics: ['samples/length'], side: 'high', needsStart: true, says: 'Answers became twice as long since the stage began.', means: 'Length is often the easiest thing to be rewarded for.', remedy: 'Read the answers; if they are padded, raise the KL coefficient or β, or train the reward model on pairs of equal length.' },
  { id: 'shorter', metrics: ['samples/length'], side: 'low', needsStart: true, says: 'Answers became less than half as long since the stage began.', means: 'Saying little may be the safest way to a reward.', remedy: 'Read the answers; if they say too little, raise the KL coefficient or β.' },
  { id: 'endless', metrics: ['samples/eos_rate'], side: 'low', needsStart: true, says: 'Answers no longer end.', means: 'More than one in ten is cut off, and what is cut off is judged as it stands.', remedy: 'Raise the missing-end penalty, or lower the learning rate.' },
  { id: 'same', metrics: ['samples/distinct'], side: 'low', says: 'The policy says nearly the same thing every time.', means: 'It has collapsed onto a few answers that score well.', remedy: 'Raise the KL coefficient or β, or stop at an earlier checkpoint.' },
  { id: 'pieces', metrics: ['samples/distinct_2'], side: 'low', needsStart: true, says: 'Answers are made of ever the same pieces.', means: 'Only half as many different pairs of tokens are in use as when the stage began.', remedy: 'Raise the KL coefficient or β, or stop at an earlier checkpoint.' },
  { id: 'repeats', metrics: ['samples/repetition'], side: 'high', needsStart: true, says: 'Answers repeat themselves.', means: 'Every fifth pair of tokens stood in the same answer before.', remedy: 'Look whether the reward model likes repetition; raise the KL coefficient or β.' },
  { id: 'decided', metrics: ['policy/entropy_avg', 'entropy'], side: 'low', says: 'The policy has stopped trying alternatives.', means: 'It is all but sure of every token, so sampling finds nothing new to learn from.', remedy: 'Lower the learning rate, or add an entropy bonus where there is one.' },
  { id: 'left', metrics: ['objective/kl', 'kl'], side: 'high', says: 'The policy has left the reference.', means: 'Its answers are unlike any that the rewards were learned from, so the rewards mean little there.', remedy: 'Raise the KL coefficient or β, or lower the learning rate.' },
  { id: 'length-paid', metrics: ['objective/length_correlation'], side: 'high', says: 'Longer answers get the higher scores.', means: 'The score is mostly a measure of length.', remedy: 'Look at the length chart; train the reward model on pairs of equal length, or penalise length.' },
  { id: 'brevity-paid', metrics: ['objective/length_correlation'], side: 'low', says: 'Shorter answers get the higher scores.', means: 'The score is mostly a measure of length.', remedy: 'Look at the length chart; train the reward model on pairs of equal length.' },
  { id: 'worse', metrics: ['gold/win_rate'], side: 'low', needsStart: true, says: 'The answers got worse by the true measure.', means: 'They lose against those of the model that the stage began with.', remedy: 'Lower the learning rate, or look whether the preferences are what you think.' },
];

const FOOLED: Words = {
  id: 'fooled',
  says: 'The score rises while the true reward falls: the policy is fooling the reward model.',
  means: 'What training maximises and what is wanted have parted (over-optimisation, Gao et al. 2023).',
  remedy: 'Stop near where the true reward was highest, raise the KL coefficient or β, or give the reward model more labels.',
};

const BY_HEART: Words = {
  id: 'by-heart',
  says: 'The loss falls on training data and rises on held-out data.',
  means: 'The model learns its data by heart instead of what they have in common.',
  remedy: 'Train for fewer steps, on more data, or with more weight decay.',
};

/** Least part of the true reward's rise, and least amount in its unit, that must be lost again: less is noise of a few hundred prompts. Ours. */
const LOST = { share: 0.25, least: 0.15 };
/** Rise of the held-out loss above its lowest. Ours. */
const RISE = 1.05;

/** In the order in which they began. */
export function alarmsOf(algorithm: AlgorithmId, history: MetricColumns, task?: TaskWords): Alarm[] {
  const isFromScratch = Object.keys(ALGORITHMS[algorithm].starts).length === 0;
  const single = RULES.flatMap((rule) => (rule.needsStart && isFromScratch ? [] : (broken(rule, history, task) ?? [])));
  return [...single, ...(fooled(history) ?? []), ...(byHeart(history) ?? [])].sort((a, b) => a.since - b.since);
}

/** What there would be an alarm about, in words. */
export const watchedIn = (algorithm: AlgorithmId, task?: TaskWords): string =>
  ALGORITHMS[algorithm].makes === 'reward' ? 'whether it learns its pairs by heart, which held-out pairs show' : task?.lacks?.includes('gold') ? 'length, endings, variety, repetition, certainty and distance to the reference' : 'length, endings, variety, repetition, certainty, distance to the reference, and whether the true reward follows the score';

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

function broken({ metrics, side, needsStart: _, ...words }: Rule, history: MetricColumns, task: TaskWords | undefined): Alarm[] | null {
  const metric = measuredOf(history, metrics);
  const { healthy } = metric ? metricInfo(metric, task) : {};
  if (!metric || !healthy) return null;
  const band = bandOf(healthy, startOf(history.steps, history.columns[metric]!)); // it was measured
  const since = lasting(windowsIn(history, metric), ({ value }) => (side === 'low' ? value < band.low : value > band.high));
  return since === null ? null : [{ ...words, since, metric }];
}

/** The true reward lost a good part of what it had gained, and the score is higher than when it was highest. */
function fooled(history: MetricColumns): Alarm[] | null {
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
  return [{ ...FOOLED, since, metric: score === 'objective/raw_scores' ? 'objective/scores' : score }]; // they are one chart
}

function byHeart(history: MetricColumns): Alarm[] | null {
  const heldOut = windowsIn(history, 'eval_loss');
  const training = windowsIn(history, 'loss');
  const lowest = heldOut.reduce<Windowed | null>((least, window) => (least && least.value <= window.value ? least : window), null);
  if (!lowest) return null;
  const then = training.findLast(({ step }) => step <= lowest.step);
  const since = lasting(heldOut, ({ step, value }) => step > lowest.step && value > RISE * lowest.value);
  if (since === null || !then || !(training.at(-1)!.value < then.value)) return null;
  return [{ ...BY_HEART, since, metric: 'loss' }];
}
