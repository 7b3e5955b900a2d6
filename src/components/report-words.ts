/** What the numbers of a reward model's report mean, a sentence each. */
import { numberText } from '../charts/format';
import type { Share } from '../contract/calibration';
import type { RewardReport } from '../contract/reward-report';

export const percent = (share: number): string => `${(100 * share).toFixed(1)}\u00a0%`;

/** "71.2 % (95 % between 69.8 % and 72.6 %)" */
export const shareText = ({ share, low, high }: Share): string => `${percent(share)} (95 % between ${percent(low)} and ${percent(high)})`;

export interface Finding {
  name: string;
  value: string;
  means: string;
}

/** A temperature so near 1 is calibrated. */
const NEAR = 1.15;
/** Correlations that differ by less are not worth a word. */
const ALIKE = 0.15;

export function findingsOf(report: RewardReport): Finding[] {
  const { accuracy, unseenAccuracy, ceiling, nll, brier, ece, temperature, length, position, disagreement, ties } = report;
  return [
    { name: 'Accuracy', value: shareText(accuracy), means: `Held-out pairs on which the chosen completion has the higher reward.${ceiling === undefined ? '' : ` People disagree among themselves, so no judge could be right on more than ${percent(ceiling)}.`}` },
    ...(unseenAccuracy ? [{ name: 'Accuracy, never met', value: shareText(unseenAccuracy), means: 'The same on pairs whose completions stand in no training data.' }] : []),
    { name: 'Surprise (NLL)', value: `${numberText(nll)} nats`, means: 'How surprised it is by what people chose. A coin has 0.693; lower is better.' },
    { name: 'Brier score', value: numberText(brier), means: 'Squared distance between what it says and what happens. A coin has 0.25; lower is better.' },
    { name: 'Calibration error', value: percent(ece), means: 'When it says 80 %, it is off by about so much on average, with sides drawn by chance.' },
    ...(temperature ? [{ name: 'Temperature', value: numberText(temperature.temperature), means: temperatureWords(temperature) }] : []),
    ...(length.shorter ? [{ name: 'Right, chosen shorter', value: shareText(length.shorter), means: 'A judge that loves length fails here.' }] : []),
    ...(length.longer ? [{ name: 'Right, chosen longer', value: shareText(length.longer), means: 'And one that hates length fails here.' }] : []),
    ...(length.equal ? [{ name: 'Right, same length', value: shareText(length.equal), means: 'Here length says nothing.' }] : []),
    ...(length.reward === undefined ? [] : [{ name: 'Reward and length', value: numberText(length.reward), means: lengthWords(length.reward, length.gold) }]),
    { name: 'Prefers the left side', value: shareText(position.preferred), means: `Sides drawn by chance; the chosen one stood on the left in ${percent(position.chosen.share)}. It scores each side alone, so half must lie within the interval.` },
    ...(disagreement === undefined ? [] : [{ name: 'Disagreement', value: numberText(disagreement), means: 'How far the members of the ensemble lie apart on one completion, in reward.' }]),
    ...(ties ? [{ name: 'Ties score', value: numberText(ties.score), means: `Of ${ties.groups} groups: two equally good answers must both be above a worse one (they are in ${percent(ties.tied.share)}) and lie closer to each other than to it. 1 is best.` }] : []),
  ];
}

function temperatureWords({ temperature, before, after }: NonNullable<RewardReport['temperature']>): string {
  const gain = `With it, the loss on pairs it was not fitted on goes from ${numberText(before)} to ${numberText(after)} nats.`;
  if (temperature > NEAR) return `It is too sure: its margins divided by this would be honest. ${gain}`;
  if (temperature < 1 / NEAR) return `It is too timid: its margins divided by this would be honest. ${gain}`;
  return `Near 1, so its margins can be read as chances. ${gain}`;
}

function lengthWords(reward: number, gold: number | undefined): string {
  const plain = 'Correlation between a completion’s reward and its length.';
  if (gold === undefined) return plain;
  const truth = `The true reward’s is ${numberText(gold)}`;
  if (Math.abs(reward - gold) < ALIKE) return `${plain} ${truth}, so length is worth to it about what it is worth.`;
  return `${plain} ${truth}: it ${reward > gold ? 'pays too much for length' : 'holds length against a completion more than it should'}.`;
}
