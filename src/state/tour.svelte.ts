/** The tour of the Lab: three things to look at, in order. It is offered once, taken whenever somebody asks for it, and left at any moment. */
import { keep, kept } from './kept';

/** Each is an element of the Lab; the dictionary says what it is. */
export const STOPS = ['recipe', 'charts', 'answers'] as const;
export type Stop = (typeof STOPS)[number];

const NAME = 'tour';
const SEEN = 'seen';

export class Tour {
  #place = $state<number | null>(null);
  /** Nobody took or declined it in this browser yet. */
  isOffered = $state(kept('browser', NAME) !== SEEN);
  /** Null while it is not taken. */
  readonly stop = $derived.by((): Stop | null => (this.#place === null ? null : (STOPS[this.#place] ?? null)));
  /** Counted from 1. */
  readonly place = $derived.by(() => (this.#place ?? 0) + 1);
  readonly isLast = $derived.by(() => this.#place === STOPS.length - 1);

  /** @param goToLab shows what it points at, where another screen is shown */
  constructor(private readonly goToLab: () => void) {}

  start(): void {
    this.goToLab();
    this.#place = 0;
  }

  next(): void {
    if (this.#place === null) return;
    if (this.isLast) this.leave();
    else this.#place += 1;
  }

  back(): void {
    if (this.#place !== null && this.#place > 0) this.#place -= 1;
  }

  /** Also for who never took it. */
  leave(): void {
    this.#place = null;
    this.isOffered = false;
    keep('browser', NAME, SEEN);
  }
}
