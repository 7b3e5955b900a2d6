import { pretrain, SHAPE } from './stories-stages';
import type { Recipe } from './recipe';

export const storiesPretrain: Recipe = {
  id: 'stories-pretrain',
  title: 'Stories: pretrain',
  teaches: 'Learns to tell stories in two languages at once. Watch the share of real stories: first words come, then grammar, then that the last sentences still speak of the hero of the first.',
  task: 'stories',
  modelSet: SHAPE,
  stages: [pretrain],
};
