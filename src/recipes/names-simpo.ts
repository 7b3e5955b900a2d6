import { pretrain, sft } from './names-stages';
import type { Recipe } from './recipe';

export const namesSimpo: Recipe = {
  id: 'names-simpo',
  title: 'Names: SimPO',
  teaches: 'No reference at all: a token of a chosen name should be likelier than one of a rejected. Watch how far the policy runs when nothing holds it.',
  task: 'names',
  stages: [pretrain, sft, { id: 'simpo', algorithm: 'simpo', start: { policy: 'sft' }, set: {} }],
};
