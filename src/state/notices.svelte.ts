/** What the visitor should know now: errors stay until dismissed, the rest goes by itself. */
export interface NoticeText {
  text: string;
  kind: 'error' | 'info';
  action?: NoticeAction;
}

/** What can be done about it. The notice goes when it is done. */
export interface NoticeAction {
  label: string;
  /** That is not the time now. */
  isHeldBack: boolean;
  run: () => void;
}

export interface Notice extends NoticeText {
  id: number;
}

/** Older ones make room, errors last. */
const MOST = 3;
/** Long enough to read two sentences, milliseconds. */
const READING_TIME = 8000;
/** And to think about what was done, and reach the button by keyboard. */
const ACTING_TIME = 20_000;

export class Notices {
  list = $state.raw<Notice[]>([]);
  #next = 0;

  readonly add = ({ text, kind, action }: NoticeText): void => {
    const id = this.#next++;
    // The same sentence twice says nothing new, unless each is about something of its own.
    const others = this.list.filter((notice) => notice.text !== text || notice.action);
    const leaving = others.length < MOST ? undefined : (others.find((notice) => notice.kind === 'info') ?? others[0]);
    const acting = action && { ...action, run: () => { this.dismiss(id); action.run(); } };
    this.list = [...others.filter((notice) => notice !== leaving), { id, text, kind, ...(acting && { action: acting }) }];
    if (kind === 'info') setTimeout(() => this.dismiss(id), action ? ACTING_TIME : READING_TIME);
  };

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }
}
