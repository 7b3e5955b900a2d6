import { base, dpo, SHAPE, sft } from './stories-stages';
import type { Recipe } from './recipe';

export const storiesFilter: Recipe = {
  id: 'stories-filter',
  title: 'Stories: perplexity filter',
  teaches: 'Of ready-made pairs, some of them from a model that only knows WordNet’s sentences, those are kept which this model could have told itself. Built from the paper’s abstract, not a replication.',
  task: 'stories',
  modelSet: SHAPE,
  stages: [base, sft, { id: 'filter', algorithm: 'perplexity-filter', start: { policy: 'sft' }, set: { foreign: 'sentences' } }, { ...dpo, start: { ...dpo.start, pairs: 'filter' }, set: { ...dpo.set, batchSize: 32 } }],
};
