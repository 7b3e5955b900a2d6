import { dpo, pretrain, sft } from './yours-stages';
import type { Recipe } from './recipe';

export const yoursDpo: Recipe = {
  id: 'yours-dpo',
  title: 'Your data: DPO',
  teaches: 'Your own preferences: reads the texts, imitates the chosen sides, then learns what is chosen over what. Held-out accuracy says whether it learned more than its rows by heart.',
  task: 'yours',
  stages: [pretrain, sft, dpo],
};
