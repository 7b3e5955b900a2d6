/**
 * Parameter names and shapes of the transformer: GPT-2's (Radford et al. 2019), Conv1D weights stored [in, out],
 * so that a checkpoint is a Hugging Face GPT2LMHeadModel by renaming nothing. Scorers add `score.weight`, as GPT2ForSequenceClassification.
 */
import type { ModelConfig } from './config';

export interface ModelShape extends ModelConfig {
  vocabulary: number;
  context: number;
}

export type ParameterShapes = Record<string, number[]>;

/** @param head `score` adds the scalar head of reward and value models: score.weight [D, 1], score.bias [1] */
export function parameterShapes({ width: D, layers, vocabulary: V, context: T }: ModelShape, head: 'none' | 'score'): ParameterShapes {
  const shapes: ParameterShapes = { 'wte.weight': [V, D], 'wpe.weight': [T, D] };
  for (let layer = 0; layer < layers; layer++) {
    Object.assign(shapes, {
      [`h.${layer}.ln_1.weight`]: [D],
      [`h.${layer}.ln_1.bias`]: [D],
      [`h.${layer}.attn.c_attn.weight`]: [D, 3 * D],
      [`h.${layer}.attn.c_attn.bias`]: [3 * D],
      [`h.${layer}.attn.c_proj.weight`]: [D, D],
      [`h.${layer}.attn.c_proj.bias`]: [D],
      [`h.${layer}.ln_2.weight`]: [D],
      [`h.${layer}.ln_2.bias`]: [D],
      [`h.${layer}.mlp.c_fc.weight`]: [D, 4 * D],
      [`h.${layer}.mlp.c_fc.bias`]: [4 * D],
      [`h.${layer}.mlp.c_proj.weight`]: [4 * D, D],
      [`h.${layer}.mlp.c_proj.bias`]: [D],
    });
  }
  Object.assign(shapes, { 'ln_f.weight': [D], 'ln_f.bias': [D] });
  if (head === 'score') Object.assign(shapes, { 'score.weight': [D, 1], 'score.bias': [1] });
  return shapes;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

export const parameterCount = (shapes: ParameterShapes): number => Object.values(shapes).reduce((sum, shape) => sum + sizeOf(shape), 0);

/**
 * Floating-point operations of one forward and backward pass for each token, as they are usually counted (Kaplan et al. 2020): 6 for each number of a matrix
 * (the tied head once, looked-up rows not), and 12·layers·width·T for attention, as if no score were masked.
 * @param T tokens of a text
 */
export const trainingFlops = ({ width, layers, vocabulary }: ModelShape, T: number): number => 6 * (12 * layers * width * width + vocabulary * width) + 12 * layers * width * T;
