import { base, dpo, ppo, rewardModel, SHAPE, sft } from './sentences-stages';
import type { Recipe } from './recipe';

export const sentencesCompare: Recipe = {
  id: 'sentences-compare',
  title: 'Sentences: DPO beside PPO',
  teaches: 'The same people, prompts and starting model through both methods. Compare how much friendlier each becomes, and how strange to the model that came with the page.',
  task: 'sentences',
  modelSet: SHAPE,
  stages: [base, sft, dpo, rewardModel, ppo],
  compares: ['dpo', 'ppo'],
};
