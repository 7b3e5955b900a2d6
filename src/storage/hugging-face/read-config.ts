/**
 * `config.json` of a folder that `transformers` saved: whether it is a GPT-2 that our transformer computes, and of which shape. What is left out means what `GPT2Config` takes it for.
 * Whether attention is reordered and computed in higher precision (`reorder_and_upcast_attn`) changes no formula, so it is not asked.
 */
import * as v from 'valibot';
import { detail, type Detail } from '../../contract/details';
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

const unfit = (why: Detail) => new Failure('unfit-model', why);

/** Of which architecture, whatever else it says. */
export const isLanguageModel = (json: unknown): boolean => {
  const { success, output } = v.safeParse(Kind, json);
  return success && output.model_type === 'gpt2' && (output.architectures.length === 0 || output.architectures.some((name) => LANGUAGE_MODELS.includes(name)));
};

/** Throws `unreadable-model`, `unfit-model` with what it is that is not computed here, `model-too-large`. */
export function readConfig(json: unknown): ReadConfig {
  const kind = v.safeParse(Kind, json);
  if (!kind.success) throw new Failure('unreadable-model', detail('no-model-type'));
  const { model_type: type, architectures } = kind.output;
  const called = architectures.join(', ');
  if (type === undefined) throw new Failure('unreadable-model', detail('no-model-type-field'));
  if (type !== 'gpt2') throw unfit(detail('architecture', `${type}${called ? `, ${called}` : ''}`));
  if (!isLanguageModel(json)) throw unfit(detail('is-a', called));
  const parsed = v.safeParse(Config, json);
  if (!parsed.success) throw new Failure('unreadable-model', `config.json, ${v.getDotPath(parsed.issues[0]) ?? 'as a whole'}: ${parsed.issues[0].message}`);
  const config = parsed.output;
  const { n_embd: width, n_layer: layers, n_head: heads, vocab_size: vocabulary } = config;
  const context = config.n_positions ?? config.n_ctx ?? 1024;
  if (!ACTIVATIONS.includes(config.activation_function)) throw unfit(detail('field-is', 'activation_function', String(config.activation_function)));
  if (config.layer_norm_epsilon !== NORM_EPSILON) throw unfit(detail('field-is-not', 'layer_norm_epsilon', config.layer_norm_epsilon, NORM_EPSILON));
  if ((config.n_inner ?? 4 * width) !== 4 * width) throw unfit(detail('inner-width', String(config.n_inner)));
  if (!config.scale_attn_weights || config.scale_attn_by_inverse_layer_idx) throw unfit(config.scale_attn_weights ? detail('field-is', 'scale_attn_by_inverse_layer_idx', 'true') : detail('field-is', 'scale_attn_weights', 'false'));
  if (config.add_cross_attention) throw unfit(detail('field-is', 'add_cross_attention', 'true'));
  if (!config.tie_word_embeddings) throw unfit(detail('field-is', 'tie_word_embeddings', 'false'));
  if ((config.quantization_config ?? undefined) !== undefined) throw unfit(detail('quantised'));
  if (width % heads !== 0) throw unfit(detail('heads-of-width', heads, width));
  const shape: ModelShape = { width, layers, heads, vocabulary, context };
  for (const [name, most] of Object.entries(MOST_OF_MODEL)) {
    const got = shape[name as keyof typeof MOST_OF_MODEL]; // the keys of an object that has no others
    if (got > most) throw new Failure('model-too-large', detail('at-most', name, got, most));
  }
  if (width < 8 || context < 16) throw unfit(detail('too-small', width, context));
  const known = (given: number | null | undefined) => (typeof given === 'number' && Number.isInteger(given) && given >= 0 && given < vocabulary ? given : undefined);
  return { shape, start: known(config.bos_token_id), end: known(config.eos_token_id), padding: known(config.pad_token_id) };
}
