/** Inputs that are nearly right: a good one changed in a few places. Everything follows from the random stream, so that a case can be made again. */
import type { Random } from '../../src/contract/random';

/** Pieces that readers stumble over: ends of numbers, of text and of nesting, names that objects have already, paths that lead out. */
const PIECES = [
  '', '\0', '\ufeff', '\ud7ff', '"', '\\', '\\u0000', '\\ud800', '{', '}', '[', ']', '[]', '{}', 'null', 'true', '0', '-0', '-1', '1e309', '1e-400', '9007199254740993', '4294967296', '0.5', '"NaN"', 'NaN', 'Infinity', ':', ',',
  '\n', '\r\n', '\n\n', ' ', '__proto__', 'constructor', 'toString', '../', '/', 'C:\\', '%00', '%', '&set=', '=', '#', '['.repeat(3000), '{"a":'.repeat(3000), 'x'.repeat(5000),
].map((text) => new TextEncoder().encode(text));
/** And pieces that are no text. */
const RAW = [[0xff], [0xc3, 0x28], [0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff], [0xff, 0xff, 0xff, 0x7f], [0x50, 0x4b, 3, 4], [0x50, 0x4b, 1, 2], [0x50, 0x4b, 5, 6]].map((bytes) => Uint8Array.from(bytes));

export const pick = <Item>(items: readonly Item[], random: Random): Item => items[random.below(items.length)]!; // below its length

/** From one place to another, near each other more often than not. */
function range({ length }: Uint8Array, random: Random): [number, number] {
  const from = random.below(length + 1);
  return [from, Math.min(length, from + random.below(2 ** (1 + random.below(12))))];
}

const spliced = (bytes: Uint8Array, [from, to]: [number, number], piece: Uint8Array): Uint8Array<ArrayBuffer> => {
  const made = new Uint8Array(bytes.length - (to - from) + piece.length);
  made.set(bytes.subarray(0, from));
  made.set(piece, from);
  made.set(bytes.subarray(to), from + piece.length);
  return made;
};

type Change = (bytes: Uint8Array<ArrayBuffer>, random: Random) => Uint8Array<ArrayBuffer>;

const CHANGES: readonly Change[] = [
  (bytes, random) => {
    const made = bytes.slice();
    if (made.length > 0) made[random.below(made.length)]! ^= 1 << random.below(8);
    return made;
  },
  (bytes, random) => {
    const made = bytes.slice();
    if (made.length > 0) made[random.below(made.length)] = random.below(256);
    return made;
  },
  (bytes, random) => spliced(bytes, range(bytes, random), new Uint8Array()),
  (bytes, random) => spliced(bytes, range(bytes, random), pick(PIECES, random)),
  (bytes, random) => spliced(bytes, range(bytes, random), pick(RAW, random)),
  (bytes, random) => {
    const at = random.below(bytes.length + 1);
    return spliced(bytes, [at, at], pick(PIECES, random));
  },
  (bytes, random) => {
    const [from, to] = range(bytes, random);
    return spliced(bytes, [to, to], bytes.subarray(from, to));
  },
  (bytes, random) => spliced(bytes, range(bytes, random), bytes.subarray(...range(bytes, random))),
  (bytes, random) => bytes.slice(0, random.below(bytes.length + 1)),
  // A number in a text becomes another one.
  (bytes, random) => {
    const text = Buffer.from(bytes).toString('latin1');
    const numbers = [...text.matchAll(/-?\d+(\.\d+)?/g)];
    if (numbers.length === 0) return bytes;
    const { 0: found, index } = pick(numbers, random);
    return spliced(bytes, [index, index + found.length], new TextEncoder().encode(pick(['0', '-1', '1', '2', '1.5', '100', '65536', '4294967295', '9007199254740991', '1e308', 'null', '"1"'], random)));
  },
];

/** Changed in one place, or in up to four. */
export function mutated(bytes: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  let made = bytes;
  for (let left = random.below(2) === 0 ? 1 : 1 + random.below(4); left > 0; left--) made = pick(CHANGES, random)(made, random);
  return made;
}
