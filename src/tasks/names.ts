/**
 * `names`: given names of the United States, and what parents really chose.
 *
 * The corpus holds each name once per sex, so how popular a name is can only be learned from preferences.
 * Preferences: for two names that answer the same prompt, P(a over b) = births(a) / (births(a) + births(b)) in the chosen decade
 * (Bradley-Terry with reward = log births, so label noise is real disagreement between parents).
 * Everything is split by name: a tenth of all names is in no training text, prompt or pair.
 */
import { log10 } from '../contract/exact';
import { detail } from '../contract/details';
import { Failure } from '../contract/failures';
import { Random, hashText } from '../contract/random';
import { correlation } from '../contract/statistics';
import type { TaskConfig } from '../contract/tasks';
import { namesBenchmark } from './names-benchmark';
import { EOS, PAD, type Benchmark, type Example, type PairSplit, type PreferencePair, type Split, type Task, type TaskDefinition } from './task';
import { writtenAlphabet } from './tokenizer/written';

/** Printable tokens. `·` starts a text whose sex is not told (pretraining); ♀ and ♂ start a prompt. */
const VOCABULARY = ['▁', '⏎', '·', '♀', '♂', ...'abcdefghijklmnopqrstuvwxyz'] as const;
const NEUTRAL = 2;
const SEX = { F: 3, M: 4 } as const;
const FIRST_LETTER = 5;
/** Sex, up to 13 letters, end, and one to spare for a completion that goes on too long. */
const CONTEXT = 16;
const LONGEST_PREFIX = 3;
const HELD_OUT_SHARE = 0.1;
const HELD_OUT_PAIRS = 4096;
/** The split and the labels belong to the task, not to a run: every seed sees the same data. */
const DATA_SEED = 20241002;

interface Name {
  text: string;
  sex: 'F' | 'M';
  letters: readonly number[];
  births: number;
}

const lettersOf = (text: string) => [...text].map((letter) => letter.charCodeAt(0) - 97 + FIRST_LETTER);

function parse(text: string, decade: string): Name[] {
  const rows = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const header = rows[0]!.trim().split(',');
  const column = header.indexOf(decade);
  return rows.slice(1).map((row) => {
    const cells = row.trim().split(',');
    return { text: cells[0]!, sex: cells[1] === 'F' ? 'F' : 'M', letters: lettersOf(cells[0]!), births: Number(cells[column]) };
  });
}

/** A name is held out by its spelling, so that Robin the girl and Robin the boy are never on different sides. */
const isHeldOut = (text: string) => hashText(`${DATA_SEED}/${text}`) / 2 ** 32 < HELD_OUT_SHARE;

/** Names of one split by the prompts they answer: `F`, `Fma`, … -> names. */
function byPrompt(names: readonly Name[]): Map<string, Name[]> {
  const groups = new Map<string, Name[]>();
  for (const name of names) {
    for (let length = 0; length <= Math.min(LONGEST_PREFIX, name.text.length - 1); length++) {
      const key = name.sex + name.text.slice(0, length);
      const group = groups.get(key);
      if (group) group.push(name);
      else groups.set(key, [name]);
    }
  }
  return groups;
}

/** Shortest names are one letter short of their whole self: at least one letter is always left to complete. */
const prefixLength = (name: Name, random: Random) => random.below(Math.min(LONGEST_PREFIX, name.text.length - 1) + 1);
const promptOf = (name: Name, length: number): number[] => [SEX[name.sex], ...name.letters.slice(0, length)];
const completionOf = (name: Name, length: number): number[] => [...name.letters.slice(length), EOS];

class Names implements Task {
  readonly tokenizer = { vocabulary: VOCABULARY, decode, written: () => writtenAlphabet(VOCABULARY) };
  readonly context = CONTEXT;
  readonly isVerifiable = false;
  readonly #names: Record<Split, Name[]>;
  readonly #births: Map<string, number>;
  readonly #pairs: Record<PairSplit, PreferencePair[]>;
  readonly #ceiling: Record<PairSplit, number>;

  constructor(text: string, config: TaskConfig<'names'>) {
    const names = parse(text, config.decade);
    this.#births = new Map(names.map((name) => [name.sex + name.text, name.births]));
    this.#names = { train: names.filter((name) => !isHeldOut(name.text)), 'held-out': names.filter((name) => isHeldOut(name.text)) };

    const drawn = (split: PairSplit, from: Split, count: number, avoid = new Set<string>()) =>
      drawPairs(this.#names[from], count, Random.of(DATA_SEED, `names/pairs/${split}/${config.decade}`), avoid);
    const unseen = drawn('unseen', 'held-out', HELD_OUT_PAIRS);
    const seen = drawn('seen', 'train', HELD_OUT_PAIRS);
    // A pair that is held out may not be met in training, under any prompt.
    const train = drawn('train', 'train', config.pairs, seen.keys);
    this.#pairs = { train: train.pairs, seen: seen.pairs, unseen: unseen.pairs };
    this.#ceiling = { train: train.ceiling, seen: seen.ceiling, unseen: unseen.ceiling };
  }

  corpus(split: Split) {
    return this.#names[split].map((name) => [NEUTRAL, ...name.letters, EOS]);
  }

  demonstrationCount(split: Split) {
    return this.#names[split].length;
  }

  demonstration(split: Split, index: number, random: Random): Example {
    const name = this.#names[split][index]!;
    const length = prefixLength(name, random);
    return { prompt: promptOf(name, length), completion: completionOf(name, length) };
  }

  /** A sign for the sex, then letters, both of which may be left out. */
  read(text: string) {
    const [, sign = '', rest = ''] = /^\s*([♀♂·]?)\s*(.*?)\s*$/su.exec(text.toLowerCase()) ?? [];
    const strangers = [...new Set(rest.replace(/[a-z]/g, ''))].join(' ');
    if (strangers !== '') throw new Failure('unusable-prompt', detail('prompt-name', strangers));
    return [{ '♀': SEX.F, '♂': SEX.M }[sign] ?? NEUTRAL, ...lettersOf(rest)];
  }

  prompt(split: Split, random: Random) {
    const names = this.#names[split];
    const name = names[random.below(names.length)]!;
    return promptOf(name, prefixLength(name, random));
  }

  showcase() {
    return (['F', 'M'] as const).flatMap((sex) => ['', 'a', 'el', 'mar'].map((start) => [SEX[sex], ...lettersOf(start)]));
  }

  pairs(split: PairSplit) {
    return this.#pairs[split];
  }

  ceiling(split: PairSplit) {
    return this.#ceiling[split];
  }

  gold(prompt: readonly number[], completion: readonly number[]) {
    return log10(1 + (this.#birthsOf(prompt, completion) ?? 0));
  }

  /** A side that is no name was given to nobody; of two such sides nobody can say. */
  preference(prompt: readonly number[], one: readonly number[], other: readonly number[]) {
    const [a, b] = [this.#birthsOf(prompt, one) ?? 0, this.#birthsOf(prompt, other) ?? 0];
    return a + b === 0 ? 0.5 : a / (a + b);
  }

  isReal(prompt: readonly number[], completion: readonly number[]) {
    return this.#birthsOf(prompt, completion) !== undefined;
  }

  benchmark(): Benchmark {
    const { train, 'held-out': heldOut } = this.#names;
    const isLongerRarer = (correlation(train.map(({ text }) => text.length), train.map(({ births }) => log10(1 + births))) ?? 0) <= 0;
    const completion = (text: string, prompt: string) => [...lettersOf(text.slice(prompt.length)), EOS];
    return namesBenchmark(heldOut, isLongerRarer ? -1 : 1, {
      pair: (sex, prompt, chosen, rejected) => ({ prompt: [sex === null ? NEUTRAL : SEX[sex], ...lettersOf(prompt)], chosen: completion(chosen, prompt), rejected: completion(rejected, prompt) }),
      completion,
      isName: (sex, text) => this.#births.has(sex + text),
      longest: CONTEXT - 2, // sex and end
    }, DATA_SEED);
  }

  #birthsOf(prompt: readonly number[], completion: readonly number[]): number | undefined {
    if (completion.at(-1) !== EOS) return undefined;
    const text = spell([...prompt.slice(1), ...completion.slice(0, -1)]);
    if (prompt[0] !== NEUTRAL) return this.#births.get((prompt[0] === SEX.F ? 'F' : 'M') + text);
    const [girls, boys] = [this.#births.get(`F${text}`), this.#births.get(`M${text}`)]; // nobody said whose name it is
    return girls === undefined && boys === undefined ? undefined : (girls ?? 0) + (boys ?? 0);
  }
}

/** Each name opens pairs equally often; its rival is any other name that answers the same prompt. Pairs that nobody could decide (0 births both) are left out. */
function drawPairs(names: readonly Name[], count: number, random: Random, avoid: ReadonlySet<string>) {
  const groups = byPrompt(names);
  const pairs: PreferencePair[] = [];
  const keys = new Set<string>();
  let certainty = 0;
  while (pairs.length < count) {
    const a = names[random.below(names.length)]!;
    const length = prefixLength(a, random);
    const group = groups.get(a.sex + a.text.slice(0, length))!;
    const b = group[random.below(group.length)]!;
    const births = a.births + b.births;
    const key = `${a.sex}${[a.text, b.text].sort().join('>')}`;
    if (a === b || births === 0 || avoid.has(key)) continue;
    const firstWins = random.next() * births < a.births;
    const [chosen, rejected] = firstWins ? [a, b] : [b, a];
    pairs.push({ prompt: promptOf(a, length), chosen: completionOf(chosen, length), rejected: completionOf(rejected, length) });
    keys.add(key);
    certainty += Math.max(a.births, b.births) / births;
  }
  return { pairs, keys, ceiling: certainty / count };
}

const spell = (tokens: readonly number[]) => tokens.map((token) => VOCABULARY[token]).join('');

/** ♀ + name with a capital; an unfinished name ends in an ellipsis. */
function decode(tokens: readonly number[]): string {
  const kept = tokens.filter((token) => token !== PAD);
  const [first = NEUTRAL] = kept;
  const letters = spell(kept.slice(1).filter((token) => token !== EOS));
  return `${VOCABULARY[first]} ${letters.charAt(0).toUpperCase()}${letters.slice(1)}`.trimEnd();
}

export const names = {
  id: 'names',
  title: 'Names',
  teaches: 'What is popular cannot be read from a list of names; it can be learned from choices.',
  source: 'US Social Security Administration, births by given name 1880–2020, names with at least 1,000 births.',
  licence: 'public domain',
  file: 'names.csv',
  goldUnit: 'log10 births',
  goldMeans: 'Here: births of that name in the chosen decade, log10(1 + births).',
  textTokens: 8,
  vocabulary: VOCABULARY,
  open: (text: string, config: TaskConfig<'names'>) => new Names(text, config),
} satisfies TaskDefinition<'names'>;
