import { bestOfN, dpo, grpo, ppo, pretrain, rewardModel, rloo, sft } from './names-stages';
import type { Recipe, RecipeStage } from './recipe';

/** Every method, each from the same supervised model, on the same pairs and prompts. A method is a line. */
const METHODS: readonly RecipeStage[] = [
  // With the likelihood of chosen completions beside it: the pairs are all of real names, so plain DPO, which follows, learns to choose among names and forgets what a name is (docs/experiments.md).
  { ...dpo, set: { nllWeight: 1 } },
  { ...dpo, id: 'ipo', set: { loss: 'ipo_sum', nllWeight: 1 } },
  { id: 'kto', algorithm: 'kto', start: { policy: 'sft' }, set: { batchSize: 64, steps: 800 } },
  { id: 'orpo', algorithm: 'orpo', start: { policy: 'sft' }, set: {} },
  { id: 'simpo', algorithm: 'simpo', start: { policy: 'sft' }, set: {} },
  // Twice the rate of PPO's own recipe: of seeds 1, 2 and 3 none then stays below 0.57.
  { ...ppo, set: { ...ppo.set, learningRate: 6e-4 } },
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
