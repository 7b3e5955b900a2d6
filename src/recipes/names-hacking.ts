import { ppo, pretrain, rewardModel, sft } from './names-stages';
import type { Recipe } from './recipe';

export const namesHacking: Recipe = {
  id: 'names-hacking',
  title: 'Names: reward hacking on purpose',
  teaches: 'PPO is also paid λ for every letter: names grow long and stop being names while what it is paid climbs. Turn “Reward bias λ” to 0.1 or 1 and see how soon.',
  task: 'names',
  stages: [pretrain, sft, rewardModel, { ...ppo, set: { ...ppo.set, biasWeight: 0.3 } }],
};
