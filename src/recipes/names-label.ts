import { pretrain, sft } from './names-stages';
import { onLabels } from './label-stages';
import type { Recipe } from './recipe';

export const namesLabel: Recipe = {
  id: 'names-label',
  title: 'Names: your own labels',
  teaches: 'You say which of two names is better, a few dozen times; a reward model and a policy learn from nothing but that. Watch how far held-out agreement goes on so few labels.',
  task: 'names',
  stages: [{ ...pretrain, set: { steps: 600, evaluateEvery: 300 } }, { ...sft, set: { steps: 150, evaluateEvery: 150 } }, ...onLabels],
  compares: ['reward-model', 'dpo'],
};
