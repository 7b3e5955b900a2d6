/**
 * The tokenizer of an imported model: byte-level BPE, and tokens that no merge makes. It cuts text as its own file says, with one departure: special tokens are never found in a text, so that no
 * row can end a text or begin one by writing a token's name. Ids are ours: padding and end are 0 and 1, then bytes, merges, and the others.
 */
import { detail, type Detail } from '../../contract/details';
import { Failure } from '../../contract/failures';
import type { Pieces } from '../../contract/tasks/pieces';
import { EOS, PAD, type WrittenTokenizer } from '../task';
import { ByteBpe } from './bpe';
import { BYTE_IDS, FIRST_BYTE, FIRST_MERGE, LARGEST_VOCABULARY, type Merge } from './bpe-training';
import { readTokenizerJson } from './tokenizer-json';
import { BYTE_LEVEL, tokenizerFile } from './tokenizer-file';

const refuse = (why: string | Detail) => new Failure('unreadable-tokenizer', why);
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

export class Imported {
  /** Index is the id; merges as Hugging Face writes them. */
  readonly vocabulary: readonly string[];
  readonly start: number;
  readonly #bpe: ByteBpe;
  readonly #found: RegExp | undefined;
  readonly #ids: ReadonlyMap<string, number>;
  readonly #pieces: Pieces;

  /** Throws `unreadable-tokenizer` where the pieces contradict themselves. */
  constructor(pieces: Pieces) {
    this.#pieces = pieces;
    this.#bpe = bpeOf(pieces);
    const { others, found, start } = pieces;
    const first = this.#bpe.vocabulary.length;
    this.vocabulary = [...this.#bpe.vocabulary, ...others];
    this.start = start;
    if (start !== EOS && (start < first || start >= this.vocabulary.length)) throw refuse(detail('no-start', start));
    if (found.some((place) => place >= others.length)) throw refuse(detail('no-such-token'));
    this.#ids = new Map(found.map((place) => [others[place]!, first + place])); // checked above
    // Of those that begin at one place the longest is meant.
    const names = [...this.#ids.keys()].toSorted((a, b) => b.length - a.length);
    this.#found = names.length > 0 ? new RegExp(names.map(escaped).join('|'), 'gu') : undefined;
  }

  /** Without an end or a start. */
  encode(text: string): number[] {
    if (!this.#found) return this.#bpe.encode(text);
    const tokens: number[] = [];
    let at = 0;
    for (const { 0: name, index } of text.matchAll(this.#found)) {
      tokens.push(...this.#bpe.encode(text.slice(at, index)), this.#ids.get(name)!); // what the expression finds
      at = index + name.length;
    }
    tokens.push(...this.#bpe.encode(text.slice(at)));
    return tokens;
  }

  /** Padding, end and start are passed over; other tokens stand by their names. */
  decode(tokens: readonly number[]): string {
    const first = this.#bpe.vocabulary.length;
    let text = '';
    let run: number[] = [];
    for (const token of tokens) {
      if (token < first) run.push(token);
      else if (token !== this.start) {
        text += this.#bpe.decode(run) + (this.vocabulary[token] ?? '');
        run = [];
      }
    }
    return text + this.#bpe.decode(run);
  }

  /** In our numbering. */
  written(): WrittenTokenizer {
    const { found, others } = this.#pieces;
    const first = this.#bpe.vocabulary.length;
    const [whole, special] = [found.map((place) => first + place), others.flatMap((_, place) => (found.includes(place) || first + place === this.start ? [] : [first + place]))];
    const start = this.start === EOS ? undefined : this.vocabulary[this.start];
    return {
      json: tokenizerFile({ vocabulary: this.vocabulary, start, merges: this.#bpe.merges, whole, special, pre_tokenizer: BYTE_LEVEL, decoder: BYTE_LEVEL }),
      ...(start !== undefined && { start }),
      says: 'Any text has tokens: what is no known piece is spelled in bytes.',
      spell: (tokens) => this.decode(tokens),
    };
  }
}

function bpeOf({ merges }: Pieces): ByteBpe {
  const sides = merges === '' ? [] : merges.split(' ').map((side) => Number.parseInt(side, 36));
  if (sides.length % 2 !== 0 || sides.length / 2 > LARGEST_VOCABULARY - FIRST_MERGE) throw refuse(detail('no-merges'));
  const pairs = Array.from({ length: sides.length / 2 }, (_, i): Merge => [sides[2 * i]!, sides[2 * i + 1]!]); // even
  try {
    return new ByteBpe(pairs);
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error));
  }
}

/** Ids in the file, where the model's configuration has them. */
interface Known {
  /** Rows of the model's embedding. */
  vocabulary: number;
  start?: number | undefined;
  end?: number | undefined;
  padding?: number | undefined;
}

export interface ImportedTokens {
  pieces: Pieces;
  /** Id in the file of each of our tokens. Where the file has no padding, that of a byte that stands in no text: the model has learned never to write it. */
  ids: readonly number[];
  /** The padding is no token of the file. */
  isPaddingNew: boolean;
}

/** UTF-8 has no such byte. */
const NO_BYTE = 0xff;

type Plain = Record<string, unknown>;
const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a `tokenizer.json` holds, for a model with these rows. Throws `unreadable-tokenizer`, and `unreadable-model` where both are not of one model. */
export function importTokenizer(text: string, known: Known): ImportedTokens {
  const { bpe, ids: read, end: endName } = readTokenizerJson(text);
  const file: unknown = JSON.parse(text); // it was read
  if (!isPlain(file) || !isPlain(file['model'])) throw refuse(detail('no-model'));
  checkModel(file['model']);
  const added = addedTokens(file);
  const names = new Map<number, string>();
  for (const [name, id] of [...Object.entries(isPlain(file['model']['vocab']) ? file['model']['vocab'] : {}), ...added.map(({ content, id }) => [content, id] as const)]) {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0) throw refuse(detail('no-id', JSON.stringify(name)));
    if (names.has(id) && names.get(id) !== name) throw refuse(detail('same-id', id));
    names.set(id, name);
  }
  if (names.size !== known.vocabulary || [...names.keys()].some((id) => id >= known.vocabulary)) throw new Failure('unreadable-model', detail('unlike-model', names.size, known.vocabulary));

  const pieces = read.slice(FIRST_BYTE);
  const lacking = pieces.indexOf(-1);
  if (lacking >= 0) throw refuse(detail('lacks', JSON.stringify(bpe.vocabulary[FIRST_BYTE + lacking])));
  const made = new Set(pieces);
  const idOf = (name: string | undefined) => added.find(({ content }) => content === name)?.id;
  const isFree = (id: number | undefined): id is number => id !== undefined && !made.has(id);
  const end = [known.end, idOf(endName)].find(isFree);
  if (end === undefined) throw refuse(detail('no-end'));
  const padding = [known.padding, idOf('<pad>')].find((id) => isFree(id) && id !== end);
  const start = [startOf(file), known.start].find((id) => isFree(id) && id !== padding) ?? end;
  const others = [...names.keys()].filter((id) => !made.has(id) && id !== end && id !== padding && id !== start).sort((a, b) => a - b);
  if (start !== end) others.push(start);
  const found = others.flatMap((id, place) => (added.some((token) => token.id === id && !token.isSpecial) ? [place] : []));
  const double = added.find(({ id, isSpecial }) => !isSpecial && (made.has(id) || id === end || id === padding || id === start));
  if (double) throw refuse(detail('used-twice', JSON.stringify(double.content)));
  const called = others.map((id) => names.get(id)!); // ids of names
  const doubled = called.find((name) => name === '' || bpe.vocabulary[PAD] === name || bpe.vocabulary[EOS] === name);
  if (doubled !== undefined) throw refuse(detail('named-alike', JSON.stringify(doubled)));
  return {
    pieces: { merges: bpe.merges.flat().map((side) => side.toString(36)).join(' '), others: called, found, start: start === end ? EOS : bpe.vocabulary.length + others.length - 1 },
    ids: [padding ?? read[BYTE_IDS[NO_BYTE]!]!, end, ...pieces, ...others], // every byte has a token
    isPaddingNew: padding === undefined,
  };
}

/** Settings under which the same merges cut text otherwise. */
function checkModel(model: Plain): void {
  const set = ['dropout', 'continuing_subword_prefix', 'end_of_word_suffix', 'ignore_merges'].find((name) => ![undefined, null, '', false, 0].includes(model[name] as null)); // compared, whatever it is
  if (set !== undefined) throw refuse(detail('not-understood', set, JSON.stringify(model[set])));
}

interface Added {
  id: number;
  content: string;
  isSpecial: boolean;
}

function addedTokens(file: Plain): Added[] {
  const listed: unknown[] = Array.isArray(file['added_tokens']) ? file['added_tokens'] : [];
  return listed.filter(isPlain).map(({ id, content, special, single_word: isWord, lstrip, rstrip }): Added => {
    if (typeof id !== 'number' || typeof content !== 'string') throw refuse(detail('added-unnamed'));
    if (special !== true && (isWord === true || lstrip === true || rstrip === true)) throw refuse(detail('only-at-borders', JSON.stringify(content)));
    return { id, content, isSpecial: special === true };
  });
}

/** The token that the file itself puts before every text. */
function startOf(file: Plain): number | undefined {
  const processors = isPlain(file['post_processor']) && Array.isArray(file['post_processor']['processors']) ? file['post_processor']['processors'] : [file['post_processor']];
  for (const processor of processors) {
    if (processor === null || processor === undefined) continue;
    if (!isPlain(processor)) throw refuse(detail('post-processor'));
    if (processor['type'] === 'ByteLevel') continue;
    if (processor['type'] !== 'TemplateProcessing') throw refuse(detail('completes-by', String(processor['type'])));
    const [first] = Array.isArray(processor['single']) ? processor['single'] : [];
    const token = isPlain(first) && isPlain(first['SpecialToken']) ? first['SpecialToken']['id'] : undefined;
    const table = processor['special_tokens'];
    const entry = typeof token === 'string' && isPlain(table) && Object.hasOwn(table, token) ? table[token] : undefined;
    const ids = isPlain(entry) ? entry['ids'] : undefined;
    if (Array.isArray(ids) && ids.length === 1 && typeof ids[0] === 'number') return ids[0];
  }
  return undefined;
}
