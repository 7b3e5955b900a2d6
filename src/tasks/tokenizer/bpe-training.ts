/**
 * Byte-pair encoding learned from text (Gage 1994; Sennrich et al. 2016), on bytes as in GPT-2 (Radford et al. 2019): the commonest pair of neighbouring
 * tokens becomes a token, again and again. Words are counted once and weighted; after a merge only the words that hold the pair are counted again.
 * Of equally common pairs the one with the lower ids comes first, as in Hugging Face's trainer, so both learn the same merges.
 */
import { BYTE_ORDER, bytesOf, WORDS } from './bytes';

/** Ids 0 and 1 are padding and end; then 256 bytes; then merges, in the order learned. */
export const FIRST_BYTE = 2;
export const FIRST_MERGE = FIRST_BYTE + 256;
/** A token's id must fit the engines' tables and a pair of them a number. */
export const LARGEST_VOCABULARY = 65_536;

/** Two tokens that became one; its id is its place plus FIRST_MERGE. */
export type Merge = readonly [left: number, right: number];

/** Id of each byte. */
export const BYTE_IDS: readonly number[] = (() => {
  const ids: number[] = Array.from({ length: 256 }, () => 0);
  BYTE_ORDER.forEach((byte, place) => (ids[byte] = FIRST_BYTE + place));
  return ids;
})();

export const idsOf = (word: string): number[] => Array.from(bytesOf(word), (byte) => BYTE_IDS[byte]!); // a byte has an id

export interface Progress {
  learned: number;
  wanted: number;
}

interface Word {
  tokens: number[];
  count: number;
}

const keyOf = (left: number, right: number): number => left * LARGEST_VOCABULARY + right;

/** How often each word stands in the texts. */
function wordsOf(texts: Iterable<string>): Word[] {
  const counts = new Map<string, number>();
  for (const text of texts) for (const [word] of text.matchAll(WORDS)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Array.from(counts, ([word, count]) => ({ tokens: idsOf(word), count }));
}

/** Counts of neighbouring pairs, and which words hold each. */
class Pairs {
  readonly #counts = new Map<number, number>();
  readonly #places = new Map<number, Set<number>>();

  /** @param sign 1 adds a word's pairs, −1 takes them away */
  count({ tokens, count }: Word, place: number, sign: 1 | -1): void {
    for (let i = 0; i + 1 < tokens.length; i++) {
      const key = keyOf(tokens[i]!, tokens[i + 1]!); // below the length
      const now = (this.#counts.get(key) ?? 0) + sign * count;
      if (now > 0) this.#counts.set(key, now);
      else this.#counts.delete(key);
      if (sign === 1) {
        const places = this.#places.get(key);
        if (places) places.add(place);
        else this.#places.set(key, new Set([place]));
      }
    }
  }

  /** The commonest pair that stands at least so often, and the words that may hold it. */
  take(least: number): { merge: Merge; places: readonly number[] } | undefined {
    let [best, most] = [-1, least - 1];
    for (const [key, count] of this.#counts) {
      if (count > most || (count === most && best >= 0 && key < best)) [best, most] = [key, count];
    }
    if (best < 0) return undefined;
    const places = [...this.#places.get(best)!]; // counted, so it stands somewhere
    this.#places.delete(best);
    return { merge: [Math.floor(best / LARGEST_VOCABULARY), best % LARGEST_VOCABULARY], places };
  }
}

/** Every place of the pair, from the left, becomes one token. In place. */
export function joinPair(tokens: number[], [left, right]: Merge, id: number): void {
  let end = 0;
  for (let i = 0; i < tokens.length; i++) {
    const isPair = tokens[i] === left && tokens[i + 1] === right;
    tokens[end++] = isPair ? id : tokens[i]!; // below the length
    if (isPair) i += 1;
  }
  tokens.length = end;
}

/**
 * @param size tokens of the vocabulary, at least FIRST_MERGE; fewer come out where no pair stands twice any more
 * @yields after every few merges, so that a worker can tell how far it is and hear a stop
 */
export function* trainBpe(texts: Iterable<string>, size: number): Generator<Progress, Merge[]> {
  if (!(Number.isInteger(size) && size >= FIRST_MERGE && size <= LARGEST_VOCABULARY)) throw new Error(`trainBpe: want ${FIRST_MERGE} to ${LARGEST_VOCABULARY} tokens, got ${size}`);
  const words = wordsOf(texts);
  const pairs = new Pairs();
  words.forEach((word, place) => pairs.count(word, place, 1));
  const merges: Merge[] = [];
  const wanted = size - FIRST_MERGE;
  while (merges.length < wanted) {
    const next = pairs.take(2);
    if (!next) break;
    const id = FIRST_MERGE + merges.length;
    for (const place of next.places) {
      const word = words[place]!; // a place among the words
      pairs.count(word, place, -1);
      joinPair(word.tokens, next.merge, id);
      pairs.count(word, place, 1);
    }
    merges.push(next.merge);
    if (merges.length % 16 === 0) yield { learned: merges.length, wanted };
  }
  return merges;
}
