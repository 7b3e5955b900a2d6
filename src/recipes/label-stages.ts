/** Stages after the supervised model in recipes in which the visitor labels: the session, and what learns from it. The Label screen opens any recipe with such a session. */
import type { RecipeStage } from './recipe';

/** Small, so that it follows within seconds of the last answer: a few dozen labels are soon known by heart. */
const FROM_LABELS = { steps: 60, batchSize: 32, evaluateEvery: 20, saveEvery: 60 };

export const onLabels: readonly RecipeStage[] = [
  { id: 'labels', algorithm: 'labels', start: { policy: 'sft' }, set: { judge: 'visitor', source: 'data', steps: 3, questions: 10 } },
  { id: 'reward-model', algorithm: 'reward-model', start: { trunk: 'sft', pairs: 'labels' }, set: FROM_LABELS },
  { id: 'dpo', algorithm: 'dpo', start: { policy: 'sft', pairs: 'labels' }, set: { ...FROM_LABELS, beta: 0.3 } },
];
