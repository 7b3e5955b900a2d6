/** The class board's truth: run files that were handed in, read and shown together. Nothing of them is stored, and a broken one keeps none of the others out. */
import type { RunResults } from '../storage/run-file-results';
import { errorText } from '../words/spoken';
import type { Member } from './class-results';

/** Read at a time: unpacking waits for no other file. */
const AT_ONCE = 8;

export class ClassBoard {
  members = $state.raw<readonly Member[]>([]);
  /** Files that could not be read, and why. */
  refused = $state.raw<readonly { id: string; file: string; why: string }[]>([]);
  /** Files not read yet. */
  waiting = $state(0);
  #count = 0;

  constructor(private readonly read: (file: Blob) => Promise<RunResults>) {}

  /** In the order given, whichever is read first. They are shown at once when all are there, so that charts are drawn once. */
  async collect(files: readonly File[]): Promise<void> {
    this.waiting += files.length;
    const found = files.map((): Member | string => '');
    let next = 0;
    const work = async (): Promise<void> => {
      for (let i = next++; i < files.length; i = next++) {
        const file = files[i]!; // below the length
        found[i] = await this.read(file).then(
          (results): Member => ({ id: `${(this.#count += 1)}`, name: file.name.replace(/\.nudge$/i, ''), results }),
          errorText,
        );
        this.waiting -= 1;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    this.members = [...this.members, ...found.filter((each) => typeof each !== 'string')];
    this.refused = [...this.refused, ...found.flatMap((each, i) => (typeof each === 'string' ? [{ id: `${(this.#count += 1)}`, file: files[i]!.name, why: each }] : []))]; // as many as files
  }

  remove(id: string): void {
    this.members = this.members.filter((member) => member.id !== id);
  }

  clear(): void {
    [this.members, this.refused] = [[], []];
  }
}
