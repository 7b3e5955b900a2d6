/** Files of lessons: what is read of one, whatever was left out, is a lesson that comes back from its own file whole. */
import { LESSONS } from '../../src/lessons';
import { readLesson, writeLesson } from '../../src/state/lesson-file';
import { mutated, pick } from './mutate';
import type { Target } from './targets';

const utf8 = new TextEncoder();
const FILES = [...LESSONS.slice(0, 3), { ...LESSONS[0]!, id: 'rope', controls: { seed: 'hidden', 'pretrain.*': 'locked' } } as const].map((lesson) => utf8.encode(writeLesson(lesson, 'fuzz'))); // the list has eight

export const lessonFile: Target = {
  name: 'lesson',
  make: (random) => mutated(pick(FILES, random), random),
  async read(bytes) {
    const { lesson } = readLesson(new TextDecoder().decode(bytes));
    const again = readLesson(writeLesson(lesson, 'fuzz'));
    if (again.leftOut.length > 0 || JSON.stringify(again.lesson) !== JSON.stringify(lesson)) throw new Error('a lesson is not what is written and read again');
  },
};
