import { pretrain } from './yours-stages';
import type { Recipe } from './recipe';

export const yoursPretrain: Recipe = {
  id: 'yours-pretrain',
  title: 'Your data: pretrain',
  teaches: 'Your own texts, read again and again by a model that begins with nothing. Where the loss on held-out texts turns up again, they are learned by heart.',
  task: 'yours',
  stages: [pretrain],
};
