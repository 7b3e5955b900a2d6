/** Newer versions of the page: offered, never forced, and not taken while anything is being trained. Also the one reload that gives a page from a plain host its cross-origin isolation. */
import { keepOffline } from '../client/service-client';
import { isOwnMachine } from '../contract/service';
import { errorText } from '../words/spoken';
import { words } from '../words/words.svelte';
import { keep, kept } from './kept';
import type { NoticeText } from './notices.svelte';

export interface UpdateDoors {
  /** Whether this page does something that a reload would cut short. */
  isWorking(): boolean;
  /** The same of other tabs: they would be left without the files of their version. */
  isTrainedElsewhere(): Promise<boolean>;
  /** Has what was done last stored. */
  save(): Promise<void>;
  notice(notice: NoticeText): void;
  /** Left out, the browser's own. */
  reload?(): void;
}

/** `ready`: a newer version waits. `replaced`: another tab has taken one, and this page is of the one before. */
export type Found = 'nothing' | 'ready' | 'replaced';

const RELOADED = 'isolating';

export class Updates {
  found = $state<Found>('nothing');
  /** Asked for here, and on its way. */
  isTaking = $state(false);
  #use = () => {};
  readonly #reload: () => void;
  #isTouched = false;

  constructor(private readonly doors: UpdateDoors) {
    this.#reload = doors.reload ?? (() => location.reload());
  }

  /** Has the page kept for visits without a network, and hears of newer versions. Only of a page that was built and is served: else there is nothing to keep. */
  watch(): void {
    if (import.meta.env.MODE !== 'production') return;
    for (const kind of ['pointerdown', 'keydown', 'drop']) addEventListener(kind, this.touch, { capture: true, once: true });
    const isOffered = !isOwnMachine(location.hostname); // there the newest build is shown anyway
    const events = { onkept: () => this.isolate(crossOriginIsolated), onready: isOffered ? this.ready : () => {}, onreplaced: isOffered ? this.replaced : () => {} };
    void keepOffline(events).catch(() => {}); // the page works without; a full disk or a strict browser is no reason to trouble anybody
  }

  /** The visitor has begun to do something here. */
  readonly touch = (): void => void (this.#isTouched = true);

  readonly ready = (use: () => void): void => {
    this.#use = use;
    this.found = 'ready';
  };

  readonly replaced = (): void => {
    if (this.isTaking && !this.doors.isWorking()) this.#reload();
    else this.found = 'replaced';
    this.isTaking = false;
  };

  /** Does nothing while anything is being trained. */
  async take(): Promise<void> {
    if (this.isTaking || this.found === 'nothing' || this.doors.isWorking()) return;
    if (this.found === 'ready' && (await this.doors.isTrainedElsewhere())) {
      this.doors.notice({ text: words().page.update.refused, kind: 'error' });
      return;
    }
    try {
      await this.doors.save();
    } catch (error) {
      this.doors.notice({ text: errorText(error), kind: 'error' });
      return;
    }
    if (this.found === 'replaced') return this.#reload();
    this.isTaking = true;
    this.#use();
  }

  dismiss(): void {
    this.found = 'nothing';
  }

  /**
   * The page was kept, so from now on its answers carry the headers that isolate it: loads it again for them, once a tab, and only if nobody would notice.
   * Otherwise the next visit is isolated by itself.
   */
  isolate(isIsolated: boolean): void {
    if (isIsolated || this.doors.isWorking() || this.#isTouched || kept('visit', RELOADED) !== null) return;
    keep('visit', RELOADED, 'once');
    if (kept('visit', RELOADED) !== null) this.#reload(); // a browser that forgets would load again for ever
  }
}
