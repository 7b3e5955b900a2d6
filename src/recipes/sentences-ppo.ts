import { base, ppo, rewardModel, SHAPE, sft } from './sentences-stages';
import type { Recipe } from './recipe';

export const sentencesPpo: Recipe = {
  id: 'sentences-ppo',
  title: 'Sentences: reward model + PPO',
  teaches: 'A reward model learns from pairs which sentence people find friendlier, then PPO writes ever friendlier ones, held to English by the KL penalty. Read the samples and ask whether they are still sentences.',
  task: 'sentences',
  modelSet: SHAPE,
  stages: [base, sft, rewardModel, ppo],
};
