import { ppo, pretrain, rewardModel, sft } from './names-stages';
import type { Recipe } from './recipe';

export const namesNoKl: Recipe = {
  id: 'names-no-kl',
  title: 'Names: PPO without KL',
  teaches: 'The same, with the KL coefficient at 0: the proxy reward climbs while distinct answers, and sooner or later the true reward, fall away.',
  task: 'names',
  stages: [pretrain, sft, rewardModel, { ...ppo, set: { ...ppo.set, klCoef: 0 } }],
};
