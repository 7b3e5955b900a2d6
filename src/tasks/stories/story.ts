/** What a story means, whatever language it is told in; drawing one by chance; and telling it. */
import type { Random } from '../../contract/random';
import {
  CHEERFUL, EVERYDAY, FIRST_LINES, GLOOMY, HEROES, LINE_ENDS, MANNERS, OPENERS, OPENING, REQUESTS, SECOND_LINES, SIGHTS, THANKS, THEMES, TRAITS, WANTS,
  type Hero, type InBoth, type Language, type LineEnd, type Manner, type Noun, type Theme,
} from './words';

/** The prompt: who, where, and what is wanted. */
export interface Opening {
  opener: InBoth;
  hero: Hero;
  trait: InBoth;
  theme: Theme;
  place: Theme['places'][number];
  want: Noun;
}

/** A sentence of the middle. `isNamed`: the hero is called by name, not he or she. */
export type StoryEvent = { isNamed: boolean } & (
  | { kind: 'sight'; words: InBoth; thing: Noun }
  | { kind: 'plain'; words: InBoth }
  | { kind: 'request'; manner: Manner; helper: Hero }
  | { kind: 'thanks'; helper: Hero }
);

/** One of the two last lines. */
export interface Line {
  words: InBoth;
  end: LineEnd;
  isNamed: boolean;
}

export interface Ending {
  events: readonly StoryEvent[];
  lines: readonly [first: Line, second: Line];
}

/** Sentences after the prompt: two last lines, and so many before them. */
export const MOST_EVENTS = 3;
export const FEWEST_SENTENCES = 2;
export const MOST_SENTENCES = FEWEST_SENTENCES + MOST_EVENTS;

const oneOf = <T>(items: readonly T[], random: Random): T => items[random.below(items.length)]!; // no list of words is empty

export function drawOpening(random: Random): Opening {
  const theme = oneOf(THEMES, random);
  return { opener: oneOf(OPENERS, random), hero: oneOf(HEROES, random), trait: oneOf(TRAITS, random), theme, place: oneOf(theme.places, random), want: oneOf(WANTS, random) };
}

/** Which opening it is, in words that are the same for both languages. */
export const openingKey = ({ opener, hero, trait, place, want }: Opening): string => [opener, hero, trait, place.words, want].map(({ English }) => English).join('/');

/** Half of the endings rhyme, and most have a mood that they keep to. Chances are ours: each attribute should differ in most pairs of endings. */
export function drawEnding({ hero, theme }: Opening, random: Random): Ending {
  const [mood, moodTwo] = random.below(5) < 4 ? (random.below(2) === 0 ? [CHEERFUL, CHEERFUL] : [GLOOMY, GLOOMY]) : [CHEERFUL, GLOOMY];
  const events: StoryEvent[] = [];
  const count = oneOf([0, 1, 1, 2, 2, 3, 3], random);
  while (events.length < count) {
    const event = drawEvent();
    if (event && !events.some((other) => isSameKind(event, other))) events.push(event);
  }
  return { events, lines: drawLines(random) };

  function drawEvent(): StoryEvent | undefined {
    const isNamed = random.below(3) === 0;
    const helper = oneOf(HEROES, random);
    const asked = events.at(-1);
    const kind = random.below(10);
    if (kind < 3) return { kind: 'sight', words: oneOf(SIGHTS, random), thing: oneOf((random.below(3) > 0 ? theme : oneOf(THEMES, random)).sights, random), isNamed };
    if (kind < 7) return { kind: 'plain', words: oneOf(random.below(2) === 0 ? mood : moodTwo, random), isNamed };
    if (kind < 8) return { kind: 'plain', words: oneOf(EVERYDAY, random), isNamed };
    if (asked?.kind === 'request') return { kind: 'thanks', helper: asked.helper, isNamed };
    return helper === hero ? undefined : { kind: 'request', manner: oneOf(MANNERS, random), helper, isNamed };
  }
}

/** Nothing is asked, seen or felt twice. */
function isSameKind(a: StoryEvent, b: StoryEvent): boolean {
  if (a.kind === 'plain' && b.kind === 'plain') return a.words === b.words;
  if (a.kind === 'sight' && b.kind === 'sight') return a.words === b.words || a.thing === b.thing;
  return a.kind === b.kind;
}

export const doRhyme = (a: LineEnd, b: LineEnd): boolean => a !== b && a.rhyme !== undefined && a.rhyme === b.rhyme;

function drawLines(random: Random): [Line, Line] {
  const isRhyming = random.below(2) === 0;
  const first = oneOf(isRhyming ? LINE_ENDS.filter(({ rhyme }) => rhyme !== undefined) : LINE_ENDS, random);
  const second = oneOf(LINE_ENDS.filter((end) => end !== first && doRhyme(first, end) === isRhyming), random);
  const line = (end: LineEnd, lines: typeof FIRST_LINES): Line => ({ words: oneOf(lines[end.kind], random), end, isNamed: random.below(3) === 0 });
  return [line(first, FIRST_LINES), line(second, SECOND_LINES)];
}

const WITH_ARTICLE = {
  nominative: { m: 'ein ', f: 'eine ', n: 'ein ', mass: '' },
  acc: { m: 'einen ', f: 'eine ', n: 'ein ', mass: '' },
  dat: { m: 'einem ', f: 'einer ', n: 'einem ', mass: '' },
} as const;
const THE = { m: 'der ', f: 'die ' } as const;

/** Nouns with what stands before them. */
function forms(language: Language, noun: Noun): Record<'acc' | 'dat', string> {
  const { English, German, gender } = noun;
  if (language === 'German') return { acc: WITH_ARTICLE.acc[gender] + German, dat: WITH_ARTICLE.dat[gender] + German };
  const text = gender === 'mass' ? English : `${/^[aeiou]/.test(English) ? 'an' : 'a'} ${English}`;
  return { acc: text, dat: text };
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The hero as the subject: he or she, or by name. */
function subject(language: Language, hero: Hero, isNamed: boolean): Record<'S' | 's', string> {
  const pronoun = language === 'German' ? { m: 'er', f: 'sie' } : { m: 'he', f: 'she' };
  const s = !isNamed ? pronoun[hero.gender] : language === 'German' ? THE[hero.gender] + hero.German : `the ${hero.English}`;
  return { s, S: capital(s) };
}

/** Of somebody who is spoken to. */
function addressed(language: Language, helper: Hero): Record<'name' | 'helper' | 'toHelper' | 'dearName', string> {
  const { gender, German } = helper;
  return { name: helper[language], helper: `the ${helper.English}`, toHelper: `${gender === 'm' ? 'zum' : 'zur'} ${German}`, dearName: `${gender === 'm' ? 'lieber' : 'liebe'} ${German}` };
}

function fill(template: string, words: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, slot: string) => {
    const word = words[slot];
    if (word === undefined) throw new Error(`fill: want one of ${Object.keys(words).join(', ')}, got ${slot}`);
    return word;
  });
}

export function tellOpening(language: Language, { opener, hero, trait, place, want }: Opening): string {
  const german = `${WITH_ARTICLE.nominative[hero.gender]}${trait.German}${hero.gender === 'm' ? 'er' : 'e'} ${hero.German}`;
  return fill(OPENING[language], { opener: opener[language], hero: language === 'German' ? german : `a ${trait.English} ${hero.English}`, place: place.words[language], acc: forms(language, want).acc });
}

export function tellEvent(language: Language, { hero, want }: Pick<Opening, 'hero' | 'want'>, event: StoryEvent): string {
  const who = subject(language, hero, event.isNamed);
  switch (event.kind) {
    case 'sight': return fill(event.words[language], { ...who, ...forms(language, event.thing) });
    case 'plain': return fill(event.words[language], who);
    case 'request': return fill(REQUESTS[event.manner][language], { ...who, ...addressed(language, event.helper), acc: forms(language, want).acc });
    case 'thanks': return fill(THANKS[language], { ...who, ...addressed(language, event.helper) });
  }
}

export function tellLine(language: Language, { hero }: Pick<Opening, 'hero'>, { words, end, isNamed }: Line): string {
  const about = end.kind === 'thing' ? forms(language, end) : { quality: end[language] };
  return fill(words[language], { ...subject(language, hero, isNamed), ...about });
}

/** The rest of a story, with the space before each sentence. */
export function tellEnding(language: Language, opening: Opening, { events, lines }: Ending): string {
  return [...events.map((event) => tellEvent(language, opening, event)), ...lines.map((line) => tellLine(language, opening, line))].map((sentence) => ` ${sentence}`).join('');
}
