import { pretrain, SHAPE } from './sentences-stages';
import type { Recipe } from './recipe';

export const sentencesPretrain: Recipe = {
  id: 'sentences-pretrain',
  title: 'Sentences: pretrain',
  teaches: 'Learns to write English from thirty thousand example sentences, which takes about twenty minutes. Watch the loss on held-out sentences: where it turns up again, sentences are learned by heart.',
  task: 'sentences',
  modelSet: SHAPE,
  stages: [pretrain],
};
