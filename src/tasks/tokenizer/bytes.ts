/**
 * Text as bytes and back, and bytes as the printable characters that GPT-2 and Hugging Face write them as (Radford et al. 2019).
 * Every string survives: what is no proper Unicode (half of a surrogate pair, as in a cut emoji) is written as WTF-8 writes it, three bytes for the half.
 */

const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

const HALF = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** UTF-8, with halves of surrogate pairs as three bytes each. */
export function bytesOf(text: string): Uint8Array {
  const whole: number[] = [];
  let at = 0;
  for (const { 0: half, index } of text.matchAll(HALF)) {
    const code = half.charCodeAt(0);
    whole.push(...encoder.encode(text.slice(at, index)), 0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    at = index + 1;
  }
  return at === 0 ? encoder.encode(text) : Uint8Array.from([...whole, ...encoder.encode(text.slice(at))]);
}

/** What `bytesOf` made becomes what it was; bytes that are no text (a token cut in two) become U+FFFD. */
export function textOf(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return withHalves(bytes);
  }
}

/** A half of a surrogate pair is ED A0..BF xx; nothing else in UTF-8 begins so. */
function withHalves(bytes: Uint8Array): string {
  let text = '';
  let at = 0;
  for (let i = 0; i + 2 < bytes.length; i++) {
    const [first, second, third] = [bytes[i]!, bytes[i + 1]!, bytes[i + 2]!]; // below the length
    if (first !== 0xed || second < 0xa0 || second > 0xbf || (third & 0xc0) !== 0x80) continue;
    text += lenient.decode(bytes.subarray(at, i)) + String.fromCharCode(((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f));
    at = i + 3;
    i += 2;
  }
  return text + lenient.decode(bytes.subarray(at));
}

/** Bytes that are printable by themselves in Latin-1; the others are written as characters from U+0100 on, in order. */
const isPrintable = (byte: number): boolean => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;

/** Character of each byte. */
export const CHARACTERS: readonly string[] = (() => {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++));
})();

const BYTES = new Map(CHARACTERS.map((character, byte) => [character, byte]));

/** Byte of a character as above; undefined for any other character. */
export const byteOf = (character: string): number | undefined => BYTES.get(character);

/** The 256 bytes in the order of their characters, which is the order Hugging Face gives them ids in. */
export const BYTE_ORDER: readonly number[] = Array.from({ length: 256 }, (_, byte) => byte).toSorted((a, b) => CHARACTERS[a]!.charCodeAt(0) - CHARACTERS[b]!.charCodeAt(0)); // each has one

/** GPT-2's cut of a text into words: merges never reach over a border. The pieces put together are the text. */
export const WORDS = /'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;
