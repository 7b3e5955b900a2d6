/** The names task on its real data file, which is read here a second time, in the plainest way. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/contract/random';
import { EOS, PAD, taskDefinition, TASKS, type PairSplit, type PreferencePair, type Split, type KnownTask } from '../../src/tasks';

const DECADE = '1950';
const csv = readFileSync('public/names.csv', 'utf8');
const [header, ...rows] = csv.trim().split(/\r?\n/).filter((line) => !line.startsWith('#')).map((line) => line.split(','));
const rowOf = new Map(rows.map((cells) => [`${cells[1] === 'F' ? '♀' : '♂'}${cells[0]}`, cells]));
/** @param name as `♀mary` */
const birthsOf = (name: string, decade: string = DECADE): number => Number(rowOf.get(name)?.[header!.indexOf(decade)] || 0);

const open = (settings: { decade?: typeof DECADE | '2000'; pairs?: number } = {}): KnownTask => TASKS.names.open(csv, { id: 'names', decade: DECADE, pairs: 40_000, ...settings });
const task = open();
const { vocabulary } = task.tokenizer;

const spell = (tokens: readonly number[]): string => tokens.filter((token) => token !== EOS).map((token) => vocabulary[token]).join('');
const tokensOf = (text: string): number[] => [...text].map((letter) => vocabulary.indexOf(letter));
const chosenOf = ({ prompt, chosen }: PreferencePair) => spell([...prompt, ...chosen]);
const rejectedOf = ({ prompt, rejected }: PreferencePair) => spell([...prompt, ...rejected]);
const sidesOf = (pair: PreferencePair) => [chosenOf(pair), rejectedOf(pair)];
/** The pair without its prompt and its label. */
const keyOf = (pair: PreferencePair) => sidesOf(pair).sort().join('>');
const both = <Item>(a: ReadonlySet<Item>, b: ReadonlySet<Item>): Item[] => [...a].filter((item) => b.has(item));

const SPLITS: readonly Split[] = ['train', 'held-out'];
const spellingsIn = (split: Split) => new Set(task.corpus(split).map((tokens) => spell(tokens).slice(1)));
const SPELLINGS: Readonly<Record<Split, ReadonlySet<string>>> = { train: spellingsIn('train'), 'held-out': spellingsIn('held-out') };
const PAIR_SPLITS: readonly PairSplit[] = ['train', 'seen', 'unseen'];
const endsOnce = (tokens: readonly number[]) => tokens.length > 1 && tokens.indexOf(EOS) === tokens.length - 1;
/** A letter at least and the end, within the context. */
const fits = (prompt: readonly number[], completion: readonly number[]) => endsOnce(completion) && prompt.length + completion.length <= task.context;
const demonstrationsOf = (split: Split, seed = 1) => {
  const random = Random.of(seed, 'demonstrations');
  return Array.from({ length: task.demonstrationCount(split) }, (_, index) => task.demonstration(split, index, random));
};
const promptsOf = (split: Split, seed = 1) => {
  const random = Random.of(seed, 'prompts');
  return Array.from({ length: 2000 }, () => task.prompt(split, random));
};

describe('the corpus', () => {
  test('has each name once for each sex it was given to, and nothing of how often', () => {
    const texts = SPLITS.flatMap((split) => task.corpus(split).map(spell));
    expect(texts.sort()).toEqual([...rowOf.keys()].map((name) => `·${name.slice(1)}`).sort());
    expect(rowOf.size).toBe(rows.length);
  });

  test('keeps a tenth of all names apart, by spelling', () => {
    const { train, 'held-out': heldOut } = SPELLINGS;
    expect(both(train, heldOut)).toEqual([]);
    const n = train.size + heldOut.size;
    expect(Math.abs(heldOut.size / n - 0.1)).toBeLessThan(4 * Math.sqrt((0.1 * 0.9) / n));
  });

  test('is tokens of the vocabulary that end once and are not padded', () => {
    const isSound = (tokens: readonly number[]) => endsOnce(tokens) && tokens.length <= task.context && tokens.every((token) => token !== PAD && token in vocabulary);
    expect(SPLITS.flatMap((split) => task.corpus(split)).filter((tokens) => !isSound(tokens))).toEqual([]);
  });
});

describe.each(SPLITS)('prompts of the %s names', (split) => {
  test('of demonstrations ask for the name that is answered, in the order of the corpus', () => {
    const demonstrations = demonstrationsOf(split);
    const names = demonstrations.map(({ prompt, completion }) => spell([...prompt, ...completion]));
    expect(names.map((name) => name.slice(1))).toEqual(task.corpus(split).map((tokens) => spell(tokens).slice(1)));
    expect(names.filter((name) => !rowOf.has(name))).toEqual([]);
    expect(demonstrations.filter(({ prompt, completion }) => !fits(prompt, completion))).toEqual([]);
    // All four lengths of a prompt: the sex alone, and up to three letters.
    expect(new Set(demonstrations.map(({ prompt }) => prompt.length))).toEqual(new Set([1, 2, 3, 4]));
  });

  test('can be answered by a name of that side', () => {
    const names = [...rowOf.keys()].filter((name) => SPELLINGS[split].has(name.slice(1)));
    const starts = new Set(names.flatMap((name) => [1, 2, 3, 4].filter((length) => length < name.length).map((length) => name.slice(0, length))));
    expect(promptsOf(split).map(spell).filter((prompt) => !starts.has(prompt))).toEqual([]);
  });

  test('repeat with their seed and differ with another', () => {
    expect(promptsOf(split, 1)).toEqual(promptsOf(split, 1));
    expect(promptsOf(split, 1)).not.toEqual(promptsOf(split, 2));
    expect(demonstrationsOf(split, 1)).toEqual(demonstrationsOf(split, 1));
    expect(demonstrationsOf(split, 1)).not.toEqual(demonstrationsOf(split, 2));
  });
});

describe.each(PAIR_SPLITS)('%s pairs', (split) => {
  const pairs = task.pairs(split);

  test('are two different names that answer the same prompt and fit the context', () => {
    expect(pairs).toHaveLength(split === 'train' ? 40_000 : 4096);
    expect(pairs.filter(({ prompt, chosen, rejected }) => !fits(prompt, chosen) || !fits(prompt, rejected))).toEqual([]);
    expect(pairs.flatMap(sidesOf).filter((name) => !rowOf.has(name))).toEqual([]);
    expect(pairs.filter((pair) => chosenOf(pair) === rejectedOf(pair))).toEqual([]);
    expect(pairs.map(chosenOf).filter((name) => birthsOf(name) === 0)).toEqual([]); // nobody chose it, so it was not chosen
  });

  test('are labelled as often as births say, for sure things and toss-ups alike', () => {
    const bands = Array.from({ length: 10 }, () => ({ surplus: 0, variance: 0 }));
    for (const pair of pairs) {
      const [first, second] = sidesOf(pair).sort() as [string, string]; // two sides
      const share = birthsOf(first) / (birthsOf(first) + birthsOf(second));
      const band = bands[Math.min(9, Math.floor(10 * share))]!;
      band.surplus += (chosenOf(pair) === first ? 1 : 0) - share;
      band.variance += share * (1 - share);
    }
    for (const { surplus, variance } of bands) {
      expect(variance).toBeGreaterThan(5); // enough pairs for the bound to mean something
      expect(Math.abs(surplus)).toBeLessThan(4 * Math.sqrt(variance));
    }
  });

  test('allow the accuracy that the ceiling says, far above chance and below 1', () => {
    const certainty = pairs.map((pair) => Math.max(birthsOf(chosenOf(pair)), birthsOf(rejectedOf(pair))) / (birthsOf(chosenOf(pair)) + birthsOf(rejectedOf(pair))));
    const ceiling = task.ceiling(split);
    expect(ceiling).toBeCloseTo(certainty.reduce((sum, each) => sum + each, 0) / pairs.length, 10);
    expect(ceiling).toBeGreaterThan(0.7);
    expect(ceiling).toBeLessThan(0.99);
    const agreeing = pairs.filter((pair) => birthsOf(chosenOf(pair)) > birthsOf(rejectedOf(pair))).length / pairs.length;
    expect(Math.abs(agreeing - ceiling)).toBeLessThan(4 * Math.sqrt((ceiling * (1 - ceiling)) / pairs.length));
  });
});

describe('what training may not know', () => {
  const met = new Set(task.pairs('train').flatMap(sidesOf));

  test('unseen pairs are of names that no training pair, text, demonstration or prompt has', () => {
    const unseen = new Set(task.pairs('unseen').flatMap(sidesOf));
    expect(unseen.size).toBeGreaterThan(1000);
    expect(both(unseen, met)).toEqual([]);
    const spellings = new Set([...unseen].map((name) => name.slice(1)));
    expect(both(spellings, SPELLINGS['held-out'])).toHaveLength(spellings.size);
    expect(both(spellings, new Set(demonstrationsOf('train').map(({ prompt, completion }) => spell([...prompt.slice(1), ...completion]))))).toEqual([]);
  });

  test('seen pairs are of training names, in none of the pairs that training draws, whatever the prompt', () => {
    const seen = task.pairs('seen');
    expect(both(new Set(seen.map(keyOf)), new Set(task.pairs('train').map(keyOf)))).toEqual([]);
    const sides = seen.flatMap(sidesOf);
    expect(sides.filter((name) => !SPELLINGS.train.has(name.slice(1)))).toEqual([]);
    // Drawn before the training pairs are, so a few rare names of theirs may by chance be in no training pair.
    expect(sides.filter((name) => met.has(name)).length / sides.length).toBeGreaterThan(0.99);
  });
});

describe('the data', () => {
  test('is the same however often it is opened', () => {
    const again = open();
    for (const split of SPLITS) expect(again.corpus(split)).toEqual(task.corpus(split));
    for (const split of PAIR_SPLITS) expect(again.pairs(split)).toEqual(task.pairs(split));
    expect(again.showcase()).toEqual(task.showcase());
  });

  test('of another decade has other pairs and another truth, but the same corpus', () => {
    const later = open({ decade: '2000' });
    for (const split of SPLITS) expect(later.corpus(split)).toEqual(task.corpus(split));
    for (const split of PAIR_SPLITS) {
      expect(later.pairs(split).map(keyOf)).not.toEqual(task.pairs(split).map(keyOf));
      const agreeing = (decade: string) => later.pairs(split).filter((pair) => birthsOf(chosenOf(pair), decade) > birthsOf(rejectedOf(pair), decade)).length / later.pairs(split).length;
      expect(agreeing('2000')).toBeGreaterThan(agreeing('1950') + 0.1);
    }
    const linda = tokensOf('inda');
    expect(later.gold(tokensOf('♀l'), [...linda, EOS])).toBeCloseTo(Math.log10(1 + birthsOf('♀linda', '2000')), 12);
  });

  test('with fewer training pairs is the same but for those', () => {
    const small = open({ pairs: 64 });
    expect(small.pairs('train')).toEqual(task.pairs('train').slice(0, 64));
    for (const split of ['seen', 'unseen'] as const) expect(small.pairs(split)).toEqual(task.pairs(split));
  });
});

describe('the true reward', () => {
  const gold = (prompt: string, completion: string) => task.gold(tokensOf(prompt), [...tokensOf(completion), EOS]);
  const isReal = (prompt: string, completion: string) => task.isReal(tokensOf(prompt), [...tokensOf(completion), EOS]);

  test('is the decade’s births on a log scale, for every name and wherever its prompt ends', () => {
    expect(birthsOf('♀mary')).toBeGreaterThan(500_000);
    for (const [prompt, completion] of [['♀', 'mary'], ['♀ma', 'ry'], ['♀mar', 'y']] as const) expect(gold(prompt, completion)).toBeCloseTo(Math.log10(1 + birthsOf('♀mary')), 12);
    for (const name of rowOf.keys()) expect(gold(name.slice(0, 1), name.slice(1))).toBeCloseTo(Math.log10(1 + birthsOf(name)), 12);
  });

  test('is 0 for what is no name, of the other sex, or not ended', () => {
    expect([gold('♀', 'zzzz'), gold('♀ma', ''), gold('♀', '')]).toEqual([0, 0, 0]);
    expect(rowOf.has('♂linda')).toBe(true);
    expect(gold('♂', 'linda')).toBeLessThan(gold('♀', 'linda') - 1);
    expect([rowOf.has('♀cheryl'), rowOf.has('♂cheryl')]).toEqual([true, false]);
    expect(gold('♂', 'cheryl')).toBe(0);
    expect(isReal('♂', 'cheryl')).toBe(false);
    // Cut off after a whole name, and one letter further on.
    for (const cut of ['mary', 'maryx']) {
      expect(task.gold(tokensOf('♀'), tokensOf(cut))).toBe(0);
      expect(task.isReal(tokensOf('♀'), tokensOf(cut))).toBe(false);
    }
  });

  test('is 0 for a real name that nobody was given in the decade', () => {
    expect(birthsOf('♂aaden')).toBe(0);
    expect(gold('♂', 'aaden')).toBe(0);
    expect(isReal('♂', 'aaden')).toBe(true);
  });
});

describe('the tokenizer', () => {
  test('shows every name so that it can be read back', () => {
    for (const name of rowOf.keys()) {
      const tokens = tokensOf(name);
      const shown = task.tokenizer.decode([...tokens, EOS, PAD, PAD]);
      expect(shown).toBe(`${name[0]} ${name.charAt(1).toUpperCase()}${name.slice(2)}`);
      expect(tokensOf(shown.replace(' ', '').toLowerCase())).toEqual(tokens);
    }
    expect(task.tokenizer.decode(tokensOf('♂'))).toBe('♂');
    expect(task.tokenizer.decode([])).toBe('·');
  });

  test('has one sign per token', () => {
    expect(new Set(vocabulary).size).toBe(vocabulary.length);
    expect(vocabulary).toHaveLength(31);
  });
});

test('the showcase asks both sexes the same, each prompt with many answers', () => {
  const prompts = task.showcase().map(spell);
  expect(new Set(prompts).size).toBe(prompts.length);
  expect(prompts.filter((prompt) => prompt.startsWith('♀')).map((prompt) => `♂${prompt.slice(1)}`)).toEqual(prompts.filter((prompt) => prompt.startsWith('♂')));
  for (const prompt of prompts) expect([...rowOf.keys()].filter((name) => name.startsWith(prompt)).length, prompt).toBeGreaterThan(20);
});

test('a task that is not there is refused, and those that are named', () => {
  expect(() => taskDefinition('rhymes')).toThrow(expect.objectContaining({ code: 'invalid-config', detail: `task.id: want one of ${Object.keys(TASKS).join(', ')}, got rhymes` }));
});
