/** Stages that the `sentences` recipes share. */
import type { RecipeStage } from './recipe';

/** Width 160, three layers: 1.1 million parameters, the most that a core trains in twenty minutes. */
export const SHAPE = { width: 160, layers: 3 };

/** Ten times over the corpus. Weight decay 0.1, not 0.01: sentences are few and would be learned by heart. */
export const pretrain: RecipeStage = { id: 'pretrain', algorithm: 'pretrain', start: {}, set: { steps: 4500, learningRate: 0.002, weightDecay: 0.1, warmup: 100, evaluateEvery: 250, saveEvery: 500 } };
