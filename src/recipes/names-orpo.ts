import { pretrain } from './names-stages';
import type { Recipe } from './recipe';

export const namesOrpo: Recipe = {
  id: 'names-orpo',
  title: 'Names: ORPO',
  teaches: 'Fine-tuning and alignment in one stage, straight from the pretrained model: likelihood of chosen names, and a push of their odds above the rejected.',
  task: 'names',
  stages: [pretrain, { id: 'orpo', algorithm: 'orpo', start: { policy: 'pretrain' }, set: { beta: 3, learningRate: 1e-3 } }],
};
