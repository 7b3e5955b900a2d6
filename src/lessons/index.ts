/** The lessons, in the order of the gallery. A new one is a file and a line here. The page fetches all of them at once, when it first shows one. */
import { languageModel } from './language-model';
import type { Lesson } from './lesson';

export const LESSONS: readonly Lesson[] = [languageModel];
