/** The data file of `sentences` (scripts/build-sentences.mjs): what stands in it, what is held out, and what is a word. */
import { hashText } from '../contract/random';
import type { Split } from './task';

/** The split and the labels belong to the task, not to a run: every seed sees the same data. */
export const DATA_SEED = 20261125;
const HELD_OUT_SHARE = 0.1;

export interface SentenceData {
  sentences: Record<Split, string[]>;
  /** What words mean, in other words: for pretraining alone. */
  definitions: string[];
  /** Ten people's ratings of a word, −4 to 4. A column is one rater here; in truth each word had ten raters of its own, so that a column is nobody in particular. */
  ratings: ReadonlyMap<string, readonly number[]>;
}

/** A sentence is held out whatever its capitals. */
const isHeldOut = (sentence: string): boolean => hashText(`${DATA_SEED}/${sentence.toLowerCase()}`) / 2 ** 32 < HELD_OUT_SHARE;

export function parseSentences(text: string): SentenceData {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  const [border, second] = [lines.indexOf(''), lines.indexOf('', lines.indexOf('') + 1)];
  const sentences = lines.slice(0, border);
  const rows = lines.slice(border + 1, second).map((line) => line.split(','));
  return {
    sentences: { train: sentences.filter((sentence) => !isHeldOut(sentence)), 'held-out': sentences.filter(isHeldOut) },
    definitions: lines.slice(second + 1).filter((line) => line !== ''),
    ratings: new Map(rows.map(([word = '', ...numbers]) => [word, numbers.map(Number)])),
  };
}

export interface Word {
  /** In small letters. */
  text: string;
  /** Place behind its last letter. */
  end: number;
}

/** Letters and digits with apostrophes inside; a hyphen parts two words. */
export const wordsIn = (text: string): Word[] =>
  Array.from(text.toLowerCase().matchAll(/[a-z0-9]+(?:'[a-z0-9]+)*/g), ({ 0: word, index }) => ({ text: word, end: index + word.length }));
