/**
 * Keeps the machine awake while something trains: a laptop that falls asleep on the desk trains nothing. Only while the page is in sight, as browsers will have it;
 * in the background training goes on as long as the machine does. A browser that refuses (to save its battery) or knows no such lock changes nothing else.
 */

/** Of the browser's lock only what is used here. */
export interface Sentinel {
  release(): Promise<void>;
  readonly released: boolean;
}

export interface WakeDoors {
  /** Left out where the browser has none. */
  request?: (() => Promise<Sentinel>) | undefined;
  isInSight(): boolean;
}

// Absent in insecure contexts and in older browsers, whatever its type says.
const browsersOwn = (): WakeDoors => {
  const { wakeLock } = navigator as { wakeLock?: WakeLock };
  return { request: wakeLock && (() => wakeLock.request('screen')), isInSight: () => document.visibilityState === 'visible' };
};

export class AwakeWhileTraining {
  #isWanted = false;
  #held: Sentinel | undefined;
  /** One request or release after the other, so that the last word counts. */
  #line: Promise<void> = Promise.resolve();

  constructor(private readonly doors: WakeDoors = browsersOwn()) {}

  want(isWanted: boolean): Promise<void> {
    this.#isWanted = isWanted;
    return this.look();
  }

  /** To be called when the page comes into sight or leaves it: the browser takes the lock away when it is hidden. */
  look(): Promise<void> {
    return (this.#line = this.#line.then(() => this.#settle()).catch(() => {})); // refused: the machine may sleep, and training goes on when it wakes
  }

  get isHeld(): boolean {
    return this.#held !== undefined && !this.#held.released;
  }

  async #settle(): Promise<void> {
    const isDue = this.#isWanted && this.doors.isInSight();
    if (isDue && !this.isHeld) this.#held = await this.doors.request?.();
    if (!isDue && this.isHeld) await this.#held?.release();
  }
}
