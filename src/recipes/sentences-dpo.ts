import { base, dpo, SHAPE, sft } from './sentences-stages';
import type { Recipe } from './recipe';

export const sentencesDpo: Recipe = {
  id: 'sentences-dpo',
  title: 'Sentences: DPO',
  teaches: 'A model that writes English is made friendlier straight from pairs, labelled by people who do not all feel alike. Watch gold reward rise, and perplexity under the first model with it, which says how strange the sentences become.',
  task: 'sentences',
  modelSet: SHAPE,
  stages: [base, sft, dpo],
};
