import { bestOfN, pretrain, rewardModel, sft } from './names-stages';
import type { Recipe } from './recipe';

export const namesBestOfN: Recipe = {
  id: 'names-best-of-n',
  title: 'Names: reward model + best of n',
  teaches: 'Nothing is trained after the reward model: of n answers the best-scored one is given. Watch how the true reward follows the score as n grows, and where it stops.',
  task: 'names',
  stages: [pretrain, sft, rewardModel, bestOfN],
};
