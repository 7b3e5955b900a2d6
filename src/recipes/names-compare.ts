import { bestOfN, dpo, grpo, onlineDpo, ppo, pretrain, reinforcePlusPlus, rejectionSampling, rewardModel, rloo, sft } from './names-stages';
import type { Recipe, RecipeStage } from './recipe';

/** Every method, each from the same supervised model, on the same pairs and prompts. A method is a line. */
const METHODS: readonly RecipeStage[] = [
  dpo,
  // With the likelihood of chosen completions beside it: every pair is of two real names, so plain DPO learns to choose among names and forgets what a name is (docs/experiments.md).
  { ...dpo, id: 'dpo-nll', set: { ...dpo.set, nllWeight: 1 } },
  { ...dpo, id: 'ipo', set: { loss: 'ipo_sum' } },
  { id: 'kto', algorithm: 'kto', start: { policy: 'sft' }, set: { beta: 0.3 } },
  { id: 'orpo', algorithm: 'orpo', start: { policy: 'sft' }, set: {} },
  { id: 'simpo', algorithm: 'simpo', start: { policy: 'sft' }, set: {} },
  { id: 'pointwise-dpo', algorithm: 'pointwise-dpo', start: { policy: 'sft' }, set: { beta: 0.3 } },
  onlineDpo,
  // Twice the rate of PPO's own recipe, which wins 0.546 with two seeds of five (LOG.md): at this one none of the five is below 0.56.
  { ...ppo, set: { ...ppo.set, learningRate: 6e-4 } },
  rloo,
  grpo,
  reinforcePlusPlus,
  rejectionSampling,
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
