import { pretrain, sft } from './yours-stages';
import type { Recipe } from './recipe';

export const yoursSft: Recipe = {
  id: 'yours-sft',
  title: 'Your data: fine-tuning',
  teaches: 'For prompts with completions to imitate, where nothing says which are better. Watch the loss on held-out rows turn up again.',
  task: 'yours',
  stages: [pretrain, sft],
};
