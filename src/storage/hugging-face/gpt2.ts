/**
 * Our transformer as Hugging Face's GPT-2 (`GPT2LMHeadModel`, `GPT2ForSequenceClassification`). Names, shapes and arithmetic are the same: norms before each half of a block with an
 * epsilon of 1e-5, GELU by tanh (`gelu_new`), biases everywhere, learned positions, an output tied to the embedding. One thing differs: our score has a bias and theirs has none.
 * Theirs therefore adds it in the last norm, which nothing but the score reads: w·(h + δ) = w·h + b for δ = b·w / |w|².
 */
import { detail } from '../../contract/details';
import { Failure } from '../../contract/failures';
import { parameterShapes, sizeOf, type ModelShape } from '../../contract/model-shape';
import type { NamedTensor } from '../safetensors';

/** `score` is a reward model. */
export type Head = 'none' | 'score';

/** Ids of tokens with a meaning of their own. */
export interface SpecialIds {
  pad: number;
  end: number;
  /** The end, where nothing begins a text. */
  start: number;
}

export type Weights = ReadonlyMap<string, Float32Array>;

export const TRUNK = 'transformer.';
/** Of both libraries' LayerNorm (workers/kernels/layer-norm). */
export const NORM_EPSILON = 1e-5;
const SCORE = 'score.weight';

/** `config.json` @param dtype as PyTorch calls it */
export function gpt2Config({ width, layers, heads, vocabulary, context }: ModelShape, head: Head, { pad, end, start }: SpecialIds, dtype: 'float32' | 'float16'): Record<string, unknown> {
  return {
    architectures: [head === 'none' ? 'GPT2LMHeadModel' : 'GPT2ForSequenceClassification'],
    model_type: 'gpt2',
    vocab_size: vocabulary, n_positions: context, n_embd: width, n_layer: layers, n_head: heads, n_inner: 4 * width,
    activation_function: 'gelu_new', layer_norm_epsilon: NORM_EPSILON, scale_attn_weights: true, scale_attn_by_inverse_layer_idx: false, reorder_and_upcast_attn: false, tie_word_embeddings: true,
    attn_pdrop: 0, embd_pdrop: 0, resid_pdrop: 0, // trained without
    bos_token_id: start, eos_token_id: end, pad_token_id: pad,
    ...(head === 'score' && { num_labels: 1, id2label: { 0: 'reward' }, label2id: { reward: 0 }, problem_type: 'regression' }),
    torch_dtype: dtype, use_cache: true,
  };
}

/** Tensors under Hugging Face's names. @param weights by our names. Throws `checkpoint-mismatch` where one is missing or of another size. */
export function gpt2Tensors(shape: ModelShape, head: Head, weights: Weights): Record<string, NamedTensor> {
  const numbers = head === 'score' ? withoutScoreBias(weights) : weights;
  const tensors: Record<string, NamedTensor> = {};
  for (const [name, sides] of Object.entries(parameterShapes(shape, 'none'))) tensors[TRUNK + name] = { shape: sides, data: numbersOf(numbers, name, sizeOf(sides)) };
  if (head === 'score') tensors[SCORE] = { shape: [1, shape.width], data: numbersOf(numbers, SCORE, shape.width) };
  return tensors;
}

function numbersOf(weights: Weights, name: string, count: number): Float32Array {
  const numbers = weights.get(name);
  if (numbers?.length !== count) throw new Failure('checkpoint-mismatch', detail('wrong-count', name, count, String(numbers?.length ?? '')));
  return numbers;
}

/** The same scores from a head without a bias. */
export function withoutScoreBias(weights: Weights): Weights {
  const [score, norm, shift, [bias = 0] = []] = [weights.get(SCORE), weights.get('ln_f.weight'), weights.get('ln_f.bias'), weights.get('score.bias')];
  if (!score || !norm || !shift || bias === 0) return weights;
  const square = score.reduce((sum, w) => sum + w * w, 0);
  // A head of zeros says its bias of every text: so does a norm that says the same of every text.
  if (square === 0) return new Map([...weights, [SCORE, unit(score.length)], ['ln_f.weight', norm.map(() => 0)], ['ln_f.bias', unit(score.length).map((one) => one * bias)]]);
  return new Map([...weights, ['ln_f.bias', shift.map((number, i) => number + (bias * score[i]!) / square)]]); // as long as each other
}

const unit = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => (i === 0 ? 1 : 0));
