/**
 * A lesson: ordered pages that stand beside the Lab. Data and nothing else, so that it can be read from a file: what a page does is said by the kinds of its blocks,
 * and what it claims is a place in the Lab's own history, never a number that somebody wrote down. Only what others report is written down, with its source.
 */
import type { Controls } from '../contract/controls';
import type { MetricName } from '../contract/metrics';

/** The same sentence in every language of the page. */
export interface Text {
  readonly en: string;
  readonly de: string;
}

/** A number of the run that is open: where a metric of a stage stands at its first or last measurement, or at the last one not after a step. Or what was found for a claim before. */
export type Reading = { stage: string; metric: MetricName; at: 'first' | 'last' | number } | { claim: string };

/** What a claim measures: one number, or how far it is above another. */
export interface Measurement {
  of: Reading;
  minus?: Reading;
}

/** Where a number must lie, ends included. An end may be another number of the same run. */
export interface Range {
  low?: number | Reading;
  high?: number | Reading;
}

/** What the visitor foretells: one of some answers, each of which is right where the measured number lies in its range, or the number itself. */
export type Prediction =
  | { kind: 'choice'; choices: readonly { id: string; says: Text; if: Range }[] }
  | { kind: 'number'; min: number; max: number; step: number };

/** Something that can be foretold, is then measured in this tab, and was reported by others. */
export interface Claim {
  id: string;
  /** What is measured, as the head of its row. */
  names: Text;
  /** What the visitor is asked before it is measured. */
  asks: Text;
  prediction: Prediction;
  measured: Measurement;
  /** Where the lesson says that it will lie. */
  holds: Range;
  /** What that means in words. */
  says: Text;
  field: FieldReport;
}

export interface FieldReport {
  says: Text;
  /** Paper, repository or table in which it stands. */
  source: string;
}

/** Part of a formula. A text is one sign: a number, a letter, or else an operator. */
export type Maths =
  | string
  | { name: string }
  | { symbol: string }
  | { row: readonly Maths[] }
  /** One below the other, for what is too wide for the panel. */
  | { lines: readonly Maths[] }
  | { over: readonly [top: Maths, bottom: Maths] }
  | { base: Maths; sub?: Maths; sup?: Maths };

/** One symbol of a formula: what it is, the knob that sets it, the curve that shows it. */
export interface FormulaSymbol {
  glyph: Maths;
  means: Text;
  knob?: { part: string; name: string };
  curve?: { stage: string; metric: MetricName };
}

export interface Formula {
  id: string;
  /** Read aloud in place of the signs. */
  says: Text;
  maths: Maths;
  /** By the names that the formula calls them. */
  symbols: Readonly<Record<string, FormulaSymbol>>;
}

/** An element of the Lab that can be pointed at. */
export type Target =
  | { kind: 'knob'; part: string; name: string }
  | { kind: 'chart'; stage: string; metric: MetricName }
  | { kind: 'stage'; stage: string }
  | { kind: 'answers' }
  | { kind: 'transport' };

/** When training pauses: at the end of a stage, at a step of it, or where a metric of it has come to lie in a range. */
export interface Moment {
  stage: string;
  step?: number;
  reaches?: { metric: MetricName; range: Range };
}

export type Block =
  | { kind: 'text'; text: Text }
  /** Sets the Lab up anew: the lesson's settings and these on top. What is trained stays: the stages named are taken over from the run before, where they are its own. */
  | { kind: 'set'; says: Text; settings: readonly string[]; keeps: readonly string[] }
  | { kind: 'train'; until: Moment; says: Text }
  | { kind: 'look'; at: Target; says: Text }
  | { kind: 'predict'; claim: string }
  | { kind: 'check'; claims: readonly string[] }
  | { kind: 'formula'; formula: string };

export interface Page {
  /** Stands in the address. */
  id: string;
  title: Text;
  blocks: readonly Block[];
}

export interface Question {
  asks: Text;
  answer: Text;
}

export interface Lesson {
  id: string;
  title: Text;
  /** What one can say or do afterwards, one sentence; may be empty. */
  learns: Text;
  /** How long it takes on WASM on a laptop of two cores, reading and training. */
  minutes: number;
  recipe: string;
  seed: number;
  /** On top of the recipe: `part.knob=value`. */
  settings: readonly string[];
  claims: readonly Claim[];
  formulas: readonly Formula[];
  pages: readonly Page[];
  /** Changes a knob so that it goes wrong: the page before the last, always the same to find. A lesson of ours has one. */
  breakIt?: Page;
  /** For the end, with answers for the teacher; a lesson of ours has three. */
  questions: readonly Question[];
  /** Controls of the Lab that are locked or hidden beside it. */
  controls?: Controls;
}

/** All pages in order; the questions, where there are some, are one more, which has no blocks. */
export const pagesOf = (lesson: Lesson): Page[] => [...lesson.pages, ...(lesson.breakIt ? [lesson.breakIt] : [])];

/** What of a lesson's file may be left out: what this version does not know, and what is not as it should be. */
export type LeftOutKind = 'block' | 'target' | 'knob' | 'metric' | 'stage' | 'claim' | 'formula' | 'symbol' | 'setting' | 'control' | 'unreadable';
