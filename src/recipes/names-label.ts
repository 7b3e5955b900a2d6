import { labelSession, learning } from './label-stages';
import { pretrain, sft } from './names-stages';
import type { Recipe } from './recipe';

/** A few dozen labels are soon known by heart. */
const SHORT = { steps: 60, evaluateEvery: 20 };

export const namesLabel: Recipe = {
  id: 'names-label',
  title: 'Names: your own labels',
  teaches: 'You say which of two names is better, a few dozen times; a reward model and a policy learn from nothing but that. Watch how far held-out agreement goes on so few labels.',
  task: 'names',
  stages: [{ ...pretrain, set: { steps: 600, evaluateEvery: 300 } }, { ...sft, set: { steps: 150, evaluateEvery: 150 } }, labelSession, ...learning(SHORT, { ...SHORT, beta: 0.3 })],
  compares: ['reward-model', 'dpo'],
};
