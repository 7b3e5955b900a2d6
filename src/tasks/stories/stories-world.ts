/**
 * The world of `stories`: mini-stories without end from a grammar of our own, in English and German with the same meanings.
 *
 * A prompt is the first sentence: who, where, what is wanted. A completion is the rest: up to three sentences, then two lines that rhyme or do not.
 * The gold reward is exact: what a text is like (attributes.ts) weighed by the taste of a community (communities.ts), times the share of its sentences that the grammar can
 * say of that hero, so that words which please do not make up for nonsense; 0 for a text that does not end.
 * Preferences: P(a over b) = σ((gold(a) − gold(b)) / temperature), Bradley-Terry with reward = gold / temperature. Everyone is a crowd: somebody of one of the communities judges each pair, so P
 * is the mean of theirs, which can rank otherwise than the mean of their gold rewards (Siththaranjan et al. 2023, arXiv:2312.08358).
 * Everything is split by the meaning of the prompt: a tenth of all openings is in no training text, prompt or pair, in either language.
 */
import { exp } from '../../contract/exact';
import { detail } from '../../contract/details';
import { Failure } from '../../contract/failures';
import type { PoolAgreement } from '../../contract/agreement';
import { hashText, Random } from '../../contract/random';
import type { TaskConfig } from '../../contract/tasks';
import { EOS, type Benchmark, type Example, type PairSplit, type PreferencePair, type Split, type Task } from '../task';
import { ByteBpe } from '../tokenizer/bpe';
import { printable } from '../tokenizer/printable';
import { writtenBpe } from '../tokenizer/written';
import { attributesOf, isStory, senseOf, toldBy, type Told } from './attributes';
import { storiesBenchmark } from './benchmark';
import { COMMUNITIES, liked, type Weights } from './communities';
import { MERGES } from './merges';
import { Panel } from './panel';
import { drawEnding, drawOpening, openingKey, tellEnding, tellOpening, type Opening } from './story';
import { LANGUAGES, type Language } from './words';

let made: { bpe: ByteBpe; vocabulary: readonly string[] } | undefined;
/** Made when a story is first spoken of: most pages never do. */
function cutter(): NonNullable<typeof made> {
  if (!made) {
    const bpe = new ByteBpe(MERGES);
    made = { bpe, vocabulary: printable(bpe) };
  }
  return made;
}
const encode = (text: string): number[] => cutter().bpe.encode(text);
const decode = (tokens: readonly number[]): string => cutter().bpe.decode(tokens);
/** The longest story and its end. */
const CONTEXT = 64;
const HELD_OUT_SHARE = 0.1;
const TEXTS: Record<Split, number> = { train: 30_000, 'held-out': 2000 };
const HELD_OUT_PAIRS = 2048;
const SHOWN = 4;
/** Data belongs to the task, not to a run: every seed sees the same. */
const DATA_SEED = 20261205;

const isHeldOut = (opening: Opening): boolean => hashText(`${DATA_SEED}/${openingKey(opening)}`) / 2 ** 32 < HELD_OUT_SHARE;

const sigmoid = (x: number): number => 1 / (1 + exp(-x));
const meanOf = (numbers: readonly number[]): number => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

export class Stories implements Task {
  readonly tokenizer = { vocabulary: cutter().vocabulary, decode, encode, written: () => writtenBpe(cutter().bpe) };
  readonly context = CONTEXT;
  readonly isVerifiable = false;
  readonly #config: TaskConfig<'stories'>;
  readonly #languages: readonly Language[];
  /** Of each community that has a say. */
  readonly #tastes: readonly Weights[];
  /** Made when first asked for. */
  readonly #demonstrations = new Map<Split, Example[]>();
  readonly #pairs = new Map<PairSplit, Drawn>();

  constructor(config: TaskConfig<'stories'>) {
    this.#config = config;
    this.#languages = config.language === 'both' ? LANGUAGES : [config.language];
    this.#tastes = config.community === 'weights' ? [config] : config.community === 'everyone' ? Object.values(COMMUNITIES) : [COMMUNITIES[config.community]];
  }

  corpus(split: Split) {
    return this.#stories(split).map(({ prompt, completion }) => [...prompt, ...completion]);
  }

  demonstrationCount(split: Split) {
    return TEXTS[split];
  }

  demonstration(split: Split, index: number) {
    return this.#stories(split)[index]!; // an index below the count
  }

  /** Any text: what the grammar does not say is spelled in bytes. */
  read(text: string) {
    if (text === '') throw new Failure('unusable-prompt', detail('prompt-story'));
    return encode(text);
  }

  prompt(split: Split, random: Random) {
    return encode(tellOpening(someOf(this.#languages, random), openingIn(split, random)));
  }

  showcase() {
    const random = Random.of(DATA_SEED, 'stories/showcase');
    const openings = Array.from({ length: SHOWN }, () => openingIn('held-out', random));
    return this.#languages.flatMap((language) => openings.map((opening) => encode(tellOpening(language, opening))));
  }

  pairs(split: PairSplit) {
    return this.#drawn(split).pairs;
  }

  ceiling(split: PairSplit) {
    return this.#drawn(split).ceiling;
  }

  agreement() {
    return this.#drawn('train').agreement;
  }

  gold(prompt: readonly number[], completion: readonly number[]) {
    return meanOf(this.#goldOfEach(completion, toldBy(decode(prompt))));
  }

  preference(prompt: readonly number[], one: readonly number[], other: readonly number[]) {
    const told = toldBy(decode(prompt));
    return this.#chance(this.#goldOfEach(one, told), this.#goldOfEach(other, told));
  }

  isReal(prompt: readonly number[], completion: readonly number[]) {
    return completion.at(-1) === EOS && isStory(decode(completion), toldBy(decode(prompt)));
  }

  benchmark(): Benchmark {
    return storiesBenchmark({
      random: Random.of(DATA_SEED, 'stories/benchmark'),
      drawPrompt: (random) => {
        const opening = openingIn('held-out', random);
        const language = someOf(this.#languages, random);
        const prompt = encode(tellOpening(language, opening));
        return { prompt, drawAnswer: () => ended(endingIn(language, opening, random)) };
      },
      attributesOf: (prompt, completion) => attributesOf(decode(completion), toldBy(decode(prompt))),
      gold: (prompt, completion) => this.gold(prompt, completion),
    });
  }

  /** By each community; 0 for what does not end. */
  #goldOfEach(completion: readonly number[], told: Told): number[] {
    return completion.at(-1) === EOS ? this.#goldOfText(decode(completion), told) : this.#tastes.map(() => 0);
  }

  /** That somebody of one of the communities prefers the first. */
  #chance(one: readonly number[], other: readonly number[]): number {
    return meanOf(one.map((gold, i) => sigmoid((gold - other[i]!) / this.#config.temperature))); // one a community
  }

  #goldOfText(text: string, told: Told): number[] {
    const [attributes, sense] = [attributesOf(text, told), senseOf(text, told)];
    return this.#tastes.map((wanted) => sense * liked(attributes, wanted));
  }

  #stories(split: Split): readonly Example[] {
    const known = this.#demonstrations.get(split);
    if (known) return known;
    const random = Random.of(DATA_SEED, `stories/texts/${split}`);
    const made = Array.from({ length: TEXTS[split] }, () => {
      const opening = openingIn(split, random);
      const language = someOf(this.#languages, random);
      return { prompt: encode(tellOpening(language, opening)), completion: ended(endingIn(language, opening, random)) };
    });
    this.#demonstrations.set(split, made);
    return made;
  }

  #drawn(split: PairSplit): Drawn {
    const known = this.#pairs.get(split);
    if (known) return known;
    const isTrain = split === 'train';
    // A pair that is held out may not be met in training.
    const made = this.#drawPairs(split, split === 'unseen' ? 'held-out' : 'train', isTrain ? this.#config.pairs : HELD_OUT_PAIRS, isTrain ? this.#drawn('seen').keys : new Set());
    this.#pairs.set(split, made);
    return made;
  }

  /** Two endings of one opening. Raters say which is chosen of pairs to learn from; of held-out pairs the community itself, so that labels of all kinds are held against the same. */
  #drawPairs(name: PairSplit, from: Split, count: number, avoid: ReadonlySet<string>): Drawn {
    const { pairsIn } = this.#config;
    const languages = name === 'train' && pairsIn !== 'same' ? [pairsIn] : this.#languages;
    const random = Random.of(DATA_SEED, `stories/pairs/${name}`);
    const panel = name === 'train' ? new Panel(this.#tastes, this.#config, Random.of(DATA_SEED, `stories/raters/${this.#config.panel}`)) : undefined;
    const pairs: PreferencePair[] = [];
    const keys = new Set<string>();
    let certainty = 0;
    while (pairs.length < count) {
      const opening = openingIn(from, random);
      const language = someOf(languages, random);
      const [first, a, b] = [tellOpening(language, opening), endingIn(language, opening, random), endingIn(language, opening, random)];
      const draw = random.next();
      const key = [first, ...[a, b].sort()].join('>');
      if (a === b || avoid.has(key)) continue;
      const told = { language, ...opening };
      const chance = this.#chance(this.#goldOfText(a, told), this.#goldOfText(b, told));
      const { isFirst, probability } = panel ? panel.label(attributesOf(a, told), attributesOf(b, told)) : { isFirst: draw < chance };
      const [chosen, rejected] = isFirst ? [a, b] : [b, a];
      pairs.push({ prompt: encode(first), chosen: ended(chosen), rejected: ended(rejected), ...(probability !== undefined && { probability }) });
      keys.add(key);
      certainty += Math.max(chance, 1 - chance);
    }
    const agreement = panel?.agreement;
    return { pairs, keys, ceiling: certainty / count, ...(agreement && { agreement }) };
  }
}

interface Drawn {
  pairs: readonly PreferencePair[];
  keys: ReadonlySet<string>;
  ceiling: number;
  agreement?: PoolAgreement;
}

const someOf = (languages: readonly Language[], random: Random): Language => languages[random.below(languages.length)]!; // there is at least one

function openingIn(split: Split, random: Random): Opening {
  for (;;) {
    const opening = drawOpening(random);
    if (isHeldOut(opening) === (split === 'held-out')) return opening;
  }
}

const endingIn = (language: Language, opening: Opening, random: Random): string => tellEnding(language, opening, drawEnding(opening, random));
const ended = (text: string): number[] => [...encode(text), EOS];

/** Printable text of each token. */
export const vocabulary = (): readonly string[] => cutter().vocabulary;
