/** The Data screen's truth: what data sets are stored, what people said in runs, and the file that is on its way in. */
import * as v from 'valibot';
import type { DataDesk } from '../client/data-client';
import type { FileFormat, ImportChoices, ImportReport, Look, Progress, RowSource } from '../contract/data-api';
import { ALGORITHMS, type AlgorithmId } from '../contract/algorithms';
import type { DatasetRecord } from '../contract/dataset';
import type { PreferenceRecord } from '../contract/preferences';
import type { CheckpointState, RunRecord } from '../contract/run';
import { TaskConfig, type TaskId } from '../contract/tasks';
import type { Kind } from '../contract/sample';
import type { DatasetStore } from '../storage/dataset-store';
import type { RunStore } from '../storage/run-store';
import { fileNameOf } from '../storage/file-name';
import { errorText } from '../words/spoken';
import { words } from '../words/words.svelte';
import { download } from './download';
import type { NoticeText } from './notices.svelte';

export interface DataDoors {
  datasets: DatasetStore;
  runs: RunStore;
  desk: DataDesk;
  notice(notice: NoticeText): void;
}

/** A stage of a run in which people said something. */
export interface Said {
  run: RunRecord;
  stage: string;
  preferences: readonly PreferenceRecord[];
}

/** A stage of a run that leaves pairs, by its end or so far. */
export interface Made {
  run: RunRecord;
  stage: string;
  algorithm: AlgorithmId;
}

interface Incoming {
  file: Blob;
  /** What it is called, for its format and its source. */
  fileName: string;
}

/** A file on its way in. */
export type Coming =
  | { name: 'none' }
  | (Incoming & { name: 'looking' })
  | (Incoming & { name: 'looked'; look: Look; choices: ImportChoices })
  | (Incoming & { name: 'importing'; progress: Progress })
  | { name: 'done'; report: ImportReport };

/** A task as it is when nobody changes a knob. */
export const taskConfigOf = (id: TaskId): TaskConfig => v.parse(TaskConfig, { id });

/** Until the visitor says something else. */
const HELD_OUT = 0.1;
const LONGEST = 2000;

export class DataShelf {
  /** Newest first; null until read. */
  list = $state.raw<DatasetRecord[] | null>(null);
  said = $state.raw<Said[]>([]);
  made = $state.raw<Made[]>([]);
  coming = $state.raw<Coming>({ name: 'none' });
  /** Why the file on its way in was refused; '' where it was not. */
  problem = $state('');
  isWriting = $state(false);
  readonly bytes = $derived((this.list ?? []).reduce((sum, { bytes }) => sum + bytes, 0));
  /** Looks that were overtaken by another are not shown. */
  #look = 0;

  constructor(readonly doors: DataDoors) {}

  load(): Promise<void> {
    return this.#told(async () => {
      this.list = await this.doors.datasets.datasets();
      const runs = await this.doors.runs.runs();
      this.made = (await Promise.all(runs.map((run) => this.#madeIn(run)))).flat();
      this.said = (await Promise.all(runs.map(async (run) => (await this.doors.runs.said(run.id)).map((each): Said => ({ run, ...each }))))).flat();
    });
  }

  /** Looks at a file; what it is has to be confirmed before anything is stored. While one is being imported, others are not taken. */
  async take(file: Blob, fileName: string): Promise<void> {
    if (this.coming.name === 'importing') return this.doors.notice({ text: words().data.busy, kind: 'error' });
    this.problem = '';
    this.coming = { name: 'looking', file, fileName };
    const name = fileName.replace(/(\.(jsonl|ndjson|json|csv|tsv|txt|parquet|gz))+$/i, '') || fileName;
    await this.#lookAgain({ file, fileName }, { name, source: fileName, licence: '', kind: 'preference', mapping: {}, onProblem: 'go-on', duplicates: 'drop', long: 'keep', longest: LONGEST, heldOut: HELD_OUT });
  }

  /** Choices that do not change what the rows are. */
  choose(choices: Partial<ImportChoices>): void {
    if (this.coming.name === 'looked') this.coming = { ...this.coming, choices: { ...this.coming.choices, ...choices } };
  }

  async setKind(kind: Kind): Promise<void> {
    if (this.coming.name === 'looked') await this.#lookAgain(this.coming, this.coming.choices, kind);
  }

  /** @param from column of the file; '' for one of the same name, or none */
  async setColumn(column: string, from: string): Promise<void> {
    if (this.coming.name !== 'looked') return;
    const { choices, look } = this.coming;
    const { [column]: _, ...others } = choices.mapping;
    const mapping = from === '' || from === column ? others : { ...others, [column]: from };
    await this.#lookAgain(this.coming, { ...choices, mapping }, look.kind ?? choices.kind);
  }

  async import(): Promise<void> {
    if (this.coming.name !== 'looked') return;
    const { file, fileName, choices } = this.coming;
    const before = this.coming;
    this.problem = '';
    this.coming = { name: 'importing', file, fileName, progress: { done: 0, total: file.size, count: 0 } };
    try {
      const report = await this.doors.desk.import(file, fileName, choices, (progress) => {
        if (this.coming.name === 'importing') this.coming = { ...this.coming, progress };
      });
      this.coming = report ? { name: 'done', report } : before;
    } catch (error) {
      this.problem = errorText(error);
      this.coming = before;
    }
    await this.load();
  }

  /** Ends the import under way, of which nothing stays; or forgets the file. */
  async dismiss(): Promise<void> {
    if (this.coming.name === 'importing') return this.#told(() => this.doors.desk.cancel());
    this.#look += 1;
    this.problem = '';
    this.coming = { name: 'none' };
  }

  rename(id: DatasetRecord['id'], name: string): Promise<void> {
    return this.#told(async () => {
      await this.doors.datasets.rename(id, name);
      await this.load();
    });
  }

  remove(id: DatasetRecord['id']): Promise<void> {
    return this.#told(async () => {
      await this.doors.datasets.deleteDataset(id);
      await this.load();
    });
  }

  /** Hands rows to the visitor as a file. */
  export(source: RowSource, name: string, format: FileFormat): Promise<void> {
    return this.#told(async () => {
      this.isWriting = true;
      try {
        download(fileNameOf(name, format), await this.doors.desk.write(source, format));
      } finally {
        this.isWriting = false;
      }
    });
  }

  /** What the newest checkpoint of such a stage holds; null where there is none. */
  async pairsStateOf({ run, stage }: Made): Promise<CheckpointState | null> {
    const [ref] = await this.doors.runs.checkpoints(run.id, stage);
    return (ref && (await this.doors.runs.checkpoint(ref))?.state) ?? null;
  }

  async #madeIn(run: RunRecord): Promise<Made[]> {
    const stages = run.config.stages.filter(({ train }) => ALGORITHMS[train.algorithm].makes === 'pairs');
    if (stages.length === 0) return [];
    const begun = new Set((await this.doors.runs.checkpoints(run.id)).map(({ stage }) => stage));
    return stages.filter(({ id }) => begun.has(id)).map(({ id, train }) => ({ run, stage: id, algorithm: train.algorithm }));
  }

  /** What people said becomes a data set like any other, after the visitor has looked at it. */
  keep({ run, stage, preferences }: Said): Promise<void> {
    return this.#told(async () => {
      const file = await this.doors.desk.write({ said: preferences }, 'jsonl');
      if (file.size === 0) return this.doors.notice({ text: words().data.noPreference, kind: 'error' });
      await this.take(file, `${words().data.saidFile(run.name, stage)}.jsonl`);
    });
  }

  async #lookAgain({ file, fileName }: Incoming, choices: ImportChoices, kind?: Kind): Promise<void> {
    const number = ++this.#look;
    try {
      const look = await this.doors.desk.look(file, fileName, choices.mapping, kind);
      if (number === this.#look) this.coming = { name: 'looked', file, fileName, look, choices: { ...choices, kind: look.kind ?? choices.kind } };
    } catch (error) {
      if (number !== this.#look) return;
      this.problem = `${fileName}: ${errorText(error)}`;
      this.coming = { name: 'none' };
    }
  }

  async #told(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.doors.notice({ text: errorText(error), kind: 'error' });
    }
  }
}
