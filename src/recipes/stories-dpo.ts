import { base, dpo, SHAPE, sft } from './stories-stages';
import type { Recipe } from './recipe';

export const storiesDpo: Recipe = {
  id: 'stories-dpo',
  title: 'Stories: DPO',
  teaches: 'A model that tells stories in two languages learns a taste straight from pairs. Choose a community and watch which endings it comes to like, in English and in German.',
  task: 'stories',
  modelSet: SHAPE,
  stages: [base, sft, dpo],
};
