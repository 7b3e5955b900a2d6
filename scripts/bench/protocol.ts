/**
 * What every contender of the bench is given: the model's sizes, its first weights, the tokens of each step and the optimizer's settings.
 * Everything here is a pure function of seeds, so that a loss of one engine can be held against a loss of another.
 */
import { parameterCount, parameterShapes, trainingFlops, type ModelShape } from '../../src/contract/model-shape';
import { Random } from '../../src/contract/random';
import { initialWeights } from '../../workers/model/parameters';

export const BATCH = 8;
/** Predictions per row; a row of tokens is one longer. */
export const CONTEXT = 64;
export const TOKENS_PER_STEP = BATCH * CONTEXT;
/** Length of the recorded loss curves. */
export const CURVE_STEPS = 50;
export const ADAM = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;
/** So large that no gradient is ever clipped: the peers clip nothing. */
export const NO_CLIPPING = 1e9;

const SEED = 2410;
const VOCABULARY = 256;

export const SIZES = {
  '0.12M': { width: 64, layers: 2, heads: 4 },
  '0.4M': { width: 96, layers: 3, heads: 4 },
  '0.83M': { width: 128, layers: 4, heads: 4 },
  '3.2M': { width: 256, layers: 4, heads: 4 },
} as const;
export type Size = keyof typeof SIZES;
// The keys of a constant object are exactly its names.
export const SIZE_NAMES = Object.keys(SIZES) as Size[];

export const shapeOf = (size: Size, context = CONTEXT): ModelShape => ({ ...SIZES[size], vocabulary: VOCABULARY, context });
export const parametersOf = (size: Size): number => parameterCount(parameterShapes(shapeOf(size), 'none'));

export type WeightMap = Map<string, Float32Array>;

/** First weights, the same numbers for everybody. */
export const startWeights = (size: Size): WeightMap => initialWeights(parameterShapes(shapeOf(size), 'none'), shapeOf(size), Random.of(SEED, 'bench weights'));

/** 1, 2, 4 … of 256 tokens are equally likely below each doubling: common and rare tokens, as in text. @returns a token */
const uneven = (random: Random): number => random.below(2 ** (1 + random.below(8)));

/** Two likely successors of every token, [V, 2]. */
const SUCCESSORS = (() => {
  const random = Random.of(SEED, 'bench successors');
  return Array.from({ length: VOCABULARY }, () => [uneven(random), uneven(random)] as const);
})();

/**
 * Tokens of one step: three of four follow from the token before, so that there is something to learn and the loss falls.
 * @returns [BATCH, CONTEXT + 1] in row-major order
 */
export function tokensOf(step: number): Int32Array<ArrayBuffer> {
  const random = Random.of(SEED, `bench tokens ${step}`);
  const tokens = new Int32Array(BATCH * (CONTEXT + 1));
  for (let i = 0; i < tokens.length; i++) {
    const follows = i % (CONTEXT + 1) > 0 && random.below(4) > 0;
    tokens[i] = follows ? SUCCESSORS[tokens[i - 1]!]![random.below(2)]! : uneven(random);
  }
  return tokens;
}

/** New tokens a row gets when generation is measured, and the context that ends it: one token is the prompt. */
export const NEW_TOKENS = 48;
export const GENERATION_CONTEXT = NEW_TOKENS + 1;
export const GENERATION_SIZE: Size = '0.83M';

/**
 * Weights for generation: the first weights, with padding (0) and the end of a text (1) made so unlikely that every row is drawn to its end.
 * The last norm pushes its first number to 10 and the two tokens' rows have −10 there, so their logits stand near −100.
 */
export function generationWeights(): WeightMap {
  const shape = shapeOf(GENERATION_SIZE, GENERATION_CONTEXT);
  const weights = initialWeights(parameterShapes(shape, 'none'), shape, Random.of(SEED, 'bench generation'));
  weights.get('ln_f.bias')![0] = 10; // both names are GPT-2's and always there
  const tokens = weights.get('wte.weight')!;
  tokens[0] = -10;
  tokens[shape.width] = -10;
  return weights;
}

/** One first token per row, neither padding nor end. */
export function promptsOf(batch: number): number[] {
  const random = Random.of(SEED, 'bench prompts');
  return Array.from({ length: batch }, () => 2 + random.below(VOCABULARY - 2));
}

/** Seeds the draws while generating. */
export const drawsOf = (round: number): Random => Random.of(SEED, `bench draws ${round}`);

/** Floating-point operations of a training step as they are usually counted. */
export const flopsOf = (size: Size): number => TOKENS_PER_STEP * trainingFlops(shapeOf(size), CONTEXT);
