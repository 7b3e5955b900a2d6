/**
 * The data worker's interface, spoken through Comlink: looks at files, imports them, shows and writes rows, learns tokenizers. Progress flows through a MessagePort.
 * One job at a time; looking and browsing are answered while a job is under way.
 */
import type { Detail } from './details';
import type { DatasetRecord, Reason, Summary } from './dataset';
import type { DatasetId } from './ids';
import type { PreferenceRecord } from './preferences';
import type { Kind, Mapping } from './sample';
import type { TaskConfig } from './tasks';

/** A line of a file that is no row. */
export interface Problem {
  /** From 1. */
  line: number;
  says: string | Detail;
}

/** What a file seems to be, before anything of it is stored. */
export interface Look {
  /** Of the file, in words. */
  format: string;
  columns: string[];
  /** The first rows, as text in the order of the columns; long texts are cut. */
  rows: { line: number; cells: string[] }[];
  /** What its rows are, as asked or as found; null where the columns fit nothing. */
  kind: Kind | null;
  /** Where a preference's prompt is taken from. */
  prompt: 'column' | 'shared' | 'transcript' | 'none';
  /** For each kind, the columns that it would still need. */
  missing: Record<Kind, string[]>;
  problems: Problem[];
}

export interface ImportChoices {
  name: string;
  source: string;
  licence: string;
  kind: Kind;
  mapping: Mapping;
  /** What a line that is no row does to the import. */
  onProblem: 'go-on' | 'stop';
  duplicates: 'drop' | 'keep';
  /** Rows with more characters than `longest`, prompt and longer answer together: kept, cut at the end of their answers, or left out. */
  long: 'keep' | 'cut' | 'drop';
  longest: number;
  /** Share of prompts, 0 to 1. */
  heldOut: number;
}

export interface Progress {
  done: number;
  total: number;
  /** Rows taken so far, or tokens learned. */
  count: number;
}

export interface ImportReport {
  dataset: DatasetRecord;
  /** False where the same rows were here already. */
  isNew: boolean;
  /** Rows of the file. */
  rows: number;
  problems: { count: number; first: Problem[] };
  reasons: Partial<Record<Reason, number>>;
  duplicates: number;
  long: number;
}

/** A preference pair in a task's tokens. */
export interface TokenPair {
  prompt: readonly number[];
  chosen: readonly number[];
  rejected: readonly number[];
  probability?: number;
}

/** Where rows can be from: a stored data set, the pairs of a task, pairs that a stage of a run made, or what people said in a run. */
export type RowSource =
  | { dataset: DatasetId }
  | { task: TaskConfig; split: 'train' | 'seen' | 'unseen' }
  | { task: TaskConfig; pairs: readonly TokenPair[] }
  | { said: readonly PreferenceRecord[] };

export interface Described {
  kind: Kind;
  rows: number;
  summary: Summary;
}

export interface ShownText {
  /** Cut where it is very long. */
  text: string;
  /** Whole, in characters. */
  length: number;
}

export interface ShownRow {
  /** From 1. */
  number: number;
  /** In the order of the kind's columns; a label is a word. */
  texts: ShownText[];
  /** Columns that came along. */
  extra: [name: string, value: string][];
}

export interface RowPage {
  rows: ShownRow[];
  /** Rows that hold all the words. */
  found: number;
}

/** Formats that rows are written in. */
export const FILE_FORMATS = { jsonl: 'JSON Lines', csv: 'CSV', parquet: 'Parquet' } as const;
export type FileFormat = keyof typeof FILE_FORMATS;

export interface LearnedTokenizer {
  /** Of Hugging Face's tokenizers, as text. */
  json: string;
  tokens: number;
  /** Texts it was learned from, characters; and how many of those make a token, on average. */
  characters: number;
  charactersPerToken: number;
  /** The first text, cut into tokens. */
  example: string[];
}

export interface DataApi {
  /** Where the browser keeps nothing: the page's own store, behind a port. To be called first. */
  useStore(store: MessagePort): void | Promise<void>;
  /** @param kind asked for; left out, what fits. Throws `unreadable-data`, `no-usable-rows`. */
  look(file: Blob, fileName: string, mapping: Mapping, kind?: Kind): Promise<Look>;
  /** Null when it was cancelled: then nothing was imported. Throws `unreadable-data`, `no-usable-rows`, `data-too-large`, `disk-full`; nothing is left then. */
  import(file: Blob, fileName: string, choices: ImportChoices, progress?: MessagePort): Promise<ImportReport | null>;
  /** Ends the job under way. */
  cancel(): void | Promise<void>;
  /** Throws `dataset-gone`, `no-task-data`. */
  describe(source: RowSource): Promise<Described>;
  /** Rows that hold all the words, anywhere; `count` of them from number `from` (0 is the first). A newer question ends an older one, which then gives what it has. */
  browse(source: RowSource, words: readonly string[], from: number, count: number): Promise<RowPage>;
  /** All rows as a file. */
  write(source: RowSource, format: FileFormat): Promise<Blob>;
  /** Null when it was cancelled. @param tokens of the vocabulary */
  learnTokenizer(source: RowSource, tokens: number, progress?: MessagePort): Promise<LearnedTokenizer | null>;
}
