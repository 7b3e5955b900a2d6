/** What is drawn and told of texts that models said: numbers in the reader's language, sums, and where two texts part. Pure. */
import type { Said, WeighedToken } from '../contract/model-api';
import type { LanguageId } from '../words/language';

/** A number under a token or above it: how much of the scale it fills, below 0 downwards. */
export interface Bar {
  kind: 'kl' | 'score' | 'weight';
  share: number;
  number: string;
}

export interface Cell {
  text: string;
  /** What it is called and what is to be known of it, as a screen reader says it. */
  words: string;
  bars: readonly Bar[];
  /** There, but not what is looked at. */
  isFaint?: boolean;
}

/** A token that draws nothing still needs something to see. */
export const drawn = (text: string): string => (text.trim() === '' ? '␣' : text);

export interface Numbers {
  /** Two decimals. */
  of(value: number): string;
  /** With its sign. */
  signed(value: number): string;
  /** Of a probability; the smallest are said to be below something. */
  percent(probability: number): string;
}

const minus = (text: string): string => text.replace('-', '−');

export function numbersIn(language: LanguageId): Numbers {
  const plain = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const signed = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: 'exceptZero' });
  const share = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return {
    of: (value) => minus(plain.format(value)),
    signed: (value) => minus(signed.format(value)),
    percent: (probability) => (probability > 0 && probability < 0.001 ? `<${share.format(0.1)} %` : `${share.format(probability * 100)} %`),
  };
}

/** KL up to and including each token, nats. */
export function cumulative(tokens: readonly WeighedToken[]): number[] {
  let sum = 0;
  return tokens.map(({ kl }) => (sum += kl ?? 0));
}

/** Place of the first token in which two texts differ; null where they are the same. */
export function partingOf(left: readonly { text: string }[], right: readonly { text: string }[]): number | null {
  const place = Array.from({ length: Math.max(left.length, right.length) }).findIndex((_, i) => left[i]?.text !== right[i]?.text);
  return place < 0 ? null : place;
}

/** Place of the largest KL; null where none was measured, or there is none. */
export function largestKl(tokens: readonly WeighedToken[]): number | null {
  const largest = Math.max(...tokens.map(({ kl }) => kl ?? 0));
  return largest > 0 ? tokens.findIndex(({ kl }) => kl === largest) : null;
}

/** What fills a bar, so that both texts are drawn alike. A KL of a tenth of a nat is little, and stays so. */
export function scalesOf(texts: readonly Said[]): { kl: number; score: number } {
  const all = texts.flatMap(({ completion }) => completion);
  return { kl: Math.max(0.1, ...all.map(({ kl }) => kl ?? 0)), score: Math.max(0.1, ...all.map(({ score }) => Math.abs(score ?? 0))) };
}
