/** A byte-level BPE tokenizer from its merges: text to tokens and back. No text is unknown to it, and none is lost. */
import { EOS, PAD } from '../task';
import { BYTE_ORDER, CHARACTERS, textOf, WORDS } from './bytes';
import { FIRST_BYTE, FIRST_MERGE, idsOf, joinPair, type Merge } from './bpe-training';

/** Words whose tokens are remembered; a text repeats few. */
const REMEMBERED = 50_000;

export class ByteBpe {
  readonly merges: readonly Merge[];
  /** As Hugging Face writes them; index is the id. Those of padding and end can be no bytes. */
  readonly vocabulary: readonly string[];
  readonly #bytes: readonly (readonly number[])[];
  readonly #ranks: ReadonlyMap<string, number>;
  readonly #known = new Map<string, readonly number[]>();

  /** Throws where a merge joins what has no id yet. */
  constructor(merges: readonly Merge[]) {
    const bytes: (readonly number[])[] = [[], [], ...BYTE_ORDER.map((byte) => [byte])];
    for (const [left, right] of merges) {
      const [a, b] = [bytes[left], bytes[right]];
      if (!a || !b || left < FIRST_BYTE || right < FIRST_BYTE) throw new Error(`ByteBpe: want merges of tokens ${FIRST_BYTE} to ${bytes.length - 1}, got ${left} and ${right}`);
      bytes.push([...a, ...b]);
    }
    this.merges = merges;
    this.#bytes = bytes;
    this.#ranks = new Map(merges.map(([left, right], rank) => [`${left} ${right}`, rank]));
    this.vocabulary = bytes.map((token, id) => (id === PAD ? '<pad>' : id === EOS ? '<eos>' : token.map((byte) => CHARACTERS[byte]).join('')));
  }

  /** Without an end; the tokens of the text's words one after the other. */
  encode(text: string): number[] {
    const tokens: number[] = [];
    for (const [word] of text.matchAll(WORDS)) tokens.push(...this.#tokensOf(word));
    return tokens;
  }

  /** Padding and end are passed over. A token that ends in the middle of a character gives U+FFFD for it. */
  decode(tokens: readonly number[]): string {
    return textOf(Uint8Array.from(tokens.flatMap((token) => this.#bytes[token] ?? [])));
  }

  #tokensOf(word: string): readonly number[] {
    const known = this.#known.get(word);
    if (known) return known;
    const tokens = idsOf(word);
    for (;;) {
      const rank = this.#lowestRank(tokens);
      if (rank === undefined) break;
      joinPair(tokens, this.merges[rank]!, FIRST_MERGE + rank); // a rank is a place in the list
    }
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(word, tokens);
    return tokens;
  }

  /** Of the neighbouring pairs, the one that was learned first. */
  #lowestRank(tokens: readonly number[]): number | undefined {
    let lowest: number | undefined;
    for (let i = 0; i + 1 < tokens.length; i++) {
      const rank = this.#ranks.get(`${tokens[i]} ${tokens[i + 1]}`);
      if (rank !== undefined && (lowest === undefined || rank < lowest)) lowest = rank;
    }
    return lowest;
  }
}
