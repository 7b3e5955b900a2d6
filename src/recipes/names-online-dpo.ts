import { onlineDpo, pretrain, rewardModel, sft } from './names-stages';
import type { Recipe } from './recipe';

export const namesOnlineDpo: Recipe = {
  id: 'names-online-dpo',
  title: 'Names: online DPO',
  teaches: 'The policy answers each prompt twice, the reward model says which answer is better, DPO learns from that, and the next pairs are the new policy’s. Set the judge to visitor, and the reward model’s place is yours.',
  task: 'names',
  stages: [pretrain, sft, rewardModel, onlineDpo],
};
