/**
 * The page's languages. A new one is a folder like `de` and a line in LANGUAGES: the compiler names every key it lacks, and its code is fetched when it is chosen.
 * What is said with numbers or names in it is a function, so that each language orders them as it must.
 */
import { en } from './en';

/** The same keys, any sentences. */
type Spoken<Tree> = Tree extends string ? string : Tree extends (...given: infer Given) => string ? (...given: Given) => string : { readonly [Key in keyof Tree]: Spoken<Tree[Key]> };

export type Words = Spoken<typeof en>;

interface Language {
  /** As its speakers call it. */
  name: string;
  words(): Words | Promise<Words>;
}

export const LANGUAGES = {
  en: { name: 'English', words: () => en },
  de: { name: 'Deutsch', words: async () => (await import('./de')).de },
} as const satisfies Record<string, Language>;

export type LanguageId = keyof typeof LANGUAGES;
export const LANGUAGE_IDS = Object.keys(LANGUAGES) as LanguageId[]; // of the object above

/** The first of the visitor's languages that there is; English where there is none. */
export const languageFor = (wanted: readonly string[]): LanguageId => wanted.flatMap((tag) => LANGUAGE_IDS.find((id) => tag.toLowerCase().split('-')[0] === id) ?? [])[0] ?? 'en';
