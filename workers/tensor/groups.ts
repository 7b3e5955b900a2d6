/**
 * Advantages without a critic, in plain numbers: a completion is compared with the others of its prompt. Rewards come group after group,
 * `groupSize` of one prompt beside each other, [B] with B a multiple of it.
 */
import { square } from '../../src/contract/exact';

const meanOf = (numbers: readonly number[]): number => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

/** Standard deviation, Bessel-corrected as TRL; 0 of fewer than two numbers. */
export function deviation(numbers: readonly number[]): number {
  const mean = meanOf(numbers);
  return Math.sqrt(numbers.reduce((sum, x) => sum + square(x - mean), 0) / Math.max(1, numbers.length - 1));
}

export const groupsOf = (rewards: ArrayLike<number>, groupSize: number): number[][] =>
  Array.from({ length: rewards.length / groupSize }, (_, group) => Array.from({ length: groupSize }, (_, i) => rewards[group * groupSize + i]!));

/** All rewards of a group the same: nothing can be learned from it. */
const isFlat = (group: readonly number[]): boolean => group.every((reward) => reward === group[0]);

/** Share of groups in which every completion got the same reward. */
export const flatShare = (rewards: ArrayLike<number>, groupSize: number): number => meanOf(groupsOf(rewards, groupSize).map((group) => (isFlat(group) ? 1 : 0)));

/** What each reward exceeds the mean of the other rewards of its group by: (R − mean)·G/(G − 1). RLOO, Ahmadian et al. 2024, eq. 8. [B] -> [B] */
export const leaveOneOut = (rewards: ArrayLike<number>, groupSize: number): number[] =>
  groupsOf(rewards, groupSize).flatMap((group) => {
    const mean = isFlat(group) ? group[0]! : meanOf(group); // the mean of equal numbers may be off by a rounding
    return group.map((reward) => ((reward - mean) * groupSize) / (groupSize - 1));
  });

/** What the deviation is taken over that advantages are divided by. */
export const SCALES = ['group', 'batch', 'none'] as const;
export type Scale = (typeof SCALES)[number];

/** So that equal rewards divide by something; TRL's number. */
const EPSILON = 1e-4;

/** (R − mean of its group) / (deviation + 1e-4). GRPO, Shao et al. 2024, section 4.1.2. [B] -> [B] */
export function groupAdvantages(rewards: ArrayLike<number>, groupSize: number, scale: Scale = 'group'): number[] {
  const ofBatch = deviation(Array.from(rewards));
  return groupsOf(rewards, groupSize).flatMap((group) => {
    const mean = isFlat(group) ? group[0]! : meanOf(group);
    const by = { group: deviation(group) + EPSILON, batch: ofBatch + EPSILON, none: 1 }[scale];
    return group.map((reward) => (reward - mean) / by);
  });
}

/**
 * Place of the completion of each group that most members of an ensemble find best (open-instruct's majority vote over reward models). A member to whom all are the same
 * has no vote; among those named as often the higher mean decides, then the first. Of one member alone it is the highest reward.
 * @param ballots rewards by each member, [B] -> [B / groupSize]
 */
export function elected(ballots: readonly ArrayLike<number>[], groupSize: number): number[] {
  const byMember = ballots.map((rewards) => groupsOf(rewards, groupSize));
  return byMember[0]!.map((_, g) => { // there is at least one member
    const groups = byMember.map((ofMember) => ofMember[g]!);
    const votes = groups.flatMap((group) => (isFlat(group) ? [] : [group.indexOf(Math.max(...group))]));
    const standing = groups[0]!.map((_, i) => ({ i, named: votes.filter((vote) => vote === i).length, mean: meanOf(groups.map((group) => group[i]!)) }));
    return g * groupSize + standing.reduce((best, each) => (each.named > best.named || (each.named === best.named && each.mean > best.mean) ? each : best)).i;
  });
}

/** (A − mean) / (deviation + 1e-4) over all of them, TRL's `normalize_advantages`. [B] -> [B] */
export function normalized(advantages: readonly number[]): number[] {
  const mean = meanOf(advantages);
  const by = deviation(advantages) + EPSILON;
  return advantages.map((advantage) => (advantage - mean) / by);
}

/** Sum of rewards from each token on, discounted by γ a token. One completion, [T] -> [T] */
export function returnsToGo(rewards: readonly number[], gamma: number): number[] {
  let following = 0;
  return rewards.reduceRight<number[]>((returns, reward) => [(following = reward + gamma * following), ...returns], []);
}
