import { finish, pretrain, SHAPE } from './sentences-stages';
import type { Recipe } from './recipe';

export const sentencesPretrain: Recipe = {
  id: 'sentences-pretrain',
  title: 'Sentences: pretrain',
  teaches: 'Learns to write English from definitions and thirty thousand example sentences, then from twelve thousand sentences of common words alone: an hour on one core. Watch the loss on held-out sentences: where it turns up again, sentences are learned by heart.',
  task: 'sentences',
  modelSet: SHAPE,
  stages: [pretrain, finish],
};
