import * as v from 'valibot';
import { choiceKnob, knob } from '../knobs';
import { defineAlgorithm, groupKnobs, GROUP_CHARTS, optimizerKnobs, watchKnobs } from './algorithm';
import { loraKnobs } from './lora-knobs';
import { klRewardKnobs, rewardKnobs } from './reward-knobs';

export const reinforcePlusPlus = defineAlgorithm({
  id: 'reinforce-plus-plus',
  title: 'REINFORCE++',
  says: 'Follows the reward still to come at each token, compared with the whole batch. No critic, and one completion a prompt is enough.',
  source: 'Hu et al. 2025, arXiv:2501.03262; as OpenRLHF’s reinforce and reinforce_baseline.',
  starts: { policy: 'policy', reward: 'reward' },
  optional: ['reward'],
  makes: 'policy',
  texts: 1,
  passes: 1 + 3 / 3 + 1, // one update; policy, reference and judge look once; sampling
  config: v.object({
    algorithm: v.literal('reinforce-plus-plus'),
    ...optimizerKnobs({ learningRate: 1e-3, steps: 150, batchSize: 128, batchOf: 'Completions sampled', warmup: 5, finalRate: { value: 0, source: '0: TRL lets the rate decay to nothing.' }, source: 'Ours: those of RLOO, which were swept at this size (LOG.md).' }),
    klCoef: knob(0.01, 0, 5, { title: 'KL coefficient', help: 'Weight of the per-token penalty for leaving the reference.', source: '0.01: OpenRLHF default (init_kl_coef).', essential: true }),
    baseline: choiceKnob('none', ['none', 'group'], { title: 'Baseline', help: 'group: each score less the mean of its prompt’s completions, before everything is normalised over the batch (REINFORCE++-baseline).', source: 'none: plain REINFORCE++, Hu et al. 2025.' }),
    ...groupKnobs({ groupSize: 4, source: 'Ours, as RLOO here; plain REINFORCE++ does with one, its baseline variant needs more.', iterationsSource: '1: as RLOO and GRPO in TRL.' }),
    gamma: knob(1, 0.5, 1, { title: 'γ', help: 'Discount per token.', source: '1: Hu et al. 2025, OpenRLHF.' }),
    ...klRewardKnobs,
    ...rewardKnobs,
    ...loraKnobs,
    ...watchKnobs({ evaluateEvery: 25, saveEvery: 50 }),
  }),
  charts: GROUP_CHARTS,
});
