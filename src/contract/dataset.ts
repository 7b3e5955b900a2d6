/** A data set of the visitor as it is stored: where it came from, what it is like. Its rows lie apart, as lines of JSON. */
import type { DatasetId } from './ids';
import type { Kind } from './sample';

/** Why a row cannot be used, one sentence for all rows like it; `count` of them are told, not listed. */
export const REASONS = {
  'missing-column': 'A column that the others have is missing.',
  'not-text': 'A column holds neither text nor a list of messages.',
  'not-a-label': 'A label is neither true nor false (nor 1 or 0).',
  'empty': 'A text or a completion is empty.',
  'identical-sides': 'The chosen and the rejected side are the same.',
  'no-shared-prompt': 'The two sides do not begin with the same prompt.',
} as const;
export type Reason = keyof typeof REASONS;

/** Of texts, in characters. */
export interface Lengths {
  count: number;
  mean: number;
  median: number;
  /** 95 % are no longer. */
  most: number;
  longest: number;
}

/** How many texts are how long. */
export interface LengthBins {
  /** Characters a bin; the last bin holds everything longer too. */
  width: number;
  /** As many counts as bins, each. */
  series: { of: 'chosen' | 'rejected' | 'good' | 'bad' | 'completion' | 'prompt' | 'text'; counts: number[] }[];
}

export interface Summary {
  kinds: Partial<Record<Kind, number>>;
  /** Of rows that could not be used. */
  reasons: Partial<Record<Reason, number>>;
  /** Samples met before, sides in either order. */
  duplicates: number;
  prompts: Lengths | undefined;
  /** Of completions, both sides of a preference among them; of whole texts. */
  completions: Lengths | undefined;
  /** Lengths of what answers (of prompts where nothing does), side by side. */
  lengths: LengthBins | undefined;
  /** Preferences whose chosen side is longer, shorter, as long: a rater who only counts would choose so. */
  chosen: { longer: number; shorter: number; asLong: number };
  /** Of marked completions. */
  labels: { good: number; bad: number };
  /** Different values of a column `annotator`; at most so many are told apart. */
  raters: number;
}

export interface DatasetRecord {
  /** SHA-256 of its rows as lines of JSON, each with its end, in hexadecimal: the same data has the same id on every machine. */
  id: DatasetId;
  name: string;
  /** When it was imported, milliseconds since 1970. */
  created: number;
  /** The file it came from, or what it is in words. */
  source: string;
  /** As the visitor says; empty where nothing was said. */
  licence: string;
  /** Of all its samples. */
  kind: Kind;
  rows: number;
  /** Of its lines. */
  bytes: number;
  /** Share of prompts that is kept from training (which, is a matter of the prompt alone), and how many rows that is. */
  heldOut: { share: number; rows: number };
  summary: Summary;
}
