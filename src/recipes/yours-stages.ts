/** Stages that recipes over the visitor's own data share. Batches are small, since such data often are: a batch larger than all there is cannot be drawn. */
import type { RecipeStage } from './recipe';

export const pretrain: RecipeStage = { id: 'pretrain', algorithm: 'pretrain', start: {}, set: { steps: 800, batchSize: 16, evaluateOn: 128 } };
export const sft: RecipeStage = { id: 'sft', algorithm: 'sft', start: { policy: 'pretrain' }, set: { batchSize: 16, evaluateOn: 128 } };
export const dpo: RecipeStage = { id: 'dpo', algorithm: 'dpo', start: { policy: 'sft' }, set: { steps: 400, batchSize: 16, evaluateOn: 128, evaluateEvery: 50 } };
export const kto: RecipeStage = { id: 'kto', algorithm: 'kto', start: { policy: 'sft' }, set: { steps: 400, batchSize: 16, evaluateOn: 128, evaluateEvery: 50 } };
export const rewardModel: RecipeStage = { id: 'reward-model', algorithm: 'reward-model', start: { trunk: 'sft' }, set: { steps: 400, batchSize: 16, evaluateOn: 128, evaluateEvery: 50 } };
/** KL coefficient 0.1 as in the recipes over names. */
export const ppo: RecipeStage = { id: 'ppo', algorithm: 'ppo', start: { policy: 'sft', reward: 'reward-model' }, set: { klCoef: 0.1, batchSize: 64, evaluateOn: 128 } };
