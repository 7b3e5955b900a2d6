/**
 * The world of `sentences` (sentences.ts), fetched when a tokenizer or the task itself is needed: the example sentences of WordNet, to be made friendlier, by what ten people really felt about each word (VADER's raw ratings, Hutto and Gilbert 2014).
 * The controlled-sentiment setting of the DPO paper (Rafailov et al. 2023, section 6.1), small. Departures: people's ratings of words stand where they have a trained classifier,
 * and nothing is made of negation, degree or capitals: "not good" counts as "good" does.
 *
 * Gold reward: the mean rating of the different rated words of a completion, 0 where it has none. Saying a good word twice gains nothing; a completion that does
 * not end is worth 0 at most. The prompt's own words do not count, since nobody who completes it has chosen them.
 * Preferences: a rater finds a text as good as the mean of his ratings of its words. Of each pair some of the ten are asked, and most of their voices decide; a rater
 * who sees no difference throws a coin. Pairs in which nobody sees one are left out. So label noise is real disagreement.
 * Or each pair says what share of all ten is for its chosen side, a soft label.
 * Pairs are two sentences that begin with the same words. Everything is split by sentence: a tenth is in no training text, prompt or pair.
 *
 * A word is a token, if it is a common one: rarer words are spelled in pieces. The task's texts are the sentences of common words, so that a model that has learned them spells nothing and
 * makes no words up; the others are read in pretraining, with the definitions. (A small vocabulary makes small models say more with what they have: TinyStories, Eldan and Li 2023.)
 */
import { detail } from '../contract/details';
import { Failure } from '../contract/failures';
import { Random } from '../contract/random';
import type { TaskConfig } from '../contract/tasks';
import { RATERS } from '../contract/tasks/sentences';
import { DATA_SEED, parseSentences, wordsIn } from './sentences-data';
import { SENTENCES_MERGES } from './sentences-merges';
import { EOS, PAD, type Example, type PairSplit, type PreferencePair, type Split, type Task } from './task';
import { ByteBpe } from './tokenizer/bpe';
import type { Merge } from './tokenizer/bpe-training';
import { WORDS } from './tokenizer/bytes';
import { writtenBpe } from './tokenizer/written';

/** Of 16 words none takes more than this with its end; a completion may go on to here. */
const CONTEXT = 48;
/** Words of a prompt at most, and words that are left to complete at least. */
const LONGEST_PROMPT = 4;
const LEFT = 2;
const HELD_OUT_PAIRS = 2048;
const SHOWN = ['the', 'he', 'she was', 'they', 'a', 'I', 'we all', 'the children'];

const bpe = new ByteBpe(SENTENCES_MERGES.trim().split(/\s/).map((pair): Merge => {
  const [left, right] = pair.split('-').map(Number);
  return [left!, right!]; // the script writes two of them
}));
/** A space is drawn, as it begins most tokens. */
export const VOCABULARY = bpe.vocabulary.map((text, id) => (id === PAD ? '▁' : id === EOS ? '⏎' : text.replace('Ġ', '␣')));

interface Sentence {
  text: string;
  tokens: readonly number[];
  /** The text's first words, and the tokens of them, for each length a prompt may have. */
  starts: readonly { text: string; tokens: number }[];
}

function sentenceOf(text: string): Sentence {
  const words = text.split(' ');
  const starts = Array.from({ length: Math.min(LONGEST_PROMPT, words.length - LEFT) }, (_, i) => {
    const start = words.slice(0, i + 1).join(' ');
    return { text: start, tokens: bpe.encode(start).length }; // no token reaches over a space's left
  });
  return { text, tokens: [...bpe.encode(text), EOS], starts };
}

/** Every word of it is one token. The first is taken as it would be behind a space: it is given to a model, which need not write it. */
const isOfCommonWords = (text: string): boolean => bpe.encode(` ${text}`).length === Array.from(text.matchAll(WORDS)).length;

type Start = Sentence['starts'][number];
const promptOf = ({ tokens }: Sentence, start: Start) => tokens.slice(0, start.tokens);
const completionOf = ({ tokens }: Sentence, start: Start) => tokens.slice(start.tokens);

export class Sentences implements Task {
  readonly tokenizer = { vocabulary: VOCABULARY, decode: (tokens: readonly number[]) => bpe.decode(tokens), encode: (text: string) => bpe.encode(text), written: () => writtenBpe(bpe) };
  readonly context = CONTEXT;
  readonly isVerifiable = false;
  readonly #config: TaskConfig<'sentences'>;
  readonly #sentences: Record<Split, Sentence[]>;
  readonly #words: ReadonlySet<string>;
  /** What only pretraining reads. */
  readonly #further: readonly string[];
  readonly #ratings: ReadonlyMap<string, readonly number[]>;
  /** Made when first asked for: pretraining needs none. */
  #pairs: Record<PairSplit, { pairs: PreferencePair[]; ceiling: number }> | undefined;

  constructor(text: string, config: TaskConfig<'sentences'>) {
    const { sentences: found, ratings, definitions } = parseSentences(text);
    const common = { train: found.train.filter(isOfCommonWords), 'held-out': found['held-out'].filter(isOfCommonWords) };
    const fitting = (texts: readonly string[]) => texts.map(sentenceOf).filter(({ tokens }) => tokens.length <= CONTEXT);
    this.#config = config;
    this.#sentences = { train: fitting(common.train), 'held-out': fitting(common['held-out']) };
    this.#words = new Set(Object.values(common).flat().flatMap((sentence) => wordsIn(sentence).map((word) => word.text)));
    this.#ratings = ratings;
    this.#further = [...found.train.filter((sentence) => !isOfCommonWords(sentence)), ...definitions];
  }

  corpus(split: Split) {
    return this.#sentences[split].map(({ tokens }) => tokens);
  }

  further() {
    return this.#further.map((text) => [...bpe.encode(text), EOS]).filter((tokens) => tokens.length <= CONTEXT);
  }

  demonstrationCount(split: Split) {
    return this.#sentences[split].length;
  }

  demonstration(split: Split, index: number, random: Random): Example {
    const sentence = this.#sentences[split][index]!; // an index below the count
    const start = someStart(sentence, random);
    return { prompt: promptOf(sentence, start), completion: completionOf(sentence, start) };
  }

  /** Any text: what is no word here is spelled in bytes. */
  read(text: string) {
    if (text === '') throw new Failure('unusable-prompt', detail('prompt-sentence'));
    return bpe.encode(text);
  }

  prompt(split: Split, random: Random) {
    const sentence = someOf(this.#sentences[split], random);
    return promptOf(sentence, someStart(sentence, random));
  }

  showcase() {
    return SHOWN.map((text) => bpe.encode(text));
  }

  pairs(split: PairSplit) {
    return this.#allPairs[split].pairs;
  }

  ceiling(split: PairSplit) {
    return this.#allPairs[split].ceiling;
  }

  gold(prompt: readonly number[], completion: readonly number[]) {
    const ratings = this.#ratingsOf(prompt, completion);
    const value = meanOf(ratings.map(meanOf));
    return completion.at(-1) === EOS ? value : Math.min(0, value);
  }

  preference(prompt: readonly number[], one: readonly number[], other: readonly number[]) {
    return chanceOf(this.#voices(prompt, one, other), this.#config.raters);
  }

  /** Ended, and every word of it a word of the corpus. */
  isReal(prompt: readonly number[], completion: readonly number[]) {
    if (completion.at(-1) !== EOS) return false;
    const text = bpe.decode([...prompt, ...completion]);
    return /^[\x20-\x7e]+$/.test(text) && wordsIn(text).every((word) => this.#words.has(word.text));
  }

  /** Of each different rated word that ends in the completion: a prompt may end within a word. */
  #ratingsOf(prompt: readonly number[], completion: readonly number[]): (readonly number[])[] {
    const given = bpe.decode(prompt).length;
    const words = new Set(wordsIn(bpe.decode([...prompt, ...completion])).filter(({ end }) => end > given).map((word) => word.text));
    return [...words].flatMap((word) => [this.#ratings.get(word) ?? []]).filter((ratings) => ratings.length > 0);
  }

  get #allPairs() {
    if (this.#pairs) return this.#pairs;
    const unseen = this.#drawPairs('unseen', 'held-out', HELD_OUT_PAIRS);
    const seen = this.#drawPairs('seen', 'train', HELD_OUT_PAIRS);
    // A pair that is held out may not be met in training, under any prompt.
    const train = this.#drawPairs('train', 'train', this.#config.pairs, seen.keys);
    return (this.#pairs = { train, seen, unseen });
  }

  /** Each sentence opens pairs equally often; its rival is any other that begins with the same words, as many as were drawn of the numbers at which there is one. */
  #drawPairs(name: PairSplit, from: Split, count: number, avoid: ReadonlySet<string> = new Set()) {
    const random = Random.of(DATA_SEED, `sentences/pairs/${name}/${this.#config.raters}`);
    const all = this.#sentences[from];
    const groups = byStart(all);
    const isSoft = name === 'train' && this.#config.labels === 'shares'; // held-out pairs stay votes, so that accuracies can be compared
    const pairs: PreferencePair[] = [];
    const keys = new Set<string>();
    let certainty = 0;
    while (pairs.length < count) {
      const a = someOf(all, random);
      const shared = a.starts.filter(({ text }) => groups.get(text)!.length > 1); // it is in its own groups
      if (shared.length === 0) continue;
      const start = someOf(shared, random);
      const b = someOf(groups.get(start.text)!, random); // as above
      const key = [a.text, b.text].sort().join('>');
      if (a === b || avoid.has(key)) continue;
      const prompt = promptOf(a, start);
      const voices = this.#voices(prompt, completionOf(a, start), completionOf(b, start));
      if (voices.every((voice) => voice === 0)) continue;
      const share = chanceOf(voices, 1);
      const chance = isSoft ? Number(share >= 0.5) : chanceOf(voices, this.#config.raters);
      const [chosen, rejected] = random.next() < chance ? [a, b] : [b, a];
      pairs.push({ prompt, chosen: completionOf(chosen, start), rejected: completionOf(rejected, start), ...(isSoft && { probability: Math.max(share, 1 - share) }) });
      keys.add(key);
      certainty += Math.max(chance, 1 - chance);
    }
    return { pairs, keys, ceiling: certainty / count };
  }

  /** What each rater says of two completions: 1 for the first, −1 for the second, 0 for neither. */
  #voices(prompt: readonly number[], a: readonly number[], b: readonly number[]): number[] {
    const [ofA, ofB] = [this.#ratingsOf(prompt, a), this.#ratingsOf(prompt, b)];
    return Array.from({ length: RATERS }, (_, rater) => Math.sign(meanOf(ofA.map((ratings) => ratings[rater]!)) - meanOf(ofB.map((ratings) => ratings[rater]!)))); // ten ratings each
  }
}

const meanOf = (numbers: readonly number[]): number => (numbers.length === 0 ? 0 : numbers.reduce((sum, number) => sum + number, 0) / numbers.length);
/** Of at least one. */
const someOf = <Item>(items: readonly Item[], random: Random): Item => items[random.below(items.length)]!;
const someStart = ({ starts }: Sentence, random: Random): Start => someOf(starts, random);

function byStart(sentences: readonly Sentence[]): Map<string, Sentence[]> {
  const groups = new Map<string, Sentence[]>();
  for (const sentence of sentences) {
    for (const { text } of sentence.starts) {
      const group = groups.get(text);
      if (group) group.push(sentence);
      else groups.set(text, [sentence]);
    }
  }
  return groups;
}

/**
 * Probability that the first of two texts is chosen: `asked` different raters are drawn, and of those who see a difference most decide; where they are as many on both sides, a coin.
 * @param voices 1, −1 or 0 of each rater
 */
export function chanceOf(voices: readonly number[], asked: number): number {
  const count = (voice: number) => voices.filter((each) => each === voice).length;
  const [wins, losses, ties] = [count(1), count(-1), count(0)];
  let chance = 0;
  for (let won = 0; won <= Math.min(wins, asked); won++) {
    for (let lost = 0; lost <= Math.min(losses, asked - won); lost++) {
      const ways = choose(wins, won) * choose(losses, lost) * choose(ties, asked - won - lost);
      chance += ways * (won > lost ? 1 : won === lost ? 0.5 : 0);
    }
  }
  return chance / choose(voices.length, asked);
}

/** n over k; 0 where there are too few. */
function choose(n: number, k: number): number {
  if (k > n) return 0;
  let ways = 1;
  for (let i = 1; i <= k; i++) ways = (ways * (n - k + i)) / i;
  return ways;
}
