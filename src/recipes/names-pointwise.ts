import { pretrain, sft } from './names-stages';
import type { Recipe } from './recipe';

export const namesPointwise: Recipe = {
  id: 'names-pointwise',
  title: 'Names: thumbs up, thumbs down',
  teaches: 'Point-wise DPO: a classifier of good and bad names whose logit is the log-ratio to the reference. Set “Good completions” to nll and it is ULMA.',
  task: 'names',
  stages: [pretrain, sft, { id: 'pointwise-dpo', algorithm: 'pointwise-dpo', start: { policy: 'sft' }, set: { beta: 0.3 } }],
};
