/** What Hugging Face's libraries are held against: models whose every number is drawn, so that no name is mapped by luck, prompts, and tokenizers with texts. Always the same. */
import { parameterShapes, sizeOf, type ModelShape } from '../../src/contract/model-shape';
import { Random } from '../../src/contract/random';
import { modelFolder } from '../../src/storage/hugging-face/model-folder';
import { EOS, PAD, TASKS, type WrittenTokenizer } from '../../src/tasks';
import { sentences } from '../../src/tasks/sentences';
import { ByteBpe } from '../../src/tasks/tokenizer/bpe';
import { trainBpe } from '../../src/tasks/tokenizer/bpe-training';
import { Characters } from '../../src/tasks/tokenizer/characters';
import { END_NAME, PADDING_NAME, writtenAlphabet, writtenBpe, writtenCharacters } from '../../src/tasks/tokenizer/written';
import golden from '../golden/bpe.json';

const ALPHABET = TASKS.names.vocabulary;
/** Heads of 8 numbers, two layers, and a longest text of 12. */
export const SHAPE: ModelShape = { width: 32, layers: 2, heads: 4, vocabulary: ALPHABET.length, context: 12 };
export const PROMPTS = 50;

/** Wider than GPT-2's start, biases and norms too, so that each of them matters. */
export const weightsOf = (head: 'none' | 'score'): Map<string, Float32Array> =>
  new Map(Object.entries(parameterShapes(SHAPE, head)).map(([name, shape]) => [name, Random.of(5, `interop/${name}`).normals(sizeOf(shape), 0.3)]));

export function folderOf(head: 'none' | 'score', isHalf = false): Map<string, Uint8Array<ArrayBuffer>> {
  const { json } = writtenAlphabet(ALPHABET);
  return modelFolder({ shape: SHAPE, head, weights: weightsOf(head), ids: { pad: PAD, end: EOS, start: EOS }, names: { pad: PADDING_NAME, end: END_NAME }, tokenizer: json, card: '# Interop\n', isHalf });
}

/** Of all lengths that the context holds. */
export function prompts(): number[][] {
  const random = Random.of(5, 'interop/prompts');
  return Array.from({ length: PROMPTS }, (_, i) => Array.from({ length: 1 + (i % SHAPE.context) }, () => EOS + 1 + random.below(SHAPE.vocabulary - EOS - 1)));
}

export interface TokenizerCase {
  name: string;
  written: WrittenTokenizer;
  encode(text: string): number[];
  texts: string[];
}

const STRINGS = 1000;
/** Words, white space of many kinds, contractions, other scripts, signs beyond the first plane, control characters. */
const PIECES = ['the', ' dog', ' 12', "it's", " we'll", '  ', '\n', '\t', '\r\n', ' ', 'é', 'ß', 'Ω', '日本', '語', '😀', '👩‍👩‍👧', '\u00a0', '\u2003', '\u0000', '\u007f', '!?', ' -', '€', '½', 'ǅ', '\u0301', 'Ġ', '<', '>', '[UNK]', 'a', 'b', ' A', 'ı', '\ufffd', '\ue005'];

function strings(pieces: readonly string[], name: string): string[] {
  const random = Random.of(5, `interop/strings/${name}`);
  return Array.from({ length: STRINGS }, () => Array.from({ length: random.below(12) }, () => pieces[random.below(pieces.length)]!).join('')); // below the length
}

function learned(): ByteBpe {
  const training = trainBpe(golden.texts, golden.size);
  for (;;) {
    const { done, value } = training.next();
    if (done) return new ByteBpe(value);
  }
}

/** One for each way that a task cuts texts. */
export async function tokenizers(readFile: (name: string) => Promise<string>): Promise<TokenizerCase[]> {
  const [bpe, characters] = [learned(), Characters.of(golden.texts)];
  const task = await sentences.open(await readFile('data/sentences.txt'), { id: 'sentences', pairs: 64, raters: 1, labels: 'votes' });
  const corpus = [...task.corpus('held-out'), ...task.corpus('train')].slice(0, STRINGS).map((tokens) => task.tokenizer.decode(tokens));
  const begun = (size: number, encode: (text: string) => number[]) => (text: string) => [size, ...encode(text)];
  return [
    { name: 'alphabet', written: writtenAlphabet(ALPHABET), encode: (text) => [...text].map((letter) => ALPHABET.indexOf(letter as (typeof ALPHABET)[number])), texts: strings(ALPHABET.slice(EOS + 1), 'alphabet') },
    { name: 'sentences', written: task.tokenizer.written(), encode: (text) => task.tokenizer.encode!(text), texts: corpus }, // it has one
    { name: 'bpe', written: writtenBpe(bpe), encode: (text) => bpe.encode(text), texts: strings(PIECES, 'bpe') },
    { name: 'bpe-with-start', written: writtenBpe(bpe, '<start>'), encode: begun(bpe.vocabulary.length, (text) => bpe.encode(text)), texts: strings(PIECES, 'bpe-with-start') },
    { name: 'characters', written: writtenCharacters(characters, '<start>'), encode: begun(characters.vocabulary.length, (text) => characters.encode(text)), texts: strings(PIECES, 'characters') },
  ];
}
