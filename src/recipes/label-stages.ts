/** Stages after the supervised model in recipes in which the visitor labels: the session, and what learns from it. The Label screen opens any recipe with such a session. */
import type { RecipeStage } from './recipe';

export const labelSession: RecipeStage = { id: 'labels', algorithm: 'labels', start: { policy: 'sft' }, set: { judge: 'visitor', source: 'data', steps: 3, questions: 10 } };

type Set = RecipeStage['set'];

/** Batches of 32, saved at the end: this is over within seconds. */
export const learning = (rewardModel: Set, dpo: Set): RecipeStage[] => [
  { id: 'reward-model', algorithm: 'reward-model', start: { trunk: 'sft', pairs: 'labels' }, set: { batchSize: 32, saveEvery: 60, ...rewardModel } },
  { id: 'dpo', algorithm: 'dpo', start: { policy: 'sft', pairs: 'labels' }, set: { batchSize: 32, saveEvery: 60, ...dpo } },
];
