import { pretrain, sft } from './names-stages';
import type { Recipe } from './recipe';

export const namesKto: Recipe = {
  id: 'names-kto',
  title: 'Names: KTO',
  teaches: 'No pairs: each name is marked good or bad by itself. Its reference point stays at 0 for most steps, because answers to other prompts are unlikely here, so good and bad are weighed as in point-wise DPO; compare the win rate with DPO’s from pairs.',
  task: 'names',
  stages: [pretrain, sft, { id: 'kto', algorithm: 'kto', start: { policy: 'sft' }, set: { beta: 0.3 } }],
};
