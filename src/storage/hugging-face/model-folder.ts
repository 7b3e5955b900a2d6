/** One model as the folder that `transformers` opens: configuration, weights, tokenizer, and a card that says what it is. */
import type { ModelShape } from '../../contract/model-shape';
import type { Entries } from '../archive';
import { encodeSafetensors } from '../safetensors';
import { gpt2Config, gpt2Tensors, type Head, type SpecialIds, type Weights } from './gpt2';

/** Names of special tokens as the tokenizer file has them. */
export interface SpecialNames {
  pad: string;
  end: string;
  /** Begins every text; left out where nothing does. */
  start?: string;
}

export interface FolderModel {
  shape: ModelShape;
  head: Head;
  weights: Weights;
  ids: SpecialIds;
  names: SpecialNames;
  /** Text of `tokenizer.json`. */
  tokenizer: string;
  /** Text of `README.md`. */
  card: string;
  /** Half precision: half the bytes, and logits that differ in the third digit. */
  isHalf: boolean;
}

const json = (content: unknown): Uint8Array<ArrayBuffer> => text(`${JSON.stringify(content, null, 2)}\n`);
const text = (content: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(content);

/** File name -> bytes. */
export function modelFolder({ shape, head, weights, ids, names, tokenizer, card, isHalf }: FolderModel): Entries {
  const special = { bos_token_id: ids.start, eos_token_id: ids.end, pad_token_id: ids.pad };
  return new Map([
    ['config.json', json(gpt2Config(shape, head, ids, isHalf ? 'float16' : 'float32'))],
    ['model.safetensors', encodeSafetensors(gpt2Tensors(shape, head, weights), { format: 'pt' }, isHalf ? 'F16' : 'F32')],
    ['tokenizer.json', text(tokenizer)],
    ['tokenizer_config.json', json(tokenizerConfig(shape, head, names))],
    // Drawn from the whole distribution, as samples are in Nudge; their default cuts it to 50 tokens.
    ...(head === 'none' ? ([['generation_config.json', json({ ...special, do_sample: true, temperature: 1, top_k: 0, max_length: shape.context })]] as const) : []),
    ['README.md', text(card)],
  ]);
}

const tokenizerConfig = ({ context }: ModelShape, head: Head, { pad, end, start }: SpecialNames) => ({
  tokenizer_class: 'PreTrainedTokenizerFast',
  model_max_length: context,
  pad_token: pad,
  eos_token: end,
  ...(start !== undefined && { bos_token: start }),
  clean_up_tokenization_spaces: false,
  // A text that is gone on with must end where the new tokens come; GPT-2 takes no types of tokens.
  padding_side: head === 'none' ? 'left' : 'right',
  model_input_names: ['input_ids', 'attention_mask'],
});
