/** What the visitor should know now: errors stay until dismissed, the rest goes by itself. */
export interface NoticeText {
  text: string;
  kind: 'error' | 'info';
}

export interface Notice extends NoticeText {
  id: number;
}

/** Older ones make room, errors last. */
const MOST = 3;
/** Long enough to read two sentences, milliseconds. */
const READING_TIME = 8000;

export class Notices {
  list = $state.raw<Notice[]>([]);
  #next = 0;

  readonly add = ({ text, kind }: NoticeText): void => {
    const id = this.#next++;
    // The same sentence twice says nothing new.
    const others = this.list.filter((notice) => notice.text !== text);
    const leaving = others.length < MOST ? undefined : (others.find((notice) => notice.kind === 'info') ?? others[0]);
    this.list = [...others.filter((notice) => notice !== leaving), { id, text, kind }];
    if (kind === 'info') setTimeout(() => this.dismiss(id), READING_TIME);
  };

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }
}
