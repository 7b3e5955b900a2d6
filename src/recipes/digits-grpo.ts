import { pretrain, sft } from './digits-stages';
import type { Recipe } from './recipe';

export const digitsGrpo: Recipe = {
  id: 'digits-grpo',
  title: 'Digits: GRPO from a checked reward',
  teaches: 'Most of the examples are wrong, and so is a model that imitates them. A rule tells right from wrong, and GRPO takes the model past its teachers; no reward model, no preferences.',
  task: 'digits',
  stages: [pretrain, sft, { id: 'grpo', algorithm: 'grpo', start: { policy: 'sft' }, set: { steps: 200 } }],
};
