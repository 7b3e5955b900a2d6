import { pretrain, sft } from './names-stages';
import type { Recipe } from './recipe';

export const namesKto: Recipe = {
  id: 'names-kto',
  title: 'Names: KTO',
  teaches: 'No pairs: each name is marked good or bad by itself. Watch the KL that good and bad are measured from, and compare the win rate with DPO’s from pairs.',
  task: 'names',
  stages: [pretrain, sft, { id: 'kto', algorithm: 'kto', start: { policy: 'sft' }, set: { beta: 0.3 } }],
};
