import { pretrain, sft } from './names-stages';
import type { Recipe } from './recipe';

/** Small, so that it follows within seconds of the last answer: a few dozen labels are learned by heart soon. */
const FROM_LABELS = { steps: 120, batchSize: 32, evaluateEvery: 30, saveEvery: 60 };

export const namesLabel: Recipe = {
  id: 'names-label',
  title: 'Names: your own labels',
  teaches: 'You say which of two names is better, a few dozen times; a reward model and a policy learn from nothing but that. Watch how far held-out agreement goes on so few labels.',
  task: 'names',
  stages: [
    pretrain,
    sft,
    { id: 'labels', algorithm: 'labels', start: { policy: 'sft' }, set: { judge: 'visitor', steps: 4, source: 'data' } },
    { id: 'reward-model', algorithm: 'reward-model', start: { trunk: 'sft', pairs: 'labels' }, set: FROM_LABELS },
    { id: 'dpo', algorithm: 'dpo', start: { policy: 'sft', pairs: 'labels' }, set: { ...FROM_LABELS, beta: 0.3 } },
  ],
  compares: ['reward-model', 'dpo'],
};
