/** How many watts the visitor's machine draws under load, where that is known better than assumed; kept by the browser. */
import { wattsFrom } from './energy';
import { keep, kept } from './kept';

export class WattsChoice {
  /** Null: the assumed range. */
  current = $state<number | null>(wattsFrom(kept('browser', 'watts') ?? ''));

  /** Nothing, or what is no number of watts, goes back to what is assumed. */
  choose(text: string): void {
    this.current = wattsFrom(text);
    keep('browser', 'watts', this.current === null ? null : String(this.current));
  }
}
