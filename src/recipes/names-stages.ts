/** Stages that the `names` recipes share. */
import type { RecipeStage } from './recipe';

export const pretrain: RecipeStage = { id: 'pretrain', algorithm: 'pretrain', start: {}, set: {} };
export const sft: RecipeStage = { id: 'sft', algorithm: 'sft', start: { policy: 'pretrain' }, set: {} };
export const rewardModel: RecipeStage = { id: 'reward-model', algorithm: 'reward-model', start: { trunk: 'sft' }, set: {} };
/** KL coefficient 0.1, not TRL's 0.05, under which one seed of five drifted too far to win for sure (LOG.md). */
export const ppo: RecipeStage = { id: 'ppo', algorithm: 'ppo', start: { policy: 'sft', reward: 'reward-model' }, set: { klCoef: 0.1 } };
/** β 0.3, not 0.1: on these short texts 0.1 lets the policy drift twice as far (4.3 against 2.0 nats) for less accuracy (LOG.md). */
export const dpo: RecipeStage = { id: 'dpo', algorithm: 'dpo', start: { policy: 'sft' }, set: { beta: 0.3 } };
/** KL coefficient 0.1 as PPO above, so that the two can be compared. */
export const rloo: RecipeStage = { id: 'rloo', algorithm: 'rloo', start: { policy: 'sft', reward: 'reward-model' }, set: { klCoef: 0.1 } };
/** A KL penalty and smaller groups, so more prompts a step: with 8 and 0.1 the policy drifted 7.9 nats away and won nothing (LOG.md). */
export const grpo: RecipeStage = { id: 'grpo', algorithm: 'grpo', start: { policy: 'sft', reward: 'reward-model' }, set: { klCoef: 0.2, groupSize: 4 } };
export const bestOfN: RecipeStage = { id: 'best-of-n', algorithm: 'best-of-n', start: { policy: 'sft', reward: 'reward-model' }, set: {} };
/** KL coefficient 0.1 as PPO above. */
export const reinforcePlusPlus: RecipeStage = { id: 'reinforce-plus-plus', algorithm: 'reinforce-plus-plus', start: { policy: 'sft', reward: 'reward-model' }, set: { klCoef: 0.1 } };
export const rejectionSampling: RecipeStage = { id: 'rejection-sampling', algorithm: 'rejection-sampling', start: { policy: 'sft', reward: 'reward-model' }, set: {} };
/** β 0.3 as DPO above. */
export const onlineDpo: RecipeStage = { id: 'online-dpo', algorithm: 'online-dpo', start: { policy: 'sft', reward: 'reward-model' }, set: { beta: 0.3 } };
