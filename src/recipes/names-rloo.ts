import { pretrain, rewardModel, rloo, sft } from './names-stages';
import type { Recipe } from './recipe';

export const namesRloo: Recipe = {
  id: 'names-rloo',
  title: 'Names: reward model + RLOO',
  teaches: 'The same reward model as PPO’s, without a critic: each completion is compared with the others of its prompt.',
  task: 'names',
  stages: [pretrain, sft, rewardModel, rloo],
};
