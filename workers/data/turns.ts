/** A long job gives way now and then, so that a cancel is heard and progress is told at a bounded rate. */
import type { Progress } from '../../src/contract/data-api';

/** Between two turns, milliseconds. */
const EVERY = 50;

/** Ends a job from inside; nobody outside sees it. */
export class Cancelled extends Error {}

export class Turns {
  #last = performance.now();
  isCancelled = false;

  constructor(private readonly tell: (progress: Progress) => void) {}

  /** Resolves at once, or after messages that wait have been heard. Throws `Cancelled`. */
  async give(progress: () => Progress): Promise<void> {
    if (performance.now() - this.#last >= EVERY) {
      this.tell(progress());
      await new Promise((done) => setTimeout(done));
      this.#last = performance.now();
    }
    if (this.isCancelled) throw new Cancelled();
  }
}
