/** Writes a `tokenizer.json` as Hugging Face's `tokenizers` and `transformers` read it. */
import { EOS, PAD } from '../task';
import type { Merge } from './bpe-training';

/** GPT-2's cut into words and bytes, and back. */
export const BYTE_LEVEL = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true } as const;

interface Parts {
  /** Index is the id. Padding and end are special tokens, and so is the start. */
  vocabulary: readonly string[];
  /** Name of the token that is put before every text. */
  start?: string | undefined;
  merges?: readonly Merge[];
  /** Tokens that are found in a text before anything else is done to it. */
  whole?: readonly number[];
  /** Further special tokens. */
  special?: readonly number[];
  normalizer?: object;
  pre_tokenizer?: object;
  decoder: object;
}

/** A file of the kind BPE, as text, ready to be saved. Without merges each character is a token. */
export function tokenizerFile({ vocabulary, start, merges = [], whole = [], special = [], normalizer, pre_tokenizer, decoder }: Parts): string {
  const added = (isSpecial: boolean) => (id: number) => ({ id, content: vocabulary[id]!, single_word: false, lstrip: false, rstrip: false, normalized: false, special: isSpecial }); // ids of the vocabulary
  return JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [...[PAD, EOS, ...(start === undefined ? [] : [vocabulary.indexOf(start)]), ...special].map(added(true)), ...whole.map(added(false))].toSorted((a, b) => a.id - b.id),
    normalizer: normalizer ?? null,
    pre_tokenizer: pre_tokenizer ?? null,
    post_processor: start === undefined ? null : beginningWith(start, vocabulary.indexOf(start)),
    decoder,
    model: {
      type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: false, byte_fallback: false, ignore_merges: false,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
      merges: merges.map(([left, right]) => [vocabulary[left], vocabulary[right]]),
    },
  });
}

function beginningWith(start: string, id: number): object {
  const token = { SpecialToken: { id: start, type_id: 0 } };
  const text = (name: string) => ({ Sequence: { id: name, type_id: 0 } });
  return { type: 'TemplateProcessing', single: [token, text('A')], pair: [token, text('A'), text('B')], special_tokens: { [start]: { id: start, ids: [id], tokens: [start] } } };
}
