/**
 * A task is a world: what text looks like, what to ask, what people prefer and what is truly good.
 * Pure functions of the task's data file if it has one, its options and a seed; nothing here knows of models or pages.
 */
import type { Detail } from '../contract/details';
import type { PoolAgreement } from '../contract/agreement';
import type { Lesson } from '../contract/algorithms';
import type { TaskWords } from '../contract/metrics';
import type { Random } from '../contract/random';
import type { Sample } from '../contract/sample';
import type { TaskConfig, TaskId } from '../contract/tasks';

/** Token ids 0 and 1 mean the same in every task. */
export const PAD = 0;
export const EOS = 1;

/** A tokenizer as Hugging Face's libraries read it. */
export interface WrittenTokenizer {
  /** Text of a `tokenizer.json`. */
  json: string;
  /** Name of the token that it puts before every text; left out where there is none. */
  start?: string;
  /** What it does with text that it does not know, one sentence. */
  says: string;
  /** The text that it reads as these tokens. Padding, end and start are passed over. */
  spell(tokens: readonly number[]): string;
}

export interface Tokenizer {
  /** The definition's. */
  readonly vocabulary: readonly string[];
  /** What a person reads. */
  decode(tokens: readonly number[]): string;
  /** Tokens of any text, without an end; left out where not every text has tokens. */
  encode?(text: string): number[];
  /** For a folder that other libraries open. */
  written(): WrittenTokenizer;
}

/** prompt + completion; the completion ends with EOS unless it was cut. */
export interface Example {
  prompt: readonly number[];
  completion: readonly number[];
}

/** A completion that somebody called good or bad. */
export interface MarkedExample extends Example {
  isGood: boolean;
}

export interface PreferencePair {
  prompt: readonly number[];
  chosen: readonly number[];
  rejected: readonly number[];
  /** How surely the chosen side is the better one: the share of raters who said so, 0.5 to 1. All of them where it is left out. */
  probability?: number;
}

/** `train` is what training may read; `held-out` is never trained on. */
export type Split = 'train' | 'held-out';
/** `seen`: held-out pairs of items that training pairs are drawn from too (names) or of prompts that are trained on. `unseen`: its completions stand in no training data at all. */
export type PairSplit = 'train' | 'seen' | 'unseen';

/** Pairs that try a reward model in one way. The chosen side is the better one by the task's own truth: there is no label noise. */
export interface BenchmarkSection {
  id: string;
  title: string;
  /** What its pairs try, one sentence. */
  says: string;
  pairs: readonly PreferencePair[];
}

/** Answers to one prompt that are equally good, some that are worse, and a plain pair in which one good answer meets a worse one. */
export interface Tie {
  prompt: readonly number[];
  equal: readonly (readonly number[])[];
  worse: readonly (readonly number[])[];
  reference: PreferencePair;
}

/** A small test of reward models, in the manner of RewardBench (Lambert et al. 2024; Malik et al. 2025). Of what stands in no training data. */
export interface Benchmark {
  sections: readonly BenchmarkSection[];
  ties: readonly Tie[];
}

export interface Task {
  readonly tokenizer: Tokenizer;
  /** Longest sequence, prompt and completion together. */
  readonly context: number;
  /** Texts for pretraining, each as tokens with its EOS. */
  corpus(split: Split): readonly (readonly number[])[];
  /** Texts that only pretraining reads, beside the corpus: other writing in the same words. Left out where there are none. */
  further?(): readonly (readonly number[])[];
  /** Prompts with a good answer, for supervised fine-tuning. Where the prompt ends may be drawn; how long both are together is not. */
  demonstration(split: Split, index: number, random: Random): Example;
  demonstrationCount(split: Split): number;
  /** A prompt to sample from. */
  prompt(split: Split, random: Random): readonly number[];
  /** The prompt that somebody typed, as tokens; what a showcase prompt is decoded to is read as that prompt or one that is spelled the same. Throws `unusable-prompt`, which says what it reads. */
  read(text: string): readonly number[];
  /** A few prompts that show what the task is, always the same. */
  showcase(): readonly (readonly number[])[];
  pairs(split: PairSplit): readonly PreferencePair[];
  /** Whether `gold` is a rule that anybody can check, so that training may use it as its reward. Where it is not, no model ever sees it. */
  readonly isVerifiable: boolean;
  /** True reward of a completion. Left out, with what exists and the ceiling, where nobody knows it: the definition then says that it lacks gold. */
  gold?(prompt: readonly number[], completion: readonly number[]): number;
  /**
   * Probability that one of the task's raters, drawn at random, prefers the first completion to the second: what the task's own pairs are drawn by. For simulated raters.
   * Left out where nobody but people can say.
   */
  preference?(prompt: readonly number[], one: readonly number[], other: readonly number[]): number;
  /** Whether the completion is something that exists at all (a name somebody was given, a right answer). */
  isReal?(prompt: readonly number[], completion: readonly number[]): boolean;
  /** Accuracy that always choosing the likelier side would have on pairs of this split: label noise allows no more. */
  ceiling?(split: PairSplit): number;
  /** How far raters agreed on its training pairs, where more than one was asked about each. */
  agreement?(): PoolAgreement | undefined;
  /** Completions marked good or bad by themselves, where the data has no pairs to take apart. */
  marked?(split: Split): readonly MarkedExample[];
  /** What its data cannot teach, and why; left out where it can teach everything. */
  readonly cannot?: Partial<Record<Lesson, Detail>>;
  /** What a visitor should know of how the data was made ready, in a sentence or two. */
  readonly notes?: Detail;
  /** A test of reward models, where the task has one. Always the same; sections without a pair are left out. */
  benchmark?(): Benchmark;
}

/** A task whose truth is known. */
export type KnownTask = Task & Required<Pick<Task, 'gold' | 'isReal' | 'ceiling'>>;

interface About<Id extends TaskId> extends TaskWords {
  id: Id;
  title: string;
  /** What a visitor learns from it, one sentence. */
  teaches: string;
  /** Where the data is from and under what licence, shown on the page. */
  source: string;
  licence: string;
  /** Tokens of a usual text, prompt and completion: how long a run takes is foretold from it. */
  textTokens: number;
  /** Printable text of each token; index is the id. Left out where it is learned from the data, or fetched. */
  vocabulary?: readonly string[];
  /** The same, where it is so large that it is fetched when it is needed. */
  lateVocabulary?(): Promise<readonly string[]>;
  /** What is to be expected before the data is there, where that depends on the options or the vocabulary is fetched. */
  expects?(config: TaskConfig<Id>): Expected;
}

/** Of a task that comes with the page. */
interface Shipped<Id extends TaskId> extends About<Id> {
  /** File under public/ that `open` needs the text of. Left out where the task makes its data itself. */
  file?: string;
  dataset?: undefined;
  /** @param text of the file; empty where there is none */
  open(text: string, config: TaskConfig<Id>): Task | Promise<Task>;
}

/** Of a task that learns from a data set of the visitor. */
interface Brought<Id extends TaskId> extends About<Id> {
  /** Undefined where it does without rows: then a model can be looked at, and nothing taught. */
  dataset(config: TaskConfig<Id>): WantedRows | undefined;
  open(rows: readonly Sample[], config: TaskConfig<Id>, onProgress?: OnOpening): Promise<Task>;
}

export type TaskDefinition<Id extends TaskId = TaskId> = Shipped<Id> | Brought<Id>;

/** A data set by its id ('' where none is chosen), what people call it, and how many of its rows are taken. */
export interface WantedRows {
  id: string;
  title: string;
  rows: number;
}

export interface Expected {
  textTokens: number;
  /** Tokens of the vocabulary. */
  vocabulary: number;
}

/** @param says what is being done, in words */
export type OnOpening = (says: Detail) => void;
