import { ppo, pretrain, rewardModel, sft } from './names-stages';
import type { Recipe } from './recipe';

export const namesPpo: Recipe = {
  id: 'names-ppo',
  title: 'Names: reward model + PPO',
  teaches: 'A reward model learns parents’ choices from pairs, then PPO seeks names it scores highly while the KL penalty holds it near where it began.',
  task: 'names',
  stages: [pretrain, sft, rewardModel, ppo],
};
