/** A token a character. Characters that it was not made with are spelled in bytes, each as two tokens, so that no text is unknown to it and none is lost. */
import { EOS, PAD } from '../task';
import { bytesOf, textOf } from './bytes';

/** Tokens of the sixteen halves of a byte, as hexadecimal digits. */
const FIRST_HALF = 2;
const HALVES = 16;
const FIRST_CHARACTER = FIRST_HALF + HALVES;

/** The commonest come first and rare ones are left out: more tokens than this make a small model slow for little. */
export const MOST_CHARACTERS = 1024;

export class Characters {
  /** Index is the id. */
  readonly vocabulary: readonly string[];
  readonly #ids: ReadonlyMap<string, number>;

  /** @param characters all different */
  constructor(readonly characters: readonly string[]) {
    this.#ids = new Map(characters.map((character, i) => [character, FIRST_CHARACTER + i]));
    const halves = Array.from({ length: HALVES }, (_, half) => `<${half.toString(16)}>`);
    this.vocabulary = ['<pad>', '<eos>', ...halves, ...characters];
  }

  /** The characters of some texts, commonest first, of equally common ones the lower code first. */
  static of(texts: Iterable<string>): Characters {
    const counts = new Map<string, number>();
    for (const text of texts) for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
    const byCount = [...counts].sort(([a, m], [b, n]) => n - m || a.codePointAt(0)! - b.codePointAt(0)!); // a character has a code
    return new Characters(byCount.slice(0, MOST_CHARACTERS).map(([character]) => character));
  }

  /** Without an end. */
  encode(text: string): number[] {
    return [...text].flatMap((character) => {
      const id = this.#ids.get(character);
      return id === undefined ? Array.from(bytesOf(character)).flatMap((byte) => [FIRST_HALF + (byte >> 4), FIRST_HALF + (byte & 15)]) : [id];
    });
  }

  /** Padding and end are passed over, and so is half a byte without its other half. */
  decode(tokens: readonly number[]): string {
    let text = '';
    let halves: number[] = [];
    const spell = () => {
      if (halves.length === 0) return;
      text += textOf(Uint8Array.from({ length: halves.length >> 1 }, (_, i) => (halves[2 * i]! << 4) | halves[2 * i + 1]!)); // below half the length
      halves = [];
    };
    for (const token of tokens) {
      if (token === PAD || token === EOS) continue;
      if (token < FIRST_CHARACTER) halves.push(token - FIRST_HALF);
      else {
        spell();
        text += this.characters[token - FIRST_CHARACTER] ?? '';
      }
    }
    spell();
    return text;
  }
}
