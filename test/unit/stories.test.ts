/** The task `stories`: one meaning in two languages, attributes counted exactly in any text, and communities that want different things. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/contract/random';
import type { TaskConfig } from '../../src/contract/tasks';
import { EOS, PAD, type PairSplit, type Split } from '../../src/tasks';
import { attributesOf, isStory, senseOf, toldBy } from '../../src/tasks/stories/attributes';
import { COMMUNITIES, liked, type Community, type Weights } from '../../src/tasks/stories/communities';
import { MERGES } from '../../src/tasks/stories/merges';
import { Stories } from '../../src/tasks/stories/stories-world';
import { doRhyme, drawEnding, drawOpening, openingKey, tellEnding, tellEvent, tellOpening } from '../../src/tasks/stories/story';
import { HEROES, LANGUAGES, LINE_ENDS, OPENERS, THEMES, TRAITS, WANTS, type Language } from '../../src/tasks/stories/words';
import { ByteBpe } from '../../src/tasks/tokenizer/bpe';

const CONFIG: TaskConfig<'stories'> = {
  id: 'stories', language: 'both', community: 'weights', temperature: 0.05, mood: 1, length: -0.5, politeness: 0.5, theme: 0.5, rhyme: 0.5, pairs: 600, pairsIn: 'same',
  raters: 1, labels: 'votes', raterNoise: 1, disagreement: 0, bias: 0, biasToward: 'longer', panel: 1,
};
const open = (settings: Partial<TaskConfig<'stories'>> = {}) => new Stories({ ...CONFIG, ...settings });
const task = open();
const bpe = new ByteBpe(MERGES);
const ended = (text: string): number[] => [...bpe.encode(text), EOS];

function someStories(count: number) {
  const random = Random.of(7, 'stories of a test');
  return Array.from({ length: count }, () => {
    const opening = drawOpening(random);
    return { opening, ending: drawEnding(opening, random) };
  });
}

const FOX = toldBy('Once a little fox lived by the sea and wanted a key.');
const FUCHS = toldBy('Einst lebte ein kleiner Fuchs am Meer und wünschte sich einen Schlüssel.');

describe('a meaning', () => {
  it('is told in both languages, is a story in each, and has the same attributes', () => {
    for (const { opening, ending } of someStories(1500)) {
      const [english, german] = LANGUAGES.map((language) => {
        const told = toldBy(tellOpening(language, opening));
        expect(told).toEqual({ language, hero: opening.hero, want: opening.want, theme: opening.theme });
        const text = tellEnding(language, opening, ending);
        expect([isStory(text, told), senseOf(text, told)], text).toEqual([true, 1]);
        return attributesOf(text, told);
      });
      expect(english).toEqual(german);
    }
  });

  it('has what it was drawn with: its sentences, and lines that rhyme where they should', () => {
    for (const { opening, ending } of someStories(300)) {
      const { length, rhyme } = attributesOf(tellEnding('German', opening, ending), { language: 'German', ...opening });
      expect(length).toBeCloseTo(ending.events.length / 3, 12);
      expect(rhyme).toBe(Number(doRhyme(ending.lines[0].end, ending.lines[1].end)));
    }
  });

  it('is one of many: thousands of openings, hardly an ending twice, a few hundred words', () => {
    expect(OPENERS.length * HEROES.length * TRAITS.length * WANTS.length * THEMES.reduce((sum, { places }) => sum + places.length, 0)).toBeGreaterThan(90_000);
    const stories = someStories(2000);
    expect(new Set(stories.map(({ opening }) => openingKey(opening))).size).toBeGreaterThan(1900);
    const texts = stories.map(({ opening, ending }) => tellEnding('English', opening, ending));
    expect(new Set(texts).size).toBeGreaterThan(1850);
    const words = new Set(stories.flatMap(({ opening, ending }) => LANGUAGES.flatMap((language) => (tellOpening(language, opening) + tellEnding(language, opening, ending)).match(/\p{L}+/gu) ?? [])));
    expect(words.size).toBeGreaterThan(400);
    expect(words.size).toBeLessThan(500);
  });

  it('has words that mean one thing: none tells two heroes, wants, themes or line ends', () => {
    for (const language of LANGUAGES) {
      const words = [...HEROES, ...WANTS, ...THEMES.flatMap(({ sights, places }) => [...sights, ...places.map(({ told }) => told)]), ...LINE_ENDS].map((word) => word[language].toLowerCase());
      expect(new Set(words).size).toBe(words.length);
    }
    const pairs = LINE_ENDS.filter(({ rhyme }) => rhyme !== undefined);
    for (const end of pairs) expect(pairs.filter((other) => doRhyme(end, other))).toHaveLength(1);
  });
});

describe('German', () => {
  const texts = (holds: (text: string) => boolean) => someStories(3000).map(({ opening, ending }) => tellOpening('German', opening) + tellEnding('German', opening, ending)).filter(holds);

  it('declines articles and adjectives', () => {
    const [queen, badger] = ['Königin', 'Dachs'].map((name) => HEROES.find(({ German }) => German === name)!); // both are heroes
    const [want, place] = [WANTS.find(({ English }) => English === 'key')!, THEMES[1]!.places[1]!];
    const of = (hero: typeof queen) => tellOpening('German', { opener: OPENERS[1]!, hero: hero!, trait: TRAITS[3]!, theme: THEMES[1]!, place, want });
    expect(of(queen)).toBe('Letztes Jahr lebte eine mutige Königin unter einer Eiche und wünschte sich einen Schlüssel.');
    expect(of(badger)).toBe('Letztes Jahr lebte ein mutiger Dachs unter einer Eiche und wünschte sich einen Schlüssel.');
  });

  it('never puts an article of another gender or case before a noun', () => {
    const feminine = ['Welle', 'Tanne', 'Laterne', 'Lampe', 'Krone', 'Maus', 'Tür', 'Kerze'].join('|');
    const masculine = ['Wal', 'Pilz', 'Gipfel', 'Schlüssel', 'Brief', 'Ring', 'Stern', 'Baum'].join('|');
    const neuter = ['Schiff', 'Reh', 'Huhn', 'Buch', 'Bett', 'Haus', 'Land', 'Ding'].join('|');
    const wrong = new RegExp(`\\b(?:(?:ein|einen|einem) (?:${feminine})|(?:ein|eine|einer) (?:${masculine})|(?:eine|einen|einer) (?:${neuter})|(?:ein|eine|einen|einem|einer) (?:Sand|Brot|Schlaf|Wein|Reis|Eis)|(?:von|an) (?:einen|einem|einer|ein|eine)? ?$)\\b`);
    expect(texts((text) => wrong.test(text))).toEqual([]);
    expect(texts((text) => /von (?:einen|ein|eine) |neben (?:einem|einer) |ging an (?:einen|ein|eine) /.test(text))).toEqual([]);
    expect(texts((text) => /(?:zum|lieber) (?:Katze|Eule|Ente|Biene|Hexe|Königin|Gans|Schildkröte)|(?:zur|liebe) (?:Fuchs|Frosch|Igel|Dachs|Wolf|Bäcker|König|Zauberer)\b/.test(text))).toEqual([]);
  });
});

describe('attributes of a text that the grammar never made', () => {
  it.each([
    ['', { mood: 0.5, length: 0, politeness: 0, theme: 0, rhyme: 0 }],
    ['!!! … ?', { mood: 0.5, length: 0, politeness: 0, theme: 0, rhyme: 0 }],
    [' Happy, HAPPY fox', { mood: 1, length: 0, politeness: 0, theme: 0, rhyme: 0 }],
    [' He wept and wept with grief and was glad. A ship! A cow? No more mouse. In a big house', { mood: 0, length: 1, politeness: 0, theme: 0.5, rhyme: 1 }],
    [' Please, please, dear whale. The house. The house.', { mood: 0.5, length: 1 / 3, politeness: 1, theme: 1, rhyme: 0 }],
    [' Mouse. House. He was unhappy about the pleased endearing cowl.', { mood: 0.5, length: 1 / 3, politeness: 0, theme: 0, rhyme: 0 }],
  ] as const)('%j', (text, wanted) => {
    const found = attributesOf(text, FOX);
    for (const [name, value] of Object.entries(wanted)) expect(found[name as keyof typeof found], name).toBeCloseTo(value, 12); // both have the same names
  });

  it('are counted in the language of the prompt', () => {
    expect(FOX.language).toBe('English');
    expect(FUCHS).toEqual({ ...FOX, language: 'German' });
    expect(attributesOf(' Er war froh. Bitte.', FUCHS)).toEqual({ mood: 0.75, length: 0, politeness: 0.5, theme: 0, rhyme: 0 });
    expect(attributesOf(' Er war froh. Bitte.', FOX)).toMatchObject({ mood: 0.5, politeness: 0 });
  });

  it('do not make sense of what the grammar does not say', () => {
    const good = ' He laughed all day. In the end the fox found a mouse. Then he dreamed of a house.';
    expect([isStory(good, FOX), senseOf(good, FOX)]).toEqual([true, 1]);
    const faults: Record<string, [text: string, sense: number]> = {
      'another hero': [good.replace('the fox', 'the frog'), 2 / 3],
      'she for he': [good.replace('he dreamed', 'she dreamed'), 2 / 3],
      'another wish': [` “Give me a bell,” he said to the owl.${good}`, 3 / 4],
      'a sentence twice': [` He laughed all day.${good}`, 1],
      'no last lines': [' He laughed all day. He sang a sad song.', 1],
      'a line where it does not stand': [' Then he dreamed of a house. In the end the fox found a mouse.', 1],
      'no space': [good.trim(), 1],
      'too long': [` He sang a sad song. He wept all night. He trembled with fear.${good}`, 1],
      'another language': [' Er lachte den ganzen Tag. Bald war alles rot. Nun schien alles alt.', 0],
      'unfinished': [good.slice(0, -1), 2 / 3],
      nothing: ['', 0],
    };
    for (const [fault, [text, sense]] of Object.entries(faults)) {
      expect(isStory(text, FOX), fault).toBe(false);
      expect(senseOf(text, FOX), fault).toBeCloseTo(sense, 12);
    }
  });
});

describe('splits', () => {
  /** Of a prompt in either language, what stands in each place. */
  const meaningOf = (prompt: readonly number[]): string => {
    const words = bpe.decode(prompt).toLowerCase();
    const among = (items: readonly Readonly<Record<Language, string>>[]) => items.findIndex((item) => LANGUAGES.some((language) => new RegExp(`(?<!\\p{L})${item[language].toLowerCase()}(?:er|e)?(?!\\p{L})`, 'u').test(words)));
    return [OPENERS, HEROES, TRAITS, THEMES.flatMap(({ places }) => places.map(({ words: where }) => where)), WANTS].map(among).join();
  };

  it('share no opening, in either language', () => {
    const demonstrations = (split: Split, every: number) => task.corpus(split).flatMap((_, i) => (i % every === 0 ? [task.demonstration(split, i).prompt] : []));
    const promptsOf = (split: PairSplit) => task.pairs(split).map(({ prompt }) => prompt);
    const train = new Set([...demonstrations('train', 5), ...promptsOf('train'), ...promptsOf('seen').slice(0, 1000)].map(meaningOf));
    expect([...train].filter((meaning) => meaning.includes('-1'))).toEqual([]);
    expect(train.size).toBeGreaterThan(5000);
    const heldOut = [...demonstrations('held-out', 2), ...promptsOf('unseen').slice(0, 1000), ...task.showcase()].map(meaningOf);
    expect(heldOut.filter((meaning) => train.has(meaning))).toEqual([]);
    const [english, german] = [task.showcase().slice(0, 4), task.showcase().slice(4)].map((prompts) => prompts.map(meaningOf));
    expect(english).toEqual(german);
  }, 60_000);

  it('have pairs in the language asked for, and held-out pairs in that of all else', () => {
    const crossed = open({ language: 'German', pairsIn: 'English', pairs: 100 });
    const languages = (split: 'train' | 'seen' | 'unseen') => new Set(crossed.pairs(split).map(({ prompt }) => toldBy(bpe.decode(prompt)).language));
    expect([languages('train'), languages('seen'), languages('unseen')]).toEqual([new Set(['English']), new Set(['German']), new Set(['German'])]);
    expect(new Set(crossed.showcase().map((prompt) => toldBy(bpe.decode(prompt)).language))).toEqual(new Set(['German']));
  }, 30_000);
});

describe('gold reward', () => {
  const prompt = bpe.encode('Once a little fox lived by the sea and wanted a key.');
  const of = (text: string, settings: Partial<TaskConfig<'stories'>> = {}) => open(settings).gold(prompt, ended(text));
  const short = ' The fox laughed all day. In the end he found a mouse. Then he dreamed of a house.';

  it('is the weighted mean of what is wanted, times the sense', () => {
    // mood ¾, length ⅓, politeness 0, theme 0, rhyme 1; weights 1, −½, ½, ½, ½
    expect(of(short)).toBeCloseTo((0.75 + 0.5 * (2 / 3) + 0.5) / 3, 12);
    expect(of(short.replace('the fox', 'the owl').replace('The fox', 'The owl'))).toBeCloseTo(((0.75 + 0.5 * (2 / 3) + 0.5) / 3) * (2 / 3), 12);
    expect(of(short, { mood: 0, length: 0, politeness: 0, theme: 0, rhyme: -1 })).toBe(0);
    expect(of(short, { mood: 0, length: 0, politeness: 0, theme: 0, rhyme: 0 })).toBe(0.5);
    expect(task.gold(prompt, ended(short).slice(0, -1))).toBe(0);
  });

  it('of everyone is the mean of the communities, each in its own taste', () => {
    const each = (['children', 'poets', 'teachers'] as const).map((community) => of(short, { community }));
    expect(each[0]).toBeGreaterThan(each[1]!);
    expect(of(short, { community: 'everyone' })).toBeCloseTo(each.reduce((sum, gold) => sum + gold, 0) / 3, 12);
  });
});

describe('preferences', () => {
  it('leave a ceiling that falls with the noise temperature, to a coin at last', () => {
    const ceilings = [0.005, 0.2, 5].map((temperature) => open({ temperature, pairs: 64 }).ceiling('seen'));
    expect(ceilings[0]).toBeGreaterThan(0.95);
    expect(ceilings.toSorted((a, b) => b - a)).toEqual(ceilings);
    expect(ceilings[2]).toBeLessThan(0.52);
  }, 60_000);

  it('of two stories add to 1, are even for one and itself, and those of everyone are the mean of the communities', () => {
    const { prompt, chosen, rejected } = task.pairs('seen')[0]!; // there are thousands
    for (const community of ['weights', 'children', 'everyone'] as const) {
      const of = open({ community });
      expect(of.preference(prompt, chosen, rejected) + of.preference(prompt, rejected, chosen)).toBeCloseTo(1, 12);
      expect(of.preference(prompt, chosen, chosen)).toBe(0.5);
    }
    const each = (['children', 'poets', 'teachers'] as const).map((community) => open({ community }).preference(prompt, chosen, rejected));
    expect(open({ community: 'everyone' }).preference(prompt, chosen, rejected)).toBeCloseTo(each.reduce((sum, chance) => sum + chance, 0) / 3, 12);
    const children = open({ community: 'children' });
    expect(children.preference(prompt, chosen, rejected)).toBeCloseTo(1 / (1 + Math.exp((children.gold(prompt, rejected) - children.gold(prompt, chosen)) / 0.05)), 12);
  }, 30_000);

  it('of communities conflict: children and poets disagree on most pairs, teachers with children on more than a quarter', () => {
    const random = Random.of(3, 'conflict');
    const disagree = (a: Community, b: Community) => {
      const differ = someStories(1500).filter(({ opening, ending }) => {
        const told = { language: 'English' as const, ...opening };
        const [one, other] = [ending, drawEnding(opening, random)].map((each) => attributesOf(tellEnding('English', opening, each), told));
        const above = (wanted: Weights) => liked(one!, wanted) - liked(other!, wanted);
        return above(COMMUNITIES[a]) * above(COMMUNITIES[b]) < 0;
      });
      return differ.length / 1500;
    };
    expect(disagree('children', 'poets')).toBeGreaterThan(0.5);
    expect(disagree('children', 'teachers')).toBeGreaterThan(0.25);
    expect(disagree('children', 'children')).toBe(0);
  });

  it('benchmark: each section has pairs that the gold reward decides and that differ in what it says; ties are equal', () => {
    const { sections, ties } = task.benchmark();
    expect(sections.map(({ id, pairs }) => [id, pairs.length])).toEqual(['mood', 'length', 'politeness', 'theme', 'rhyme', 'out-of-order'].map((id) => [id, 50]));
    for (const { pairs } of sections) expect(pairs.every(({ prompt, chosen, rejected }) => task.gold(prompt, chosen) > task.gold(prompt, rejected))).toBe(true);
    expect(ties).toHaveLength(50);
    for (const { prompt, equal, worse } of ties) expect([task.gold(prompt, equal[0]!) - task.gold(prompt, equal[1]!), task.gold(prompt, equal[0]!) > task.gold(prompt, worse[0]!)]).toEqual([0, true]);
  });
});

describe('tokens', () => {
  const { vocabulary } = task.tokenizer;

  it('are a word each, read well, and fit the context', () => {
    expect(vocabulary).toHaveLength(258 + MERGES.length);
    expect(new Set(vocabulary).size).toBe(vocabulary.length);
    expect([vocabulary[PAD], vocabulary[EOS]]).toEqual(['▁', '⏎']);
    expect(bpe.encode('Einst lebte ein Fuchs.').map((token) => vocabulary[token])).toEqual(['Einst', '␣lebte', '␣ein', '␣Fuchs', '.']);
    expect(vocabulary).toContain('<00>');
    const lengths = someStories(3000).flatMap(({ opening, ending }) => LANGUAGES.map((language) => bpe.encode(tellOpening(language, opening) + tellEnding(language, opening, ending)).length + 1));
    expect(Math.max(...lengths)).toBeLessThanOrEqual(task.context);
  });

  it.each(LANGUAGES)('of the longest story that could be told in %s fit the context', (language) => {
    const stories = someStories(3000);
    const longest = (texts: readonly string[]) => texts.reduce((most, text) => Math.max(most, bpe.encode(text).length), 0);
    const opening = longest(stories.map((each) => tellOpening(language, each.opening)));
    const lines = longest(stories.map(({ opening: first, ending }) => tellEnding(language, first, { events: [], lines: ending.lines })));
    const of = (kind: string) => longest(stories.flatMap(({ opening: first, ending }) => ending.events.filter((event) => event.kind === kind).map((event) => ` ${tellEvent(language, first, event)}`)));
    // Something is asked for once and thanked for once.
    const others = [of('sight'), of('plain')].toSorted((a, b) => b - a);
    expect(opening + of('request') + of('thanks') + others[0]! + lines + 1).toBeLessThanOrEqual(task.context); // there are two
  });
});
