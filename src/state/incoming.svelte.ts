/** Run files and models that were dropped on the page: looked at first, then imported or left alone. One bad file among many keeps none of the others out. */
import type { RunRecord } from '../contract/run';
import type { RunPreview } from '../storage/run-file-preview';
import { errorText } from '../words/spoken';
import { words } from '../words/words.svelte';
import { arrivalsOf, isZip, withoutEnding, type Arrival, type Folder } from './arrivals';
import type { ModelPreview, ReadableModel } from './import-model';
import { isLessonFile } from './lesson-file';
import type { NoticeText } from './notices.svelte';

export interface IncomingFile extends Arrival {
  /** Null while it is being looked at; a sentence where it cannot be imported. */
  found: RunPreview | ModelPreview | string | null;
  /** Where it is one. */
  model?: ReadableModel;
}

export interface IncomingDoors {
  preview(file: Blob): Promise<RunPreview>;
  importRun(file: Blob): Promise<RunRecord>;
  readModel(content: Arrival['content'], called: string): Promise<ReadableModel>;
  importModel(model: ReadableModel): Promise<RunRecord>;
  /** A lesson is no run: it is kept by itself. Without it, such a file is like any other. */
  takeLesson?(file: File): Promise<void>;
  notice(notice: NoticeText): void;
  /** Told once, with all that were imported. */
  onimported(records: readonly RunRecord[]): void;
}

export class Incoming {
  /** Null while there are none. */
  files = $state.raw<readonly IncomingFile[] | null>(null);
  isImporting = $state(false);
  /** How often something was imported, or brought back; lists of runs are read again when it rises. */
  imported = $state(0);
  readonly isLooking = $derived(this.files?.some(({ found }) => found === null) ?? false);
  readonly good = $derived((this.files ?? []).filter(({ found }) => found !== null && typeof found !== 'string'));

  constructor(private readonly doors: IncomingDoors) {}

  /** More files may come while others are shown. */
  async look(dropped: readonly (File | Folder)[]): Promise<void> {
    if (this.isImporting) return;
    const { takeLesson } = this.doors;
    const lessons = takeLesson ? dropped.filter((each): each is File => each instanceof File && isLessonFile(each)) : [];
    for (const lesson of lessons) await takeLesson?.(lesson);
    const arrivals = arrivalsOf(dropped.filter((each) => !lessons.some((lesson) => lesson === each)));
    if (arrivals.length === 0) return;
    this.files = [...(this.files ?? []), ...arrivals.map((arrival) => ({ ...arrival, found: null }))];
    for (const arrival of arrivals) {
      const seen = await this.#preview(arrival).catch((error: unknown) => ({ found: errorText(error) }));
      this.files = this.files?.map((each) => (each.content === arrival.content ? { ...arrival, ...seen } : each)) ?? null; // cancelled meanwhile
    }
  }

  /** What ends in .zip should be a model, but may be a run file that a browser gave that name. */
  async #preview({ name, content }: Arrival): Promise<Pick<IncomingFile, 'found' | 'model'>> {
    const isFile = content instanceof File;
    if (isFile && !isZip(content)) return { found: await this.doors.preview(content) };
    try {
      const model = await this.doors.readModel(content, withoutEnding(name));
      return { found: model.preview, model };
    } catch (error) {
      const found = isFile ? await this.doors.preview(content).catch(() => undefined) : undefined;
      if (!found) throw error;
      return { found };
    }
  }

  /** Imports all that can be, one after the other. */
  async take(): Promise<void> {
    if (this.isImporting) return;
    this.isImporting = true;
    const records: RunRecord[] = [];
    const refused = (this.files ?? []).filter(({ found }) => typeof found === 'string').map(({ name, found }) => `${name}: ${String(found)}`);
    for (const { name, content, model } of this.good) {
      try {
        if (model) records.push(await this.doors.importModel(model));
        else if (content instanceof File) records.push(await this.doors.importRun(content));
      } catch (error) {
        refused.push(`${name}: ${errorText(error)}`);
      }
    }
    this.isImporting = false;
    this.files = null;
    const [only] = records;
    if (only) this.doors.notice({ text: records.length === 1 ? words().page.stored.one(only.name) : words().page.stored.runs(records.length), kind: 'info' });
    if (refused.length > 0) this.doors.notice({ text: refused.length === 1 ? refused[0]! : words().page.stored.refused(refused.length, refused.join(' ')), kind: 'error' });
    if (!only) return;
    this.imported += 1;
    this.doors.onimported(records);
  }

  cancel(): void {
    if (!this.isImporting) this.files = null;
  }
}
