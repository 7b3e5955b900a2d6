import * as v from 'valibot';
import { choiceKnob, knob } from '../knobs';
import { rewardKnobs } from './reward-knobs';
import { defineAlgorithm, groupKnobs, GROUP_CHARTS, optimizerKnobs, watchKnobs } from './algorithm';
import { loraKnobs } from './lora-knobs';

export const grpo = defineAlgorithm({
  id: 'grpo',
  title: 'GRPO',
  says: 'Samples a group of completions of each prompt and follows how far each one’s score stands out in its group. No critic.',
  source: 'Shao et al. 2024, arXiv:2402.03300; as in TRL’s GRPOTrainer.',
  starts: { policy: 'policy', reward: 'reward' },
  optional: ['reward'],
  makes: 'policy',
  texts: 1,
  passes: 1 + 3 / 3 + 1, // one update; policy, reference and judge look once; sampling
  config: v.object({
    algorithm: v.literal('grpo'),
    ...optimizerKnobs({ learningRate: 1e-3, steps: 150, batchSize: 128, batchOf: 'Completions sampled', warmup: 5, finalRate: { value: 0, source: '0: TRL lets the rate decay to nothing.' }, source: 'Ours, swept at this size (LOG.md).' }),
    klCoef: knob(0, 0, 5, { title: 'KL coefficient', help: 'Weight β of the k3 penalty for leaving the reference, a part of the loss.', source: '0: TRL GRPO default; Shao et al. 2024 use 0.04.', essential: true }),
    ...groupKnobs({ groupSize: 8, source: '8: TRL GRPO default (num_generations); Shao et al. 2024 use 64.', iterationsSource: '1: TRL GRPO default (num_iterations) and Shao et al. 2024.' }),
    loss: choiceKnob('dapo', ['grpo', 'dapo', 'dr_grpo'], { title: 'Loss divided by', help: 'grpo: each completion’s own length, then their number; dapo: all completion tokens of the batch; dr_grpo: completions times the longest length there can be.', source: 'dapo: TRL GRPO default (loss_type), Yu et al. 2025; grpo: Shao et al. 2024; dr_grpo: Liu et al. 2025.' }),
    scaleRewards: choiceKnob('group', ['group', 'batch', 'none'], { title: 'Scale rewards by', help: 'The deviation of each group, of the whole batch, or nothing.', source: 'group: TRL GRPO default, Shao et al. 2024; Dr. GRPO (Liu et al. 2025) scales by nothing.' }),
    ratio: choiceKnob('token', ['token', 'sequence'], { title: 'Ratio of', help: 'Whether each token or each whole completion (the mean of its log-ratios) has a probability ratio that is clipped.', source: 'token: TRL GRPO default; sequence is GSPO (Zheng et al. 2025).' }),
    ...rewardKnobs,
    ...loraKnobs,
    ...watchKnobs({ evaluateEvery: 25, saveEvery: 50 }),
  }),
  charts: GROUP_CHARTS,
});
