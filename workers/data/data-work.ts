/** What the data worker does, behind doors: a function of the store, the task files and the machine's room, so that it runs under Node too. */
import type { DataApi, Described, FileFormat, ImportChoices, ImportReport, LearnedTokenizer, Look, Progress, RowPage, RowSource } from '../../src/contract/data-api';
import type { Kind, Mapping } from '../../src/contract/sample';
import { matching, pageOf } from './browse';
import { importFile } from './import';
import { learnTokenizer } from './learn-tokenizer';
import { look } from './look';
import { Sources, type SourceDoors } from './row-source';
import { Cancelled, Turns } from './turns';
import { writeRows } from './write-file';

export interface DataDoors extends SourceDoors {
  clock(): number;
  /** Bytes that can still be stored; undefined where nobody says. */
  room(): Promise<number | undefined>;
}

type Tell = (progress: Progress) => void;

/** All of `DataApi` with a callback where it has a port. */
export class DataWork implements Omit<DataApi, 'useStore' | 'import' | 'learnTokenizer'> {
  readonly #sources: Sources;
  #job: Turns | undefined;
  #questions = 0;
  /** The last search, so that turning its pages searches nothing. */
  #search: { key: string; found: number[] } | undefined;

  constructor(private readonly doors: DataDoors) {
    this.#sources = new Sources(doors);
  }

  look(file: Blob, fileName: string, mapping: Mapping, kind?: Kind): Promise<Look> {
    return look(file, fileName, mapping, kind);
  }

  import(file: Blob, fileName: string, choices: ImportChoices, tell: Tell = () => {}): Promise<ImportReport | null> {
    return this.#doing(tell, async (turns) => importFile(file, fileName, choices, { store: await this.doors.store(), turns, now: this.doors.clock(), room: await this.doors.room() }));
  }

  learnTokenizer(source: RowSource, tokens: number, tell: Tell = () => {}): Promise<LearnedTokenizer | null> {
    return this.#doing(tell, async (turns) => learnTokenizer(await this.#sources.open(source), tokens, turns));
  }

  cancel(): void {
    if (this.#job) this.#job.isCancelled = true;
  }

  async describe(source: RowSource): Promise<Described> {
    const { kind, rows, summary } = await this.#sources.open(source);
    return { kind, rows, summary };
  }

  async browse(source: RowSource, words: readonly string[], from: number, count: number): Promise<RowPage> {
    const question = ++this.#questions;
    const rows = await this.#sources.open(source);
    if (words.length === 0) return pageOf(rows, from, count);
    const key = JSON.stringify([source, words]);
    if (this.#search?.key !== key) {
      let last = performance.now();
      const found = await matching(rows, words, async () => {
        if (performance.now() - last > 50) {
          await new Promise((done) => setTimeout(done)); // a newer question may wait
          last = performance.now();
        }
        return question === this.#questions;
      });
      if (question !== this.#questions) return pageOf(rows, from, count, found);
      this.#search = { key, found };
    }
    return pageOf(rows, from, count, this.#search.found);
  }

  async write(source: RowSource, format: FileFormat): Promise<Blob> {
    return writeRows(await this.#sources.open(source), format);
  }

  /** One job at a time: a second one is our own mistake. */
  async #doing<Result>(tell: Tell, work: (turns: Turns) => Promise<Result>): Promise<Result | null> {
    if (this.#job) throw new Error('DataWork: want one job at a time, got a second');
    const turns = new Turns(tell);
    this.#job = turns;
    try {
      return await work(turns);
    } catch (error) {
      if (error instanceof Cancelled) return null;
      throw error;
    } finally {
      this.#job = undefined;
    }
  }
}
