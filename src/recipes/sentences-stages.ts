/** Stages that the `sentences` recipes share. */
import type { RecipeStage } from './recipe';

/** Width 176, three layers: 2.8 million parameters, near what 6 MB hold in half precision (public/bases/sentences.json). */
export const SHAPE = { width: 176, layers: 3 };

/**
 * Sentences and definitions, three times over. Batches of 32, not 64: after as many texts held-out loss is lower (4.95 against 5.08 nats after 16,000).
 * Weight decay 0.1, not 0.01: texts are few and would be learned by heart.
 */
export const pretrain: RecipeStage = { id: 'pretrain', algorithm: 'pretrain', start: {}, set: { steps: 8000, batchSize: 32, learningRate: 0.002, weightDecay: 0.1, warmup: 100, evaluateEvery: 500, evaluateOn: 256, saveEvery: 500 } };
/**
 * Sentences of common words alone, twice over, so that it ends by writing those. At 0.001 for 1,800 steps held-out loss turned up again, from 4.81 nats at step 500 to 5.01; 400 steps of that end
 * where these do, at 4.70 and 4.71, with .87 of samples of known words alone in place of .89 (LOG.md).
 */
export const finish: RecipeStage = { id: 'finish', algorithm: 'sft', start: { policy: 'pretrain' }, set: { steps: 800, batchSize: 32, learningRate: 4e-4, finalRate: 0.02, weightDecay: 0.1, warmup: 50, evaluateEvery: 100, saveEvery: 200 } };
export const base: RecipeStage = { id: 'base', algorithm: 'base', start: {}, set: {} };
/** The base has read these very sentences: all it has to learn is that prompts are given. */
export const sft: RecipeStage = { id: 'sft', algorithm: 'sft', start: { policy: 'base' }, set: { steps: 40, learningRate: 3e-4, evaluateEvery: 20 } };
export const rewardModel: RecipeStage = { id: 'reward-model', algorithm: 'reward-model', start: { trunk: 'sft' }, set: { steps: 120, learningRate: 5e-4, evaluateEvery: 40, evaluateOn: 512 } };
/**
 * The likelihood of chosen texts beside the loss. Of seed 1, from an earlier base, 60 steps at 8e-4: with it gold rises by 0.25 and samples are 1.12 times as strange to the base as SFT's, without it by 0.38 and 1.47 times.
 * 80 steps at 3e-4 without: 0.16 and 1.09 times; 40 at 2e-3: 0.68, and 2.6 times as strange as the base's own (LOG.md).
 */
export const dpo: RecipeStage = { id: 'dpo', algorithm: 'dpo', start: { policy: 'sft' }, set: { steps: 60, learningRate: 8e-4, nllWeight: 0.2, evaluateEvery: 20, evaluateOn: 512 } };
/** KL coefficient 0.1 as for names. */
export const ppo: RecipeStage = { id: 'ppo', algorithm: 'ppo', start: { policy: 'sft', reward: 'reward-model' }, set: { steps: 25, batchSize: 64, klCoef: 0.1, criticWarmup: 5, evaluateEvery: 5 } };
