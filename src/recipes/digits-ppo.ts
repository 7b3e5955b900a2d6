import { pretrain, sft } from './digits-stages';
import type { Recipe } from './recipe';

export const digitsPpo: Recipe = {
  id: 'digits-ppo',
  title: 'Digits: PPO from a checked reward',
  teaches: 'The same with PPO: its critic starts without a reward model and learns how good an answer will be, one digit after the other.',
  task: 'digits',
  stages: [pretrain, sft, { id: 'ppo', algorithm: 'ppo', start: { policy: 'sft' }, set: { klCoef: 0, steps: 100 } }],
};
