/** Who judges stories: communities with tastes of their own, everyone together, or weights given one by one. A taste is a gold reward from 0 to 1. */
import { ATTRIBUTES, type Attributes } from './attributes';

/** Above 0: the more of it the better; below: the less the better; 0: it does not matter. */
export type Weights = Attributes;

const weights = (some: Partial<Weights>): Weights => ({ mood: 0, length: 0, politeness: 0, theme: 0, rhyme: 0, ...some });

/** Ours, made to conflict: the first two want the opposite of each other in mood and length, the third asks for what neither minds. */
export const COMMUNITIES = {
  children: weights({ mood: 1, length: -1, rhyme: 0.5 }),
  poets: weights({ mood: -1, length: 1, rhyme: 0.5 }),
  teachers: weights({ politeness: 1, theme: 1, length: 0.5 }),
} as const;
export type Community = keyof typeof COMMUNITIES;

/** A taste with each weight moved. @param moves one an attribute, in their order */
export const moved = (wanted: Weights, moves: readonly number[]): Weights => weights(Object.fromEntries(ATTRIBUTES.map((name, i) => [name, wanted[name] + moves[i]!]))); // as many as attributes

/** Mean of what is wanted of each attribute, by weight; one half where nothing is wanted. */
export function liked(attributes: Attributes, wanted: Weights): number {
  const total = ATTRIBUTES.reduce((sum, name) => sum + Math.abs(wanted[name]), 0);
  if (total === 0) return 0.5;
  return ATTRIBUTES.reduce((sum, name) => sum + Math.abs(wanted[name]) * (wanted[name] < 0 ? 1 - attributes[name] : attributes[name]), 0) / total;
}
