import { grpo, pretrain, rewardModel, sft } from './names-stages';
import type { Recipe } from './recipe';

export const namesGrpo: Recipe = {
  id: 'names-grpo',
  title: 'Names: reward model + GRPO',
  teaches: 'A group of completions of each prompt competes, and how far each stands out is all that is learned from; watch the share of groups that teach nothing.',
  task: 'names',
  stages: [pretrain, sft, rewardModel, grpo],
};
