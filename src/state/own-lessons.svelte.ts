/** Lessons that the visitor brought, kept by the browser as the files they were: what this version left out of one is still there for the next, and for whoever is given the file. */
import { Failure } from '../contract/failures';
import type { Lesson } from '../lessons/lesson';
import { MOST_LESSON_FILE, MOST_LESSONS } from '../storage/limits';
import { errorText } from '../words/spoken';
import { language, words } from '../words/words.svelte';
import { keep, kept } from './kept';
import { readLesson, type LeftOut } from './lesson-file';
import type { NoticeText } from './notices.svelte';

export interface OwnLesson {
  /** Under an id of its own: a changed copy of one of ours stands beside it. */
  lesson: Lesson;
  leftOut: readonly LeftOut[];
  /** The file. */
  text: string;
}

export interface OwnLessonDoors {
  notice(notice: NoticeText): void;
  /** Goes to a lesson. */
  open(id: string): void;
}

const KEY = 'lessons';
const OWN = 'yours-';
const ownIdOf = (id: string): string => (id.startsWith(OWN) ? id : `${OWN}${id}`);

const ownOf = (text: string): OwnLesson => {
  const { lesson, leftOut } = readLesson(text);
  return { lesson: { ...lesson, id: ownIdOf(lesson.id) }, leftOut, text };
};

export class OwnLessons {
  list = $state.raw<readonly OwnLesson[]>([]);
  /** Kept files that this version cannot read: a newer one could. */
  #unread: readonly string[] = [];
  /** What is shown is what is kept. */
  #isKept = true;

  constructor(private readonly doors: OwnLessonDoors) {
    this.look();
  }

  /** What the browser keeps, which another tab may have changed. */
  look(): void {
    const texts = this.#isKept ? textsKept() : null;
    if (texts === null) return;
    const read = texts.map((text) => {
      try {
        return ownOf(text);
      } catch {
        return text;
      }
    });
    this.list = read.filter((each) => typeof each !== 'string');
    this.#unread = read.filter((each) => typeof each === 'string');
  }

  find(id: string): Lesson | undefined {
    return this.list.find(({ lesson }) => lesson.id === id)?.lesson;
  }

  /** Reads a file and keeps it; what is wrong with it is told, and changes nothing. */
  async take(file: File): Promise<void> {
    try {
      if (file.size > MOST_LESSON_FILE) throw new Failure('lesson-too-large', file.name);
      const own = ownOf((await file.text()).replace(/^\ufeff/, ''));
      this.look();
      const { id, title } = own.lesson;
      const isReplaced = this.find(id) !== undefined;
      if (!isReplaced && this.list.length >= MOST_LESSONS) throw new Failure('lesson-too-large', words().lessonFiles.tooMany(MOST_LESSONS));
      const isKept = this.#write(isReplaced ? this.list.map((each) => (each.lesson.id === id ? own : each)) : [...this.list, own]);
      const say = words().lessonFiles;
      const told = [isReplaced ? say.replaced(title[language()]) : say.opened(title[language()]), ...(own.leftOut.length > 0 ? [say.leftOutSome(own.leftOut.length)] : []), ...(isKept ? [] : [say.notKept])];
      this.doors.notice({ text: told.join(' '), kind: 'info', action: { label: say.open, isHeldBack: false, run: () => this.doors.open(id) } });
    } catch (error) {
      this.doors.notice({ text: errorText(error), kind: 'error' });
    }
  }

  /** The notice can bring it back. */
  remove(id: string): void {
    const at = this.list.findIndex(({ lesson }) => lesson.id === id);
    const gone = this.list[at];
    if (!gone) return;
    this.#write(this.list.toSpliced(at, 1));
    const say = words().lessonFiles;
    const undo = () => {
      if (!this.find(id)) this.#write(this.list.toSpliced(at, 0, gone));
    };
    this.doors.notice({ text: say.deleted(gone.lesson.title[language()]), kind: 'info', action: { label: say.undo, isHeldBack: false, run: undo } });
  }

  /** @returns whether the browser keeps it; the list is so for this visit all the same */
  #write(list: readonly OwnLesson[]): boolean {
    this.list = list;
    this.#isKept = keep('browser', KEY, JSON.stringify([...list.map(({ text }) => text), ...this.#unread]));
    return this.#isKept;
  }
}

/** Null where nothing is kept, or nothing that could be read. */
function textsKept(): string[] | null {
  try {
    const found: unknown = JSON.parse(kept('browser', KEY) ?? '');
    return Array.isArray(found) ? found.filter((each) => typeof each === 'string') : null;
  } catch {
    return null;
  }
}
