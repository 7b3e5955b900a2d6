/**
 * `tokenizer.json` of Hugging Face's tokenizers, out and in. Written is what `tokenizers` and `transformers` read; read are byte-level BPE files (GPT-2, Llama 3,
 * Qwen and their like in their plain form). Ids are given anew, since padding and end are 0 and 1 here; `ids` says what each was called in the file.
 */
import { detail, type Detail } from '../../contract/details';
import { Failure } from '../../contract/failures';
import { EOS, PAD } from '../task';
import { byteOf, CHARACTERS } from './bytes';
import { ByteBpe } from './bpe';
import { BYTE_IDS, FIRST_MERGE, LARGEST_VOCABULARY, type Merge } from './bpe-training';
import { BYTE_LEVEL, tokenizerFile } from './tokenizer-file';

/** @param start name of a token behind all others that is put before every text */
export const tokenizerJson = ({ vocabulary, merges }: ByteBpe, start?: string): string =>
  tokenizerFile({ vocabulary: start === undefined ? vocabulary : [...vocabulary, start], start, merges, pre_tokenizer: BYTE_LEVEL, decoder: BYTE_LEVEL });

export interface ReadTokenizer {
  bpe: ByteBpe;
  /** Id in the file of each of our tokens; −1 where the file has none (padding, as a rule). */
  ids: readonly number[];
  /** Name in the file of the token that ends a text, if it has one. */
  end: string | undefined;
}

const refuse = (why: string | Detail): never => {
  throw new Failure('unreadable-tokenizer', why);
};

type Plain = Record<string, unknown>;
const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every pre-tokenizer or decoder of a file, those inside a Sequence too. */
const partsOf = (part: unknown): Plain[] => {
  if (!isPlain(part)) return [];
  const inner = part['pretokenizers'] ?? part['decoders'];
  return Array.isArray(inner) ? inner.flatMap(partsOf) : [part];
};

/** Throws `unreadable-tokenizer` with what it is that cannot be read. */
export function readTokenizerJson(text: string): ReadTokenizer {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  if (!isPlain(file) || !isPlain(file['model'])) return refuse(detail('no-model'));
  const { model } = file;
  // Files of the first versions, GPT-2's own among them, have no type: of those with merges there is one kind.
  if (model['type'] !== 'BPE' && !(model['type'] === undefined && Array.isArray(model['merges']))) return refuse(detail('other-model', String(model['type'])));
  const parts = partsOf(file['pre_tokenizer']);
  if (!parts.some(({ type }) => type === 'ByteLevel')) return refuse(detail('no-bytes'));
  const other = parts.find(({ type }) => type !== 'ByteLevel');
  if (other) return refuse(detail('cuts-by', String(other['type'])));
  if (parts.some(({ add_prefix_space: space, use_regex: regex }) => space === true || regex === false)) return refuse(detail('cuts-otherwise'));
  if (file['normalizer'] !== null && file['normalizer'] !== undefined) return refuse(detail('normalizer'));
  const { vocab, merges } = model;
  if (!isPlain(vocab) || !Array.isArray(merges)) return refuse(detail('no-vocabulary'));
  return fromMerges(vocab, merges, endOf(file));
}

/** The token that ends a text, if the file has one. */
function endOf(file: Plain): string | undefined {
  const added = Array.isArray(file['added_tokens']) ? file['added_tokens'].filter(isPlain) : [];
  const contents = added.flatMap(({ content, special: isSpecial }) => (isSpecial === true && typeof content === 'string' ? [content] : []));
  return contents.find((content) => /eos|endoftext|end_of_text|im_end|^<\/s>$/i.test(content));
}

function fromMerges(vocab: Plain, written: readonly unknown[], end: string | undefined): ReadTokenizer {
  if (written.length > LARGEST_VOCABULARY - FIRST_MERGE) return refuse(detail('many-merges', written.length, LARGEST_VOCABULARY - FIRST_MERGE));
  const known = new Map<string, number>();
  BYTE_IDS.forEach((id, byte) => known.set(CHARACTERS[byte]!, id)); // each byte has both
  const merges: Merge[] = [];
  for (const [rank, merge] of written.entries()) {
    const pair: unknown = typeof merge === 'string' ? merge.split(' ') : merge;
    if (!Array.isArray(pair) || pair.length !== 2 || !pair.every((side) => typeof side === 'string')) return refuse(detail('merge-no-pair', rank + 1));
    const [left, right] = pair as [string, string]; // just checked
    const [a, b] = [known.get(left), known.get(right)];
    if (a === undefined || b === undefined) return refuse(detail('merge-of-unknown', rank + 1, JSON.stringify(a === undefined ? left : right)));
    const joined = left + right;
    if (known.has(joined)) return refuse(detail('merge-again', rank + 1, JSON.stringify(joined)));
    if ([...joined].some((character) => byteOf(character) === undefined)) return refuse(detail('merge-no-byte', rank + 1));
    known.set(joined, FIRST_MERGE + rank);
    merges.push([a, b]);
  }
  const bpe = new ByteBpe(merges);
  const idIn = (token: string | undefined): number => { const id = token === undefined ? undefined : vocab[token]; return typeof id === 'number' ? id : -1; };
  const ids = bpe.vocabulary.map((token, id) => (id === PAD ? idIn('<pad>') : id === EOS ? idIn(end) : idIn(token)));
  return { bpe, ids, end };
}
