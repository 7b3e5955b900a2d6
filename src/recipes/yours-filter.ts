import { dpo, pretrain, sft } from './yours-stages';
import type { Recipe } from './recipe';

export const yoursFilter: Recipe = {
  id: 'yours-filter',
  title: 'Your data: perplexity filter',
  teaches: 'Your own preferences, but only those whose sides this very model could have written. The Data screen shows what was kept, and what another threshold would keep. Built from the paper’s abstract, not a replication.',
  task: 'yours',
  stages: [
    pretrain,
    sft,
    { id: 'filter', algorithm: 'perplexity-filter', start: { policy: 'sft' }, set: { candidates: 'data', batchSize: 64 } },
    { ...dpo, start: { ...dpo.start, pairs: 'filter' } },
  ],
};
