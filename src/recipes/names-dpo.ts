import { dpo, pretrain, sft } from './names-stages';
import type { Recipe } from './recipe';

export const namesDpo: Recipe = {
  id: 'names-dpo',
  title: 'Names: DPO',
  teaches: 'Learns to spell names, then to prefer the ones parents really chose, straight from pairs. Watch chosen and rejected log-probabilities: margins can grow while both fall.',
  task: 'names',
  stages: [pretrain, sft, dpo],
};
