import { bestOfN, dpo, grpo, ppo, pretrain, rewardModel, rloo, sft } from './names-stages';
import type { Recipe, RecipeStage } from './recipe';

/** Every method, each from the same supervised model, on the same pairs and prompts. A method is a line. */
const METHODS: readonly RecipeStage[] = [
  dpo,
  { ...dpo, id: 'ipo', set: { loss: 'ipo_sum' } },
  { id: 'kto', algorithm: 'kto', start: { policy: 'sft' }, set: {} },
  { id: 'orpo', algorithm: 'orpo', start: { policy: 'sft' }, set: {} },
  { id: 'simpo', algorithm: 'simpo', start: { policy: 'sft' }, set: {} },
  ppo,
  rloo,
  grpo,
  bestOfN,
];

export const namesCompare: Recipe = {
  id: 'names-compare',
  title: 'Names: every method',
  teaches: 'The same pairs, prompts and starting model through each method. Compare what each pays, in KL and sameness, for how often it beats where it began.',
  task: 'names',
  stages: [pretrain, sft, rewardModel, ...METHODS],
  compares: METHODS.map(({ id }) => id),
};
