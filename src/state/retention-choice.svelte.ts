/** Which checkpoints of runs to come stay beside the newest; kept by the browser. */
import { RETENTIONS, type Retention } from '../contract/run';
import { keep, kept } from './kept';

export class RetentionChoice {
  /** Null: the newest alone. */
  current = $state<Retention | null>(RETENTIONS.find((name) => name === kept('browser', 'checkpoints')) ?? null);

  choose(name: string): void {
    this.current = RETENTIONS.find((known) => known === name) ?? null;
    keep('browser', 'checkpoints', this.current);
  }
}
