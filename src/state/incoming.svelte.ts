/** Run files that were dropped on the page: looked at first, then imported or left alone. One bad file among many keeps none of the others out. */
import { sentenceOf, toRecord } from '../contract/failures';
import type { RunRecord } from '../contract/run';
import type { RunPreview } from '../storage/run-file-preview';
import type { NoticeText } from './notices.svelte';

export interface IncomingFile {
  file: File;
  /** Null while it is being looked at; a sentence where it cannot be imported. */
  found: RunPreview | string | null;
}

export interface IncomingDoors {
  preview(file: Blob): Promise<RunPreview>;
  importRun(file: Blob): Promise<RunRecord>;
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
  async look(files: readonly File[]): Promise<void> {
    if (this.isImporting) return;
    this.files = [...(this.files ?? []), ...files.map((file) => ({ file, found: null }))];
    for (const file of files) {
      const found = await this.doors.preview(file).catch((error: unknown) => sentenceOf(toRecord(error)));
      this.files = this.files?.map((each) => (each.file === file ? { file, found } : each)) ?? null; // cancelled meanwhile
    }
  }

  /** Imports all that can be, one after the other. */
  async take(): Promise<void> {
    if (this.isImporting) return;
    this.isImporting = true;
    const records: RunRecord[] = [];
    const refused = (this.files ?? []).filter(({ found }) => typeof found === 'string').map(({ file, found }) => `${file.name}: ${String(found)}`);
    for (const { file } of this.good) {
      try {
        records.push(await this.doors.importRun(file));
      } catch (error) {
        refused.push(`${file.name}: ${sentenceOf(toRecord(error))}`);
      }
    }
    this.isImporting = false;
    this.files = null;
    const [only] = records;
    if (only) this.doors.notice({ text: records.length === 1 ? `Imported ${only.name}.` : `Imported ${records.length} runs.`, kind: 'info' });
    if (refused.length > 0) this.doors.notice({ text: refused.length === 1 ? refused[0]! : `${refused.length} files were not imported. ${refused.join(' ')}`, kind: 'error' });
    if (!only) return;
    this.imported += 1;
    this.doors.onimported(records);
  }

  cancel(): void {
    if (!this.isImporting) this.files = null;
  }
}
