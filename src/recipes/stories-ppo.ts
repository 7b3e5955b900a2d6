import { base, ppo, rewardModel, SHAPE, sft } from './stories-stages';
import type { Recipe } from './recipe';

export const storiesPpo: Recipe = {
  id: 'stories-ppo',
  title: 'Stories: reward model + PPO',
  teaches: 'A reward model learns a taste from pairs, then PPO follows it. The true reward counts only sentences that make sense: watch whether the proxy climbs where the truth does not.',
  task: 'stories',
  modelSet: SHAPE,
  stages: [base, sft, rewardModel, ppo],
};
