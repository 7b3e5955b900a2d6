/**
 * `config.json` of a folder that `transformers` saved: whether it is a GPT-2 that our transformer computes, and of which shape. What is left out means what `GPT2Config` takes it for.
 * Whether attention is reordered and computed in higher precision (`reorder_and_upcast_attn`) changes no formula, so it is not asked.
 */
import * as v from 'valibot';
import { Failure } from '../../contract/failures';
import type { ModelShape } from '../../contract/model-shape';
import { MOST_OF_MODEL } from '../limits';
import { NORM_EPSILON } from './gpt2';

/** Language models alone; a bare trunk is one by its tied output. */
const LANGUAGE_MODELS = ['GPT2LMHeadModel', 'GPT2Model'];
/** One formula under three names: GELU by tanh. */
const ACTIVATIONS = ['gelu_new', 'gelu_pytorch_tanh', 'gelu_fast'];

const side = (given: number) => v.nullish(v.pipe(v.number(), v.integer(), v.minValue(1)), given);
/** One id; of several ends the first. */
const id = v.nullish(v.union([v.number(), v.pipe(v.array(v.number()), v.transform(([first]) => first))]));

const Config = v.object({
  vocab_size: side(50_257), n_positions: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(1))), n_ctx: v.nullish(v.number()), n_embd: side(768), n_layer: side(12), n_head: side(12), n_inner: v.nullish(v.number()),
  activation_function: v.nullish(v.string(), 'gelu_new'), layer_norm_epsilon: v.nullish(v.number(), NORM_EPSILON),
  scale_attn_weights: v.nullish(v.boolean(), true), scale_attn_by_inverse_layer_idx: v.nullish(v.boolean(), false), add_cross_attention: v.nullish(v.boolean(), false), tie_word_embeddings: v.nullish(v.boolean(), true),
  quantization_config: v.optional(v.unknown()),
  bos_token_id: id, eos_token_id: id, pad_token_id: id,
});
const Kind = v.object({ model_type: v.optional(v.string()), architectures: v.nullish(v.array(v.string()), []) });

export interface ReadConfig {
  shape: ModelShape;
  /** Ids in the folder's own numbering, where the configuration has them. */
  start: number | undefined;
  end: number | undefined;
  padding: number | undefined;
}

const unfit = (why: string) => new Failure('unfit-model', why);

/** Of which architecture, whatever else it says. */
export const isLanguageModel = (json: unknown): boolean => {
  const { success, output } = v.safeParse(Kind, json);
  return success && output.model_type === 'gpt2' && (output.architectures.length === 0 || output.architectures.some((name) => LANGUAGE_MODELS.includes(name)));
};

/** Throws `unreadable-model`, `unfit-model` with what it is that is not computed here, `model-too-large`. */
export function readConfig(json: unknown): ReadConfig {
  const kind = v.safeParse(Kind, json);
  if (!kind.success) throw new Failure('unreadable-model', 'config.json does not say what model it is');
  const { model_type: type, architectures } = kind.output;
  const called = architectures.join(', ');
  if (type === undefined) throw new Failure('unreadable-model', 'config.json does not say what model it is (model_type)');
  if (type !== 'gpt2') throw unfit(`its architecture is ${type}${called ? `, ${called}` : ''}`);
  if (!isLanguageModel(json)) throw unfit(`it is a ${called}`);
  const parsed = v.safeParse(Config, json);
  if (!parsed.success) throw new Failure('unreadable-model', `config.json, ${v.getDotPath(parsed.issues[0]) ?? 'as a whole'}: ${parsed.issues[0].message}`);
  const config = parsed.output;
  const { n_embd: width, n_layer: layers, n_head: heads, vocab_size: vocabulary } = config;
  const context = config.n_positions ?? config.n_ctx ?? 1024;
  if (!ACTIVATIONS.includes(config.activation_function)) throw unfit(`activation_function is ${config.activation_function}`);
  if (config.layer_norm_epsilon !== NORM_EPSILON) throw unfit(`layer_norm_epsilon is ${config.layer_norm_epsilon}, not ${NORM_EPSILON}`);
  if ((config.n_inner ?? 4 * width) !== 4 * width) throw unfit(`n_inner is ${config.n_inner}, not four times n_embd`);
  if (!config.scale_attn_weights || config.scale_attn_by_inverse_layer_idx) throw unfit(config.scale_attn_weights ? 'scale_attn_by_inverse_layer_idx is true' : 'scale_attn_weights is false');
  if (config.add_cross_attention) throw unfit('add_cross_attention is true');
  if (!config.tie_word_embeddings) throw unfit('tie_word_embeddings is false');
  if ((config.quantization_config ?? undefined) !== undefined) throw unfit('its weights are quantised');
  if (width % heads !== 0) throw unfit(`n_head is ${heads}, which does not divide n_embd ${width}`);
  const shape: ModelShape = { width, layers, heads, vocabulary, context };
  for (const [name, most] of Object.entries(MOST_OF_MODEL)) {
    const got = shape[name as keyof typeof MOST_OF_MODEL]; // the keys of an object that has no others
    if (got > most) throw new Failure('model-too-large', `${name} ${got.toLocaleString('en')}; at most ${most.toLocaleString('en')}`);
  }
  if (width < 8 || context < 16) throw unfit(`n_embd ${width} and n_positions ${context}: at least 8 and 16`);
  const known = (given: number | null | undefined) => (typeof given === 'number' && Number.isInteger(given) && given >= 0 && given < vocabulary ? given : undefined);
  return { shape, start: known(config.bos_token_id), end: known(config.eos_token_id), padding: known(config.pad_token_id) };
}
