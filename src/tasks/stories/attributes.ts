/**
 * What a text is like, counted exactly, whoever wrote it: a sample of a model has its attributes as much as a story of the grammar.
 * Words are compared without regard to capitals, whole; a sentence ends at . ! or ?, and what is left at the end counts as one.
 */
import { MOST_SENTENCES, FEWEST_SENTENCES, tellEvent, tellLine, type Opening, type StoryEvent } from './story';
import {
  CHEERFUL, EVERYDAY, FIRST_LINES, GLOOMY, HEROES, LINE_ENDS, MANNERS, POLITE, SECOND_LINES, SIGHTS, THEMES, WANTS,
  type Hero, type InBoth, type Language, type LineEnd, type Noun, type Theme,
} from './words';

/** What a prompt tells of its story; what it does not tell is left out. */
export interface Told {
  language: Language;
  hero?: Hero;
  want?: Noun;
  theme?: Theme;
}

/** Attributes, each from 0 to 1. */
export const ATTRIBUTES = ['mood', 'length', 'politeness', 'theme', 'rhyme'] as const;
export type Attribute = (typeof ATTRIBUTES)[number];
export type Attributes = Readonly<Record<Attribute, number>>;

export const wordsOf = (text: string): string[] => Array.from(text.matchAll(/\p{L}+/gu), ([word]) => word.toLowerCase());

/** Without the space before each. */
export const sentencesOf = (text: string): string[] => Array.from(text.matchAll(/[^.!?]+[.!?]?/g), ([sentence]) => sentence.trim()).filter((sentence) => /\p{L}/u.test(sentence));

/** Words by which each language is told. */
const COMMON: Readonly<Record<Language, ReadonlySet<string>>> = {
  English: new Set(['a', 'an', 'the', 'and', 'lived', 'wanted', 'he', 'she', 'was', 'once']),
  German: new Set(['ein', 'eine', 'einen', 'einer', 'einem', 'der', 'die', 'und', 'lebte', 'sich', 'er', 'sie', 'einst']),
};

/** The language that more of its words are common in. */
const languageOf = (words: readonly string[]): Language => {
  const count = (language: Language) => words.filter((word) => COMMON[language].has(word)).length;
  return count('German') > count('English') ? 'German' : 'English';
};

const listed = <T extends InBoth>(items: readonly T[], language: Language): ReadonlyMap<string, T> => new Map(items.map((item) => [item[language].toLowerCase(), item]));
const perLanguage = <T>(of: (language: Language) => T): Readonly<Record<Language, T>> => ({ English: of('English'), German: of('German') });

/** Word -> what it tells. */
const HERO = perLanguage((language) => listed(HEROES, language));
const WANT = perLanguage((language) => listed(WANTS, language));
const END: Readonly<Record<Language, ReadonlyMap<string, LineEnd>>> = perLanguage((language) => listed(LINE_ENDS, language));
const THEME = perLanguage((language) => new Map(THEMES.flatMap((theme) => [...theme.sights, ...theme.places.map(({ told }) => told)].map((word) => [word[language].toLowerCase(), theme]))));
const told = (sentences: readonly { told: InBoth }[], language: Language) => new Set(sentences.map((sentence) => sentence.told[language].toLowerCase()));
const MOOD = perLanguage((language) => ({ cheerful: told(CHEERFUL, language), gloomy: told(GLOOMY, language) }));
const POLITE_WORDS = perLanguage((language) => new Set(POLITE[language]));

const firstIn = <T>(words: readonly string[], map: ReadonlyMap<string, T>): T | undefined => map.get(words.find((word) => map.has(word)) ?? '');

export function toldBy(prompt: string): Told {
  const words = wordsOf(prompt);
  const language = languageOf(words);
  const [hero, want, theme] = [firstIn(words, HERO[language]), firstIn(words, WANT[language]), firstIn(words, THEME[language])];
  return { language, ...(hero && { hero }), ...(want && { want }), ...(theme && { theme }) };
}

const clamp = (x: number): number => Math.min(1, Math.max(0, x));

/**
 * mood: ½ + (cheerful − gloomy words) / 4, so that two words decide. length: sentences, 0 for two, 1 for five. politeness: please, dear and thanks, 1 for two.
 * theme: of the words that tell a theme, the share that tells the prompt's; 0 without any. rhyme: 1 where the last two sentences end in words that rhyme.
 * @param text the completion
 */
export function attributesOf(text: string, { language, theme }: Told): Attributes {
  const words = wordsOf(text);
  const count = (set: { has(word: string): boolean }) => words.filter((word) => set.has(word)).length;
  const themes = words.flatMap((word) => THEME[language].get(word) ?? []);
  const sentences = sentencesOf(text);
  const [first, second] = sentences.slice(-2).map((sentence) => END[language].get(wordsOf(sentence).at(-1) ?? ''));
  return {
    mood: clamp(0.5 + (count(MOOD[language].cheerful) - count(MOOD[language].gloomy)) / 4),
    length: clamp((sentences.length - FEWEST_SENTENCES) / (MOST_SENTENCES - FEWEST_SENTENCES)),
    politeness: clamp(count(POLITE_WORDS[language]) / 2),
    theme: themes.length === 0 ? 0 : themes.filter((each) => each === theme).length / themes.length,
    rhyme: first && second && first !== second && first.rhyme !== undefined && first.rhyme === second.rhyme ? 1 : 0,
  };
}

/** All sentences that the grammar can say of a hero: in the middle, and as the first and the second last line. */
interface Sayable {
  middle: ReadonlySet<string>;
  first: ReadonlySet<string>;
  second: ReadonlySet<string>;
}

const NAMED = [true, false];
const ofHero = new Map<string, Sayable>();
const requests = new Map<string, ReadonlySet<string>>();

/** Made when first asked for. */
function kept<T>(known: Map<string, T>, key: string, make: () => T): T {
  const there = known.get(key);
  if (there !== undefined) return there;
  const made = make();
  known.set(key, made);
  return made;
}

const helpersOf = (hero: Hero): Hero[] => HEROES.filter((other) => other !== hero);

type Asked = { language: Language } & Pick<Opening, 'hero' | 'want'>;

/** But what is asked for. */
function sayableOf({ language, hero, want }: Asked): Sayable {
  return kept(ofHero, `${language}/${hero.English}`, () => {
    const events = NAMED.flatMap((isNamed): StoryEvent[] => [
      ...SIGHTS.flatMap((words) => THEMES.flatMap(({ sights }) => sights.map((thing) => ({ kind: 'sight' as const, words, thing, isNamed })))),
      ...[...CHEERFUL, ...GLOOMY, ...EVERYDAY].map((words) => ({ kind: 'plain' as const, words, isNamed })),
      ...helpersOf(hero).map((helper) => ({ kind: 'thanks' as const, helper, isNamed })),
    ]);
    const lines = (of: typeof FIRST_LINES) => new Set(NAMED.flatMap((isNamed) => LINE_ENDS.flatMap((end) => of[end.kind].map((words) => tellLine(language, { hero }, { words, end, isNamed })))));
    return { middle: new Set(events.map((event) => tellEvent(language, { hero, want }, event))), first: lines(FIRST_LINES), second: lines(SECOND_LINES) };
  });
}

function requestsOf({ language, hero, want }: Asked): ReadonlySet<string> {
  return kept(requests, `${language}/${hero.English}/${want.English}`, () =>
    new Set(NAMED.flatMap((isNamed) => helpersOf(hero).flatMap((helper) => MANNERS.map((manner) => tellEvent(language, { hero, want }, { kind: 'request', manner, helper, isNamed }))))));
}

/** Share of its sentences that the grammar can say of the prompt's hero, each in its place or not; 0 without any. */
export function senseOf(text: string, { language, hero, want }: Told): number {
  const sentences = sentencesOf(text);
  if (!hero || !want || sentences.length === 0) return 0;
  const { middle, first, second } = sayableOf({ language, hero, want });
  const asked = requestsOf({ language, hero, want });
  return sentences.filter((sentence) => middle.has(sentence) || first.has(sentence) || second.has(sentence) || asked.has(sentence)).length / sentences.length;
}

/** Whether the grammar makes this ending for that prompt: up to three sentences and two last lines, each in its place, none twice, and spaced as it should be. */
export function isStory(text: string, { language, hero, want }: Told): boolean {
  const sentences = sentencesOf(text);
  if (!hero || !want || sentences.length < FEWEST_SENTENCES || sentences.length > MOST_SENTENCES || new Set(sentences).size < sentences.length) return false;
  if (text !== sentences.map((sentence) => ` ${sentence}`).join('')) return false;
  const { middle, first, second } = sayableOf({ language, hero, want });
  const asked = requestsOf({ language, hero, want });
  const [a = '', b = ''] = sentences.slice(-2);
  return first.has(a) && second.has(b) && sentences.slice(0, -2).every((sentence) => middle.has(sentence) || asked.has(sentence));
}
