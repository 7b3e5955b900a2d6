/** What the visitor should know now: errors stay until dismissed, the rest goes by itself. */
import type { NoticeText } from './lab.svelte';

export interface Notice extends NoticeText {
  id: number;
}

/** Older ones make room. */
const MOST = 3;
/** Long enough to read two sentences, milliseconds. */
const READING_TIME = 8000;

export class Notices {
  list = $state.raw<Notice[]>([]);
  #next = 0;

  readonly add = ({ text, kind }: NoticeText): void => {
    const id = this.#next++;
    // The same sentence twice says nothing new.
    this.list = [...this.list.filter((notice) => notice.text !== text), { id, text, kind }].slice(-MOST);
    if (kind === 'info') setTimeout(() => this.dismiss(id), READING_TIME);
  };

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }
}
