/**
 * What a reward model is worth, measured once at the end of its stage on held-out pairs and on a small benchmark: made in plain numbers where it was trained, kept with the
 * stage, shown by the page, printed by the batch door. Rewards are those before a last normalisation, on whose scale σ(margin) is a chance.
 */
import { square, tanh } from './exact';
import { brierOf, eceOf, nllOf, randomSides, reliabilityOf, shareOf, temperatureTest, type ReliabilityBin, type Share, type TemperatureTest } from './calibration';
import type { Random } from './random';
import { correlation } from './statistics';

export interface SectionReport {
  id: string;
  title: string;
  /** What its pairs try, one sentence. */
  says: string;
  accuracy: Share;
}

export interface TiesReport {
  /** Groups of answers that are equally good, each with some that are worse. */
  groups: number;
  /** Groups in which every good answer is above every worse one. */
  tied: Share;
  /** Groups in which the one good answer of the plain comparison is above the worse one. */
  reference: Share;
  /** The score of RewardBench 2, `tiesScore`. */
  score: number;
}

export interface RewardReport {
  /** Step after which it was measured. */
  step: number;
  accuracy: Share;
  /** Of pairs whose completions stand in no training data; left out where all held-out pairs are so, and where there are none. */
  unseenAccuracy?: Share;
  /** Accuracy that label noise allows on the first of these, where it is known. */
  ceiling?: number;
  nll: number;
  brier: number;
  ece: number;
  bins: ReliabilityBin[];
  temperature?: TemperatureTest;
  length: {
    /** Accuracy where the chosen completion is shorter than the other, longer, or as long; left out where there is no such pair. */
    shorter?: Share;
    longer?: Share;
    equal?: Share;
    /** Correlation of reward with length, and of the gold reward with it; left out where there is no spread. */
    reward?: number;
    gold?: number;
  };
  position: {
    /** With sides drawn by chance: how often the left one was chosen, and how often the reward model prefers it. */
    chosen: Share;
    preferred: Share;
  };
  /** How far the members of an ensemble lie apart: deviation between them, mean over completions. */
  disagreement?: number;
  sections: SectionReport[];
  ties?: TiesReport;
}

/** A held-out pair as the reward model and the task see it. Lengths in tokens. */
export interface ScoredPair {
  chosen: number;
  rejected: number;
  chosenLength: number;
  rejectedLength: number;
  chosenGold?: number;
  rejectedGold?: number;
}

/** Rewards of one group of ties: answers that are equally good, those that are worse, and a plain comparison about the same. */
export interface ScoredTie {
  equal: readonly number[];
  worse: readonly number[];
  reference: { chosen: number; rejected: number };
}

export interface Scored {
  step: number;
  pairs: readonly ScoredPair[];
  unseen: readonly { chosen: number; rejected: number }[];
  ceiling?: number | undefined;
  /** Rewards of both sides by each member of an ensemble, one number a completion; fewer than two lists where the model is alone. */
  members: readonly ArrayLike<number>[];
  sections: readonly { id: string; title: string; says: string; pairs: readonly { chosen: number; rejected: number }[] }[];
  ties: readonly ScoredTie[];
}

const isRight = ({ chosen, rejected }: { chosen: number; rejected: number }): boolean => chosen > rejected;

/** @param random puts chosen completions on either side. There is at least one pair, and one of each section. */
export function rewardReport({ step, pairs, unseen, ceiling, members, sections, ties }: Scored, random: Random): RewardReport {
  const margins = pairs.map(({ chosen, rejected }) => chosen - rejected);
  const sides = randomSides(margins, random);
  const where = (holds: (pair: ScoredPair) => boolean) => shareOf(pairs.filter(holds).map(isRight));
  const lengths = pairs.flatMap(({ chosenLength, rejectedLength }) => [chosenLength, rejectedLength]);
  const temperature = temperatureTest(margins);
  const [shorter, longer, equal] = [where((pair) => pair.chosenLength < pair.rejectedLength), where((pair) => pair.chosenLength > pair.rejectedLength), where((pair) => pair.chosenLength === pair.rejectedLength)];
  const reward = correlation(pairs.flatMap(({ chosen, rejected }) => [chosen, rejected]), lengths);
  const golds = pairs.flatMap(({ chosenGold, rejectedGold }) => (chosenGold === undefined || rejectedGold === undefined ? [] : [chosenGold, rejectedGold]));
  const gold = golds.length === lengths.length ? correlation(golds, lengths) : undefined;
  const unseenAccuracy = shareOf(unseen.map(isRight));
  return {
    step,
    accuracy: certain(pairs.map(isRight)),
    ...(unseenAccuracy && { unseenAccuracy }),
    ...(ceiling !== undefined && { ceiling }),
    nll: nllOf(margins),
    brier: brierOf(margins),
    ece: eceOf(sides),
    bins: reliabilityOf(margins),
    ...(temperature && { temperature }),
    length: { ...(shorter && { shorter }), ...(longer && { longer }), ...(equal && { equal }), ...(reward !== undefined && { reward }), ...(gold !== undefined && { gold }) },
    position: { chosen: certain(sides.map(({ isLeftChosen }) => isLeftChosen)), preferred: certain(sides.map(({ margin }) => margin > 0)) },
    ...(members.length > 1 && { disagreement: disagreementOf(members) }),
    sections: sections.map(({ pairs: of, ...about }) => ({ ...about, accuracy: certain(of.map(isRight)) })),
    ...(ties.length > 0 && { ties: { groups: ties.length, tied: certain(ties.map((tie) => lowestGap(tie) > 0)), reference: certain(ties.map(({ reference: pair }) => isRight(pair))), score: tiesScore(ties) } }),
  };
}

function certain(holds: readonly boolean[]): Share {
  const share = shareOf(holds);
  if (!share) throw new Error('rewardReport: want at least one pair of each kind, got none');
  return share;
}

/** Mean over completions of the deviation between members, Bessel-corrected. */
export function disagreementOf(members: readonly ArrayLike<number>[]): number {
  const [first] = members;
  if (!first || members.length < 2) throw new Error(`disagreementOf: want at least two members, got ${members.length}`);
  let sum = 0;
  for (let i = 0; i < first.length; i++) {
    const rewards = members.map((ofMember) => ofMember[i]!);
    const mean = rewards.reduce((all, x) => all + x, 0) / rewards.length;
    sum += Math.sqrt(rewards.reduce((all, x) => all + square(x - mean), 0) / (rewards.length - 1));
  }
  return sum / first.length;
}

/** The worst of the good answers less the best of the worse ones. */
const lowestGap = ({ equal, worse }: ScoredTie): number => Math.min(...equal) - Math.max(...worse);

/**
 * The ties score of RewardBench 2 (Malik et al. 2025): good answers must be above worse ones, and lie closer together than they lie above them.
 * 0.30·(all good above all worse) + 0.30·(plain comparison right) + 0.20·(gap wider than the spread of good answers) + 0.20·(the same, by the narrower of the gap and the
 * plain margin) + 0.01·(mean of tanh(narrower / spread − 1)). Between −0.01 and 1.01.
 */
export function tiesScore(ties: readonly ScoredTie[]): number {
  const meanOver = (of: (tie: ScoredTie) => number) => ties.reduce((sum, tie) => sum + of(tie), 0) / ties.length;
  const spreadOf = ({ equal }: ScoredTie) => Math.max(...equal) - Math.min(...equal);
  const narrower = (tie: ScoredTie) => Math.min(lowestGap(tie), tie.reference.chosen - tie.reference.rejected);
  /** Good answers without spread: the limit of the quotient. */
  const closeness = (tie: ScoredTie) => (spreadOf(tie) === 0 ? Math.sign(narrower(tie)) : tanh(narrower(tie) / spreadOf(tie) - 1));
  return (
    0.3 * meanOver((tie) => Number(lowestGap(tie) > 0)) +
    0.3 * meanOver(({ reference }) => Number(isRight(reference))) +
    0.2 * meanOver((tie) => Number(lowestGap(tie) > spreadOf(tie))) +
    0.2 * meanOver((tie) => Number(narrower(tie) > spreadOf(tie))) +
    0.01 * meanOver(closeness)
  );
}
