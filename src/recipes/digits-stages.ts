/** Stages that the `digits` recipes share. Shorter than for names: beginners are right in fewer than half of their answers, which leaves something to the reward. */
import type { RecipeStage } from './recipe';

export const pretrain: RecipeStage = { id: 'pretrain', algorithm: 'pretrain', start: {}, set: { steps: 800 } };
export const sft: RecipeStage = { id: 'sft', algorithm: 'sft', start: { policy: 'pretrain' }, set: { steps: 100 } };
