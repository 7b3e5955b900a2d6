/** From the rows of somebody's data to the texts that a task hands out, as tokens: which are held out, what fits, what each kind of row can teach. Pure. */
import type { Sample, Text } from '../contract/sample';
import { plain } from '../formats/sample';
import { placeOf } from '../formats/summary';
import { EOS, type Example, type MarkedExample, type PreferencePair, type Split } from './task';

export interface Halves<Item> {
  train: Item;
  'held-out': Item;
}

/** A row as plain text: what is asked, and what answers it. A text by itself has no prompt. */
export interface PlainRow {
  kind: Sample['kind'];
  prompt: string | undefined;
  answers: readonly string[];
  isGood: boolean;
  /** How sure the label of a pair is, where the row says so. */
  probability: number | undefined;
}

const answer = (text: Text): string => plain(text, 'completion');

function plainRow(sample: Sample): PlainRow {
  const row = (answers: readonly string[], more: Partial<PlainRow> = {}): PlainRow => ({ kind: sample.kind, prompt: sample.kind === 'text' ? undefined : plain(sample.prompt, 'prompt'), answers, isGood: true, probability: undefined, ...more });
  switch (sample.kind) {
    case 'preference': {
      const { probability } = sample.extra;
      return row([answer(sample.chosen), answer(sample.rejected)], typeof probability === 'number' && probability > 0 && probability < 1 ? { probability } : {});
    }
    case 'unpaired': return row([answer(sample.completion)], { isGood: sample.label });
    case 'completion': return row([answer(sample.completion)]);
    case 'text': return row([plain(sample.text, 'whole')]);
    case 'prompt': return row([]);
  }
}

/**
 * Rows of one prompt are on one side. Where the share leaves a side empty and there are two prompts at least, the nearest goes there:
 * nothing can be trained on no row, and nothing measured.
 */
export function splitRows(samples: readonly Sample[], share: number): Halves<PlainRow[]> {
  const places = samples.map(placeOf);
  const all = [...new Set(places)].sort((a, b) => a - b);
  const [lowest = 0, next = 1] = all;
  const bound = all.length < 2 ? 0 : lowest >= share ? next : all.at(-1)! < share ? all.at(-1)! : share; // at least two
  const of = (isHeldOut: boolean) => samples.filter((_, i) => places[i]! < bound === isHeldOut).map(plainRow); // a place each
  return { train: of(false), 'held-out': of(true) };
}

/** All texts of some rows, each as often as it stands there. */
export function* textsOf(rows: readonly PlainRow[]): Generator<string> {
  for (const { prompt, answers } of rows) {
    if (prompt !== undefined) yield prompt;
    yield* answers;
  }
}

interface Encoder {
  encode(text: string): number[];
  /** Begins every text, so that an empty prompt is one too. */
  start: number;
}

export interface Room {
  context: number;
  long: 'truncate' | 'drop';
}

export interface Left {
  /** Rows with more tokens than the context: cut, or left out. */
  long: number;
  /** Pairs whose sides are the same, as they are or after they were cut. */
  alike: number;
}

export interface Ready {
  texts: number[][];
  demonstrations: Example[];
  prompts: number[][];
  pairs: PreferencePair[];
  marked: MarkedExample[];
  left: Left;
}

/** An answer has room for one token and its end. */
const LEAST_ANSWER = 2;

export class Rows implements Ready {
  readonly texts: number[][] = [];
  readonly demonstrations: Example[] = [];
  readonly prompts: number[][] = [];
  readonly pairs: PreferencePair[] = [];
  readonly marked: MarkedExample[] = [];
  readonly left: Left = { long: 0, alike: 0 };
  readonly #met = new Set<string>();

  constructor(
    private readonly encoder: Encoder,
    private readonly room: Room,
  ) {}

  add({ kind, prompt, answers, isGood, probability }: PlainRow): void {
    const fitted = this.#fitted([this.encoder.start, ...(prompt === undefined ? [] : this.encoder.encode(prompt))], answers.map((text) => [...this.encoder.encode(text), EOS]));
    if (!fitted) return;
    const { start, sides } = fitted;
    const [first = [], second = []] = sides;
    if (kind === 'text') {
      this.#text(start, first);
      this.#prompt(beginning([...start, ...first]));
      return;
    }
    if (kind === 'preference' && isSame(first, second)) {
      this.left.alike += 1;
      return;
    }
    this.#prompt(start);
    for (const side of sides) this.#text(start, side);
    if (kind === 'preference') this.pairs.push({ prompt: start, chosen: first, rejected: second, ...(probability !== undefined && { probability }) });
    if (kind === 'unpaired') this.marked.push({ prompt: start, completion: first, isGood });
    if (kind !== 'prompt' && isGood) this.demonstrations.push({ prompt: start, completion: first });
  }

  /** Each text once, however many rows it stands in: how common it is belongs to the preferences. */
  #text(prompt: readonly number[], completion: readonly number[]): void {
    const text = [...prompt, ...completion];
    if (this.#isNew('text', text)) this.texts.push(text);
  }

  #prompt(prompt: readonly number[]): void {
    if (this.#isNew('prompt', prompt)) this.prompts.push([...prompt]);
  }

  #isNew(what: string, tokens: readonly number[]): boolean {
    const key = `${what} ${tokens.join()}`;
    if (this.#met.has(key)) return false;
    this.#met.add(key);
    return true;
  }

  /** What the model can read of a row; undefined where the row is left out. */
  #fitted(prompt: readonly number[], sides: readonly (readonly number[])[]): { start: readonly number[]; sides: readonly (readonly number[])[] } | undefined {
    const { context, long } = this.room;
    const longest = Math.max(LEAST_ANSWER, ...sides.map((side) => side.length));
    if (prompt.length + longest <= context) return { start: prompt, sides };
    this.left.long += 1;
    if (long === 'drop') return undefined;
    // The end of a prompt is what is answered: it keeps that, in half of the context where the answers fill the rest.
    const kept = Math.min(prompt.length, Math.max(Math.floor(context / 2), context - longest));
    const start = kept === prompt.length ? prompt : [this.encoder.start, ...prompt.slice(prompt.length - kept + 1)];
    return { start, sides: sides.map((side) => side.slice(0, context - kept)) };
  }
}

const isSame = (one: readonly number[], other: readonly number[]): boolean => one.length === other.length && one.every((token, t) => token === other[t]);

/** Of a text, what may be asked to be gone on with: a quarter of it, with its start. */
const beginning = (text: readonly number[]): readonly number[] => text.slice(0, 1 + Math.floor((text.length - 2) / 4));

export const SPLITS: readonly Split[] = ['train', 'held-out'];
