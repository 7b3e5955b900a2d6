/** What the numbers of a reward model's report mean, a sentence each. */
import { numberText } from '../charts/format';
import type { Share } from '../contract/calibration';
import type { RewardReport } from '../contract/reward-report';
import { reward as english } from '../words/en/reward';
import type { Words } from '../words/language';

export const percent = (share: number): string => `${(100 * share).toFixed(1)}\u00a0%`;

type Say = Words['reward'];

/** "71.2 % (95 % between 69.8 % and 72.6 %)" */
export const shareText = ({ share, low, high }: Share, say: Say = english): string => say.share(percent(share), percent(low), percent(high));

export interface Finding {
  name: string;
  value: string;
  means: string;
}

/** A temperature so near 1 is calibrated. */
const NEAR = 1.15;
/** Correlations that differ by less are not worth a word. */
const ALIKE = 0.15;

/** @param say in which language: files are English */
export function findingsOf(report: RewardReport, say: Say = english): Finding[] {
  const { accuracy, unseenAccuracy, ceiling, nll, brier, ece, temperature, length, position, disagreement, ties } = report;
  return [
    { name: say.accuracy, value: shareText(accuracy, say), means: `${say.accuracyMeans}${ceiling === undefined ? '' : say.ceiling(percent(ceiling))}` },
    ...(unseenAccuracy ? [{ name: say.unseen, value: shareText(unseenAccuracy, say), means: say.unseenMeans }] : []),
    { name: say.surprise, value: say.nats(numberText(nll)), means: say.surpriseMeans },
    { name: say.brier, value: numberText(brier), means: say.brierMeans },
    { name: say.calibration, value: percent(ece), means: say.calibrationMeans },
    ...(temperature ? [{ name: say.temperature, value: numberText(temperature.temperature), means: temperatureWords(temperature, say) }] : []),
    ...(length.shorter ? [{ name: say.shorter, value: shareText(length.shorter, say), means: say.shorterMeans }] : []),
    ...(length.longer ? [{ name: say.longer, value: shareText(length.longer, say), means: say.longerMeans }] : []),
    ...(length.equal ? [{ name: say.equal, value: shareText(length.equal, say), means: say.equalMeans }] : []),
    ...(length.reward === undefined ? [] : [{ name: say.length, value: numberText(length.reward), means: lengthWords(length.reward, length.gold, say) }]),
    { name: say.left, value: shareText(position.preferred, say), means: say.leftMeans(percent(position.chosen.share)) },
    ...(disagreement === undefined ? [] : [{ name: say.disagreement, value: numberText(disagreement), means: say.disagreementMeans }]),
    ...(ties ? [{ name: say.ties, value: numberText(ties.score), means: say.tiesMeans(ties.groups, percent(ties.tied.share)) }] : []),
  ];
}

function temperatureWords({ temperature, before, after }: NonNullable<RewardReport['temperature']>, say: Say): string {
  const verdict = temperature > NEAR ? say.tooSure : temperature < 1 / NEAR ? say.tooTimid : say.honest;
  return `${verdict} ${say.gain(numberText(before), numberText(after))}`;
}

function lengthWords(reward: number, gold: number | undefined, say: Say): string {
  if (gold === undefined) return say.lengthMeans;
  const verdict = Math.abs(reward - gold) < ALIKE ? say.lengthHonest : reward > gold ? say.lengthLoved : say.lengthHated;
  return `${say.lengthMeans} ${say.truth(numberText(gold))}${verdict}`;
}
