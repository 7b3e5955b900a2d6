/** How far people agree beyond what chance gives them: raw agreement, Cohen's kappa of two raters, Fleiss' kappa of many. Pure. */
import { square } from './exact';

/** (observed − by chance) / (1 − by chance): 1 is perfect, 0 what chance gives; undefined where all there is to say is one thing. */
const beyondChance = (observed: number, chance: number): number | undefined => (chance >= 1 ? undefined : (observed - chance) / (1 - chance));

/** Share of items on which two raters say the same; undefined where there is no item. */
export function agreementOf<Answer>(one: readonly Answer[], other: readonly Answer[]): number | undefined {
  if (one.length !== other.length) throw new Error(`agreementOf: want an answer of each rater to each item, got ${one.length} and ${other.length}`);
  return one.length === 0 ? undefined : one.filter((answer, i) => answer === other[i]).length / one.length;
}

/** Cohen's kappa (Cohen 1960): two raters, each with a habit of his own, so chance is Σ over answers of how often one gives it times how often the other does. */
export function cohenKappa<Answer>(one: readonly Answer[], other: readonly Answer[]): number | undefined {
  const observed = agreementOf(one, other);
  if (observed === undefined) return undefined;
  const share = (answers: readonly Answer[], of: Answer) => answers.filter((answer) => answer === of).length / answers.length;
  const chance = [...new Set(one)].reduce((sum, answer) => sum + share(one, answer) * share(other, answer), 0);
  return beyondChance(observed, chance);
}

export interface PoolAgreement {
  /** Share of pairs of raters who said the same of an item, mean over items. */
  raw: number;
  /** Fleiss' kappa; left out where everybody always gave one answer. */
  kappa?: number;
}

/**
 * Fleiss' kappa (Fleiss 1971): so many raters an item, any raters; chance is that two answers drawn from all there are the same.
 * @param counts how many gave each answer, a row an item; the same sum, at least 2, in every row. Undefined where there is no item.
 */
export function poolAgreement(counts: readonly (readonly number[])[]): PoolAgreement | undefined {
  const [first] = counts;
  if (!first) return undefined;
  const total = (row: readonly number[]) => row.reduce((sum, count) => sum + count, 0);
  const raters = total(first);
  if (raters < 2 || counts.some((row) => row.length !== first.length || total(row) !== raters)) throw new Error(`poolAgreement: want the same number of raters, at least 2, for each item, got ${raters} for the first`);
  const raw = counts.reduce((sum, row) => sum + row.reduce((same, count) => same + count * (count - 1), 0) / (raters * (raters - 1)), 0) / counts.length;
  const chance = first.reduce((sum, _, answer) => sum + square(counts.reduce((all, row) => all + row[answer]!, 0) / (counts.length * raters)), 0); // rows are as long as the first
  const kappa = beyondChance(raw, chance);
  return { raw, ...(kappa !== undefined && { kappa }) };
}
