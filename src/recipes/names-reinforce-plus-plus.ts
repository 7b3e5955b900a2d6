import { pretrain, reinforcePlusPlus, rewardModel, sft } from './names-stages';
import type { Recipe } from './recipe';

export const namesReinforcePlusPlus: Recipe = {
  id: 'names-reinforce-plus-plus',
  title: 'Names: reward model + REINFORCE++',
  teaches: 'Neither critic nor group: each token’s reward still to come is compared with the whole batch. Compare how steady it is with PPO and RLOO.',
  task: 'names',
  stages: [pretrain, sft, rewardModel, reinforcePlusPlus],
};
