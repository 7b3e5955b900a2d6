/** Stages that the `names` recipes share. */
import type { RecipeStage } from './recipe';

export const pretrain: RecipeStage = { id: 'pretrain', algorithm: 'pretrain', start: {}, set: {} };
export const sft: RecipeStage = { id: 'sft', algorithm: 'sft', start: { policy: 'pretrain' }, set: {} };
export const rewardModel: RecipeStage = { id: 'reward-model', algorithm: 'reward-model', start: { trunk: 'sft' }, set: {} };
export const ppo: RecipeStage = { id: 'ppo', algorithm: 'ppo', start: { policy: 'sft', reward: 'reward-model' }, set: {} };
export const dpo: RecipeStage = { id: 'dpo', algorithm: 'dpo', start: { policy: 'sft' }, set: {} };
