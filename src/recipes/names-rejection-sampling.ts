import { pretrain, rejectionSampling, rewardModel, sft } from './names-stages';
import type { Recipe } from './recipe';

export const namesRejectionSampling: Recipe = {
  id: 'names-rejection-sampling',
  title: 'Names: reward model + rejection sampling',
  teaches: 'The simplest way to follow a reward model: of several answers the best is kept, and the policy is fine-tuned on what was kept. Nothing pulls it back, so watch the KL and how alike answers become.',
  task: 'names',
  stages: [pretrain, sft, rewardModel, rejectionSampling],
};
