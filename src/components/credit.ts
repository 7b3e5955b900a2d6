/** What a stage makes of single tokens: of held-out pairs, chosen beside rejected, or of the answers that a policy was rewarded for. Pure. */
import type { ReadToken, SampleSet, SampleToken } from '../contract/run';
import { STRONGEST } from './tint';

export const MEASURES = {
  logRatio: { title: 'log-ratio', unit: 'nats', means: 'log π − log reference: above 0 the policy finds the token likelier than the model it started from does. Over a whole answer it adds up to what DPO calls its reward, before β.', adds: true },
  kl: { title: 'KL', unit: 'nats', means: 'How far the policy’s odds for this place are from those of the model it started from, over all tokens that could stand here.', adds: true },
  advantage: { title: 'advantage', unit: 'reward', means: 'How much better it turned out than expected, by the critic’s word or, without one, beside other answers to the prompt or the mean of the batch: above 0 the token is made likelier, below 0 rarer.', adds: false },
  reward: { title: 'reward', unit: 'reward', means: 'What the token itself brings. Of a policy: minus its share of the KL penalty, where that is part of the reward, and at the end the score. Of a reward model: by how much it moved the score.', adds: true },
  value: { title: 'value', unit: 'reward', means: 'What the critic, before the token, foretold of all the reward from it on.', adds: false },
  score: { title: 'score so far', unit: 'reward', means: 'What the reward model says of the text up to and including the token. It was only ever asked about the end.', adds: false },
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
