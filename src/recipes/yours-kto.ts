import { kto, pretrain, sft } from './yours-stages';
import type { Recipe } from './recipe';

export const yoursKto: Recipe = {
  id: 'yours-kto',
  title: 'Your data: KTO',
  teaches: 'For completions marked good or bad by themselves; pairs are taken apart. Watch whether good ones rise and bad ones fall.',
  task: 'yours',
  stages: [pretrain, sft, kto],
};
