/** Whether the browser has promised to keep what is stored here. It is asked once, after the visitor's first Save: some browsers ask the visitor in turn. */
import { keep, kept } from './kept';

const ASKED = 'asked-to-keep';

/** Some of the browser's own; absent outside secure contexts, whatever its type says. */
export type PersistenceDoor = Pick<StorageManager, 'persist' | 'persisted'>;
const doorHere = (): PersistenceDoor | undefined => {
  const door = navigator.storage as PersistenceDoor | undefined;
  return typeof door?.persist === 'function' && typeof door.persisted === 'function' ? door : undefined;
};

export class Persistence {
  /** Null until known, and where the browser promises nothing to anybody. */
  isPromised = $state<boolean | null>(null);
  hasAsked = $state(kept('browser', ASKED) !== null);

  constructor(private readonly door = doorHere()) {}

  /** What the browser says without being asked. */
  async look(): Promise<void> {
    this.isPromised = (await this.door?.persisted()) ?? null;
  }

  async askOnce(): Promise<void> {
    if (!this.hasAsked) await this.ask();
  }

  async ask(): Promise<void> {
    if (!this.door) return;
    this.hasAsked = true;
    keep('browser', ASKED, 'once');
    this.isPromised = await this.door.persist();
  }
}
