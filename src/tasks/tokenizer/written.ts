/** The tokenizers of tasks as Hugging Face's libraries read them: the same ids for the same text. */
import { EOS, PAD, type WrittenTokenizer } from '../task';
import type { ByteBpe } from './bpe';
import { CHARACTERS } from './bytes';
import type { Characters } from './characters';
import { tokenizerFile } from './tokenizer-file';
import { tokenizerJson } from './tokenizer-json';

/** In every file, whatever the page draws for them. */
export const PADDING_NAME = '<pad>';
export const END_NAME = '<eos>';

/** Pieces of words. @param start name of the token that begins every text, behind all others */
export const writtenBpe = (bpe: ByteBpe, start?: string): WrittenTokenizer => ({
  json: tokenizerJson(bpe, start),
  ...(start !== undefined && { start }),
  says: 'Any text has tokens: what is no known piece is spelled in bytes.',
  spell: (tokens) => bpe.decode(tokens),
});

/** A token a character, and no other characters. @param vocabulary single characters behind padding and end */
export function writtenAlphabet(vocabulary: readonly string[]): WrittenTokenizer {
  const named = vocabulary.map((token, id) => (id === PAD ? PADDING_NAME : id === EOS ? END_NAME : token));
  return {
    json: tokenizerFile({ vocabulary: named, decoder: { type: 'Fuse' } }),
    says: `It knows these characters and leaves out all others: ${named.slice(EOS + 1).join(' ')}`,
    spell: (tokens) => tokens.filter((token) => token !== PAD && token !== EOS).map((token) => vocabulary[token]).join(''),
  };
}

/**
 * A token a character, others in halves of bytes. Known characters are found first; what is left goes through GPT-2's characters for bytes to two signs for each byte, from a block of Unicode
 * that no script uses. Reading is exact; put together again, halves stay what they are (`<e><2>`), since no decoder of theirs joins them.
 */
export function writtenCharacters(cutter: Characters, start: string): WrittenTokenizer {
  const sign = (half: number) => String.fromCharCode(0xe000 + half);
  const halves = cutter.vocabulary.length - cutter.characters.length; // with padding and end before them
  const vocabulary = [...cutter.vocabulary.map((token, id) => (id > EOS && id < halves ? sign(id - EOS - 1) : token)), start];
  const replace = (from: string, to: string) => ({ type: 'Replace', pattern: { String: from }, content: to });
  return {
    json: tokenizerFile({
      vocabulary, start,
      whole: cutter.characters.map((_, i) => halves + i),
      normalizer: { type: 'Sequence', normalizers: [{ type: 'ByteLevel' }, ...CHARACTERS.map((character, byte) => replace(character, sign(byte >> 4) + sign(byte & 15)))] },
      decoder: { type: 'Sequence', decoders: [...cutter.vocabulary.slice(EOS + 1, halves).map((shown, half) => replace(sign(half), shown)), { type: 'Fuse' }] },
    }),
    start,
    says: 'Any text has tokens: a character that it does not know is spelled as two halves for each of its bytes, which are not put together again when tokens become text.',
    spell: (tokens) => cutter.decode(tokens),
  };
}
