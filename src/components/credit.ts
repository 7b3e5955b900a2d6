/** What a stage makes of single tokens: of held-out pairs, chosen beside rejected, or of the answers that a policy was rewarded for. Pure. */
import type { ReadToken, SampleSet, SampleToken } from '../contract/run';
import { STRONGEST } from './tint';

/** Their words stand in the dictionary under the same names. */
export const MEASURES = {
  logRatio: { unit: 'nats', adds: true },
  kl: { unit: 'nats', adds: true },
  advantage: { unit: 'reward', adds: false },
  reward: { unit: 'reward', adds: true },
  value: { unit: 'reward', adds: false },
  score: { unit: 'reward', adds: false },
} as const;
export type Measure = keyof typeof MEASURES;
const ORDER = Object.keys(MEASURES) as Measure[]; // its own keys

export interface CreditToken {
  text: string;
  values: Partial<Record<Measure, number>>;
}
export interface CreditStrip {
  name: 'chosen' | 'rejected' | 'before' | 'now';
  tokens: CreditToken[];
}
/** Two strips to be read side by side. */
export interface CreditGroup {
  prompt: string;
  strips: readonly [CreditStrip, CreditStrip];
}

function creditOf({ text, logProb, referenceLogProb, kl, reward, ...rest }: ReadToken | SampleToken): CreditToken {
  const values: CreditToken['values'] = {};
  if (logProb !== undefined && referenceLogProb !== undefined) values.logRatio = logProb - referenceLogProb;
  const given = { kl, reward, advantage: 'advantage' in rest ? rest.advantage : undefined, value: 'value' in rest ? rest.value : undefined, score: 'score' in rest ? rest.score : undefined };
  for (const name of ORDER) if (name !== 'logRatio' && given[name] !== undefined) values[name] = given[name];
  return { text, values };
}

/** Pairs where the stage learns from pairs, answers where it learns from rewards; nothing of other stages. */
export function creditGroups({ pairs, prompts }: SampleSet): CreditGroup[] {
  if (pairs) return pairs.map(({ prompt, chosen, rejected }) => ({ prompt, strips: [{ name: 'chosen', tokens: chosen.map(creditOf) }, { name: 'rejected', tokens: rejected.map(creditOf) }] as const }));
  if (!prompts.some(({ now }) => now.tokens.some(({ advantage, reward }) => advantage !== undefined || reward !== undefined))) return [];
  return prompts.map(({ prompt, before, now }) => ({ prompt, strips: [{ name: 'before', tokens: before.tokens.map(creditOf) }, { name: 'now', tokens: now.tokens.map(creditOf) }] as const }));
}

const tokensOf = (groups: readonly CreditGroup[]): CreditToken[] => groups.flatMap(({ strips }) => strips.flatMap(({ tokens }) => tokens));

/** What can be asked of these tokens. */
export const measuresOf = (groups: readonly CreditGroup[]): Measure[] => ORDER.filter((name) => tokensOf(groups).some(({ values }) => values[name] !== undefined));

/** Size of the strongest tint: fixed where a size means the same everywhere, else the largest there is. */
export const strongestOf = (groups: readonly CreditGroup[], measure: Measure): number =>
  MEASURES[measure].unit === 'nats' ? STRONGEST : Math.max(0, ...tokensOf(groups).map(({ values }) => Math.abs(values[measure] ?? 0)));

/** Over a strip, where that means anything. */
export function totalOf({ tokens }: CreditStrip, measure: Measure): number | null {
  const known = tokens.map(({ values }) => values[measure]).filter((value) => value !== undefined);
  return MEASURES[measure].adds && known.length > 0 ? known.reduce((sum, value) => sum + value, 0) : null;
}
