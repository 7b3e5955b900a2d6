/**
 * The world of `yours`: the visitor's own data. Whatever the rows are, they become texts, demonstrations, prompts, pairs or marked completions, as far as they can; what they cannot
 * teach is said before anything is trained. Nobody knows what is truly good here, so there is no gold reward: held-out preferences are the measure.
 *
 * Pretraining reads each text once, both sides of a pair too, so that what is preferred can only be learned from pairs. Demonstrations are completions, chosen sides,
 * and what was marked good. The vocabulary is learned from training rows alone, the same each time, or is that of an imported model, which can also be looked at without a row. Everything is split by prompt.
 */
import type { Lesson } from '../contract/algorithms';
import { Random } from '../contract/random';
import type { Sample } from '../contract/sample';
import type { TaskConfig } from '../contract/tasks';
import { detail, type Detail } from '../contract/details';
import { Failure } from '../contract/failures';
import { type Example, type OnOpening, type PairSplit, type Split, type Task, type Tokenizer, type WrittenTokenizer } from './task';
import { ByteBpe } from './tokenizer/bpe';
import { trainBpe } from './tokenizer/bpe-training';
import { Characters } from './tokenizer/characters';
import { Imported } from './tokenizer/imported';
import { writtenBpe, writtenCharacters } from './tokenizer/written';
import { Rows, splitRows, SPLITS, textsOf, type Halves, type Ready } from './yours-rows';

/** Begins every text. */
const START = '<start>';
const SHOWN = 8;
/** More text than this teaches a small vocabulary little. Characters. */
const MOST_TEXT = 8e6;
/** Milliseconds between two looks at what else there is to do. */
const TURN = 50;
/** Which prompts are shown belongs to the data, not to a run. */
const DATA_SEED = 20261125;

interface Cutter {
  /** Index is the id; the token that begins every text is among them. */
  vocabulary: readonly string[];
  start: number;
  encode(text: string): number[];
  /** The start is passed over. */
  decode(tokens: readonly number[]): string;
  written(): WrittenTokenizer;
}

class Yours implements Task {
  readonly isVerifiable = false;
  readonly context: number;
  readonly cannot: Partial<Record<Lesson, Detail>>;
  readonly #ready: Halves<Ready>;

  constructor(
    ready: Halves<Ready>,
    readonly tokenizer: Tokenizer,
    private readonly cutter: Cutter,
    readonly notes: Detail,
    { context }: TaskConfig<'yours'>,
    isAlone: boolean,
  ) {
    this.#ready = ready;
    this.context = context;
    this.cannot = missingIn(ready.train, isAlone);
    if (ready.train.marked.length > 0) this.marked = (split) => this.#ready[split].marked;
  }

  marked?: NonNullable<Task['marked']>;

  corpus(split: Split) {
    return this.#ready[split].texts;
  }

  demonstrationCount(split: Split) {
    return this.#ready[split].demonstrations.length;
  }

  demonstration(split: Split, index: number): Example {
    return this.#ready[split].demonstrations[index]!; // an index below the count
  }

  /** Any text, also none: what the vocabulary lacks is spelled in bytes. */
  read(text: string) {
    return [this.cutter.start, ...this.cutter.encode(text)];
  }

  prompt(split: Split, random: Random) {
    const prompts = this.#promptsOf(split);
    return prompts[random.below(prompts.length)]!; // below the length
  }

  showcase() {
    const prompts = this.#promptsOf('held-out');
    return Random.of(DATA_SEED, 'yours/showcase').shuffle([...prompts]).slice(0, SHOWN);
  }

  pairs(split: PairSplit) {
    if (split === 'seen') return [];
    return this.#ready[split === 'train' ? 'train' : 'held-out'].pairs;
  }

  /** Where everything is one prompt, none is held out: answers are then looked at where they were learned. */
  #promptsOf(split: Split) {
    const { prompts } = this.#ready[split];
    return prompts.length > 0 ? prompts : this.#ready.train.prompts;
  }
}

/** What these rows cannot teach, and why. */
function missingIn({ texts, demonstrations, pairs, marked }: Ready, isAlone: boolean): Yours['cannot'] {
  if (isAlone) return Object.fromEntries((['texts', 'demonstrations', 'pairs', 'marks'] satisfies Lesson[]).map((lesson) => [lesson, detail('no-data-chosen')]));
  return {
    ...(texts.length === 0 && { texts: detail('no-texts') }),
    ...(demonstrations.length === 0 && { demonstrations: detail('no-demonstrations') }),
    ...(pairs.length === 0 && { pairs: detail('no-sides') }),
    ...(pairs.length === 0 && marked.length === 0 && { marks: detail('no-marks') }),
  };
}

/** Gives way now and then, so that a worker can tell how far it is. */
class Turns {
  #last = performance.now();

  constructor(private readonly onProgress: OnOpening) {}

  async give(says: () => Detail): Promise<void> {
    if (performance.now() - this.#last < TURN) return;
    this.onProgress(says());
    await new Promise<void>((done) => setTimeout(done));
    this.#last = performance.now();
  }
}

async function cutterOf(texts: Iterable<string>, { tokenizer, vocabulary, pieces }: TaskConfig<'yours'>, turns: Turns): Promise<Cutter> {
  if (tokenizer === 'imported') {
    if (!pieces) throw new Failure('no-imported-tokens');
    return new Imported(pieces);
  }
  if (tokenizer === 'characters') {
    const characters = Characters.of(texts);
    return withStart(characters, () => writtenCharacters(characters, START));
  }
  const training = trainBpe(atMost(texts, MOST_TEXT), vocabulary);
  for (;;) {
    const { done, value } = training.next();
    if (done) {
      const bpe = new ByteBpe(value);
      return withStart(bpe, () => writtenBpe(bpe, START));
    }
    await turns.give(() => detail('learning-vocabulary', value.learned, value.wanted));
  }
}

/** A learned vocabulary has no start: it stands behind all others. */
function withStart(cutter: ByteBpe | Characters, written: Cutter['written']): Cutter {
  const start = cutter.vocabulary.length;
  return { vocabulary: [...cutter.vocabulary, START], start, encode: (text) => cutter.encode(text), decode: (tokens) => cutter.decode(tokens.filter((token) => token !== start)), written };
}

function* atMost(texts: Iterable<string>, characters: number): Generator<string> {
  let left = characters;
  for (const text of texts) {
    if (left <= 0) return;
    left -= text.length;
    yield text;
  }
}

/** A token as it is shown: what draws nothing gets a sign, and a piece of a character its bytes. */
function label(cutter: Cutter, token: number): string {
  if (token < 2 || token === cutter.start) return cutter.vocabulary[token]!; // padding, end and start
  const text = cutter.decode([token]);
  if (text === '' || text.includes('\uFFFD')) return cutter.vocabulary[token]!;
  return text.replaceAll(' ', '␣').replaceAll('\n', '↵').replaceAll('\t', '⇥').replace(/[\p{Cc}\p{Cs}]/gu, (sign) => `<U+${sign.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}>`); // a match has a code
}

/** Throws `unfit-data` and `no-imported-tokens`. */
export async function openYours(samples: readonly Sample[], config: TaskConfig<'yours'>, onProgress: OnOpening = () => {}): Promise<Task> {
  const isAlone = samples.length === 0 && config.tokenizer === 'imported';
  if (samples.length === 0 && !isAlone) throw new Failure('unfit-data', detail('empty-data'));
  const turns = new Turns(onProgress);
  const halves = splitRows(samples.slice(0, config.rows), config.heldOut);
  const cutter = await cutterOf(textsOf(halves.train), config, turns);
  const ready = { train: new Rows(cutter, config), 'held-out': new Rows(cutter, config) };
  for (const split of SPLITS) {
    for (const [i, row] of halves[split].entries()) {
      ready[split].add(row);
      await turns.give(() => detail('cutting-texts', i + 1, halves[split].length));
    }
  }
  if (isAlone) ready.train.prompts.push([cutter.start]); // whatever it begins with
  if (ready.train.prompts.length === 0) throw new Failure('unfit-data', detail('no-row-left', halves.train.length, config.context));
  const tokenizer: Tokenizer = {
    vocabulary: cutter.vocabulary.map((_, token) => label(cutter, token)),
    decode: (tokens) => cutter.decode(tokens),
    written: () => cutter.written(),
  };
  return new Yours(ready, tokenizer, cutter, isAlone ? detail('no-rows') : notesOn(halves, ready, samples.length, config), config, isAlone);
}

function notesOn(halves: Halves<readonly unknown[]>, ready: Halves<Ready>, brought: number, { rows, context, long }: TaskConfig<'yours'>): Detail {
  const total = (of: (half: Ready) => number) => of(ready.train) + of(ready['held-out']);
  const [tooLong, alike] = [total(({ left }) => left.long), total(({ left }) => left.alike)];
  return detail('together',
    detail('rows-to-learn', halves.train.length, halves['held-out'].length),
    ...(brought === rows ? [detail('first-rows', rows)] : []),
    ...(tooLong > 0 ? [detail('long-rows', tooLong, context, long === 'drop')] : []),
    ...(alike > 0 ? [detail('alike-rows', alike)] : []),
  );
}
