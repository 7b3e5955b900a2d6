import { ppo, pretrain, rewardModel, sft } from './yours-stages';
import type { Recipe } from './recipe';

export const yoursPpo: Recipe = {
  id: 'yours-ppo',
  title: 'Your data: reward model + PPO',
  teaches: 'A reward model learns your preferences from pairs, and PPO seeks answers that it scores highly. Nobody knows the true reward here, so read the answers: a score can be fooled.',
  task: 'yours',
  stages: [pretrain, sft, rewardModel, ppo],
};
