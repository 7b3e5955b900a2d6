/** The parts into which a step is taken apart, by what it learned from, and what stands under each token in each of them. Pure. */
import type { TokenNumber, UnrolledStep, WatchedPair, WatchedText, WatchedToken } from '../contract/slow-motion';
import type { LanguageId, Words } from '../words/language';
import type { Cell } from './spoken';

export type FrameId = keyof Words['step']['frames'];
/** A number of a token, or one made of two. */
export type Shown = keyof Words['step']['numbers'];

export interface Frame {
  id: FrameId;
  /** What stands under the tokens; nothing where the texts alone are to be seen. */
  shows: Shown | null;
  columns: readonly TokenNumber[];
  /** Whether the odds at the chosen place belong to it. */
  hasOdds?: boolean;
  /** Whether a pair's rewards and margin belong to it. */
  hasStand?: boolean;
  /** Whether what training reports belongs to it. */
  isLoss?: boolean;
}

const ROLLOUT: readonly Frame[] = [
  { id: 'prompts', shows: null, columns: [] },
  { id: 'sampled', shows: 'probability', columns: ['before'], hasOdds: true },
  { id: 'distance', shows: 'kl', columns: ['before', 'reference', 'kl'] },
  { id: 'reward', shows: 'reward', columns: ['kl', 'reward', 'used'] },
  { id: 'advantage', shows: 'advantage', columns: ['reward', 'value', 'return', 'advantage', 'weight'] },
  { id: 'policyLoss', shows: 'weight', columns: ['weight', 'before', 'after'], isLoss: true },
  { id: 'afterPolicy', shows: 'change', columns: ['before', 'after', 'reference'], hasOdds: true },
];
const PAIRS: readonly Frame[] = [
  { id: 'pair', shows: null, columns: [] },
  { id: 'pairLogProbs', shows: 'probability', columns: ['before', 'reference'], hasOdds: true },
  { id: 'margin', shows: 'probability', columns: ['before', 'reference'], hasStand: true },
  { id: 'pairLoss', shows: 'probability', columns: ['before', 'reference'], hasStand: true, isLoss: true },
  { id: 'afterPair', shows: 'change', columns: ['before', 'after', 'reference'], hasOdds: true, hasStand: true },
];
const SCORES: readonly Frame[] = [
  { id: 'scorePair', shows: null, columns: [] },
  { id: 'scores', shows: 'score', columns: ['score'] },
  { id: 'scoreLoss', shows: 'score', columns: ['score'], hasStand: true, isLoss: true },
  { id: 'afterScores', shows: 'scoreChange', columns: ['score', 'scoreAfter'], hasStand: true },
];
const TEXTS: readonly Frame[] = [
  { id: 'text', shows: null, columns: [] },
  { id: 'logProbs', shows: 'probability', columns: ['before'], hasOdds: true },
  { id: 'textLoss', shows: 'before', columns: ['before'], isLoss: true },
  { id: 'afterText', shows: 'change', columns: ['before', 'after'], hasOdds: true },
];

export function framesOf({ watched: { kind }, train }: UnrolledStep): readonly Frame[] {
  if (kind === 'rollout') return train.algorithm === 'reinforce-plus-plus' ? ROLLOUT.map((frame) => (frame.id === 'advantage' ? { ...frame, shows: 'return' as const } : frame)) : ROLLOUT;
  return { pairs: PAIRS, scores: SCORES, texts: TEXTS }[kind];
}

export interface Strip {
  side: 'chosen' | 'rejected' | 'text';
  tokens: readonly WatchedToken[];
}

/** Texts that are looked at together: a pair is one. */
export const rowsOf = ({ watched }: UnrolledStep): readonly (WatchedText | WatchedPair)[] => ('pairs' in watched ? watched.pairs : watched.texts);

export const stripsOf = (row: WatchedText | WatchedPair): readonly Strip[] =>
  'tokens' in row ? [{ side: 'text', tokens: row.tokens }] : [{ side: 'chosen', tokens: row.chosen }, { side: 'rejected', tokens: row.rejected }];

export const textOf = (tokens: readonly WatchedToken[]): string => tokens.map(({ text }) => text).join('');

/** Undefined where it was not measured. */
export function shownNumber({ numbers }: WatchedToken, shown: Shown): number | undefined {
  const { before, after, score, scoreAfter } = numbers;
  switch (shown) {
    case 'probability': return before === undefined ? undefined : Math.exp(before);
    case 'change': return before === undefined || after === undefined ? undefined : after - before;
    case 'scoreChange': return score === undefined || scoreAfter === undefined ? undefined : scoreAfter - score;
    default: return numbers[shown];
  }
}

export interface StepNumbers {
  /** Four digits. */
  of(value: number): string;
  /** The same, in brackets below 0: to stand behind a sign. */
  inner(value: number): string;
  signed(value: number): string;
  percent(probability: number): string;
}

const minus = (text: string): string => text.replaceAll('-', '−');

export function stepNumbers(language: LanguageId): StepNumbers {
  const plain = new Intl.NumberFormat(language, { maximumSignificantDigits: 4 });
  const signed = new Intl.NumberFormat(language, { maximumSignificantDigits: 3, signDisplay: 'exceptZero' });
  const share = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
  const point = plain.format(0.5).charAt(1);
  /** What is so small is written with its power of ten. */
  const text = (format: Intl.NumberFormat, value: number, plus = ''): string => minus(value !== 0 && Math.abs(value) < 1e-3 ? `${value > 0 ? plus : ''}${value.toExponential(2).replace('.', point)}` : format.format(value));
  const of = (value: number) => text(plain, value);
  return { of, inner: (value) => (value < 0 ? `(${of(value)})` : of(value)), signed: (value) => text(signed, value, '+'), percent: (probability) => `${text(share, probability * 100)} %` };
}

/** The largest number that stands under a token of these, so that bars can be told from each other; 1 for a probability. */
export const scaleOf = (strips: readonly Strip[], shown: Shown): number =>
  shown === 'probability' ? 1 : Math.max(1e-9, ...strips.flatMap(({ tokens }) => tokens.map((token) => Math.abs(shownNumber(token, shown) ?? 0))));

/** Tokens with what stands under them. @param scale of a full bar */
export function cellsOf({ tokens }: Strip, shown: Shown | null, scale: number, number: StepNumbers, say: Words['step']): Cell[] {
  return tokens.map((token): Cell => {
    const value = shown === null ? undefined : shownNumber(token, shown);
    if (shown === null || value === undefined) return { text: token.text, words: '', bars: [] };
    const written = shown === 'probability' ? number.percent(value) : shown === 'before' ? number.of(value) : number.signed(value);
    return { text: token.text, words: say.tokenSays(say.numbers[shown], written), bars: [{ kind: shown === 'probability' ? 'weight' : 'score', share: value / scale, number: written }] };
  });
}
