import { dpo, pretrain, sft } from './names-stages';
import type { Recipe } from './recipe';

export const namesFilter: Recipe = {
  id: 'names-filter',
  title: 'Names: perplexity filter',
  teaches: 'Keeps of ready-made pairs those which this very model could have written, and learns from them alone. Built from the paper’s abstract; set Keep to random or inverted to see what the filter is worth.',
  task: 'names',
  // The pretrained model stands for somebody else’s: it knows names, but not how prompts are answered.
  stages: [pretrain, sft, { id: 'filter', algorithm: 'perplexity-filter', start: { policy: 'sft', other: 'pretrain' }, set: { steps: 32 } }, { ...dpo, start: { ...dpo.start, pairs: 'filter' }, set: { ...dpo.set, steps: 400 } }],
};
