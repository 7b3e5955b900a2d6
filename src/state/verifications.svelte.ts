/** Runs that are trained again to be compared, each in a worker of its own, and what was found of them. It lives as long as the page, so that the visitor may look at other screens meanwhile. */
import { SvelteMap } from 'svelte/reactivity';
import type { RunId } from '../contract/ids';
import type { Verification, VerifyProgress } from '../contract/verification';
import { errorText } from '../words/spoken';

/** One run being verified, or verified. */
export type Shown = { state: 'working'; progress: VerifyProgress | null } | { state: 'found'; found: Verification } | { state: 'failed'; sentence: string };

/** Begins to verify; null is found once it was cancelled. */
export type Verify = (run: RunId, onProgress: (progress: VerifyProgress) => void) => { found: Promise<Verification | null>; cancel(): void };

export class Verifications {
  readonly shown = new SvelteMap<RunId, Shown>();
  readonly #under = new Map<RunId, () => void>();

  constructor(private readonly verify: Verify) {}

  async begin(run: RunId): Promise<void> {
    if (this.#under.has(run)) return;
    this.shown.set(run, { state: 'working', progress: null });
    try {
      const { found, cancel } = this.verify(run, (progress) => this.shown.set(run, { state: 'working', progress }));
      this.#under.set(run, cancel);
      const verification = await found;
      if (verification) this.shown.set(run, { state: 'found', found: verification });
      else this.shown.delete(run);
    } catch (error) {
      this.shown.set(run, { state: 'failed', sentence: errorText(error) });
    } finally {
      this.#under.delete(run);
    }
  }

  /** Ends what is under way, and forgets what was found. */
  dismiss(run: RunId): void {
    const cancel = this.#under.get(run);
    if (cancel) cancel();
    else this.shown.delete(run);
  }
}
