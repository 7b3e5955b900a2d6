/** Tokens of a byte-level BPE as a person may read them: a space that begins one is ␣, a byte that is no character by itself is written as a number. No two look alike. */
import { EOS, PAD } from '../task';
import { byteOf } from './bytes';
import type { ByteBpe } from './bpe';

/** Those of padding and end as in the other tasks. */
const SIGNS: Readonly<Record<number, string>> = { [PAD]: '▁', [EOS]: '⏎' };

export function printable(bpe: ByteBpe): string[] {
  return bpe.vocabulary.map((token, id) => SIGNS[id] ?? shown(bpe.decode([id]), token));
}

/** @param token as Hugging Face writes it, a character a byte */
function shown(text: string, token: string): string {
  const isText = /^ ?[^\s\p{C}\uFFFD▁⏎␣]*$/u.test(text) && text !== '';
  return isText ? text.replace(' ', '␣') : [...token].map((character) => `<${byteOf(character)!.toString(16).padStart(2, '0')}>`).join(''); // each stands for a byte
}
