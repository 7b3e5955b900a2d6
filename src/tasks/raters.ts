/**
 * Simulated people who compare two answers, between a gold reward and the labels that training learns from. Pure functions of what they are given and a random stream.
 *
 * A rater finds an answer worth what his own taste says: the community's weights, each moved by a normal draw times the disagreement. He chooses the first of two answers with
 * probability σ((worth of the first − worth of the second + bias) / temperature), Bradley-Terry with noise, taste and bias of his own.
 * Some raters are asked about each pair, and their votes become one label.
 */
import { exp } from '../contract/exact';
import { poolAgreement, type PoolAgreement } from '../contract/agreement';
import type { Random } from '../contract/random';

/** How far each rater of a pool has moved each weight of his taste. @param disagreement deviation of the moves; 0 leaves everybody with the community's own weights */
export const drawMoves = (raters: number, weights: number, disagreement: number, random: Random): number[][] => Array.from({ length: raters }, () => Array.from(random.normals(weights, disagreement)));

export interface Compared {
  /** Worth of the first answer less that of the second, to this rater. */
  difference: number;
  /** What is on the first answer's side besides its worth, in the same unit: its place, its length. */
  bias: number;
  /** Above 0; the larger, the nearer to a coin. */
  temperature: number;
}

/** That he chooses the first. */
export const chanceOfFirst = ({ difference, bias, temperature }: Compared): number => 1 / (1 + exp(-(difference + bias) / temperature));

/** Different raters of a pool, as many as are asked. */
export function someRaters(pool: number, asked: number, random: Random): number[] {
  if (asked > pool) throw new Error(`someRaters: want at most ${pool} raters, of which there are so many, got ${asked}`);
  return random.shuffle(Array.from({ length: pool }, (_, rater) => rater)).slice(0, asked);
}

/** What becomes of several votes. votes: most of them decide. one: the first rater's vote stands, the others are not heard. shares: most decide, and the label says how many they were. */
export const LABELS = ['votes', 'one', 'shares'] as const;
export type Labels = (typeof LABELS)[number];

export interface Label {
  isFirst: boolean;
  /** Share of votes for the chosen side; left out where the label does not tell it. */
  probability?: number;
}

/** @param votes whether each rater chose the first; at least one. A coin decides between as many on both sides. */
export function labelOf(votes: readonly boolean[], labels: Labels, random: Random): Label {
  const [first] = votes;
  if (first === undefined) throw new Error('labelOf: want at least one vote, got none');
  const coin = random.below(2) === 0; // drawn in any case, so that labels of all kinds see the same draws
  if (labels === 'one') return { isFirst: first };
  const share = votes.filter(Boolean).length / votes.length;
  const isFirst = share === 0.5 ? coin : share > 0.5;
  return labels === 'shares' ? { isFirst, probability: Math.max(share, 1 - share) } : { isFirst };
}

/** How far raters agreed on pairs whose first side was drawn by chance; undefined where nobody was asked beside another. @param votes a row a pair, of the same number of raters */
export const agreementOn = (votes: readonly (readonly boolean[])[]): PoolAgreement | undefined =>
  (votes[0]?.length ?? 0) < 2 ? undefined : poolAgreement(votes.map((ofPair) => { const firsts = ofPair.filter(Boolean).length; return [firsts, ofPair.length - firsts]; }));
