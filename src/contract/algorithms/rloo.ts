import * as v from 'valibot';
import { choiceKnob, knob } from '../knobs';
import { rewardKnobs } from './reward-knobs';
import { defineAlgorithm, groupKnobs, GROUP_CHARTS, optimizerKnobs, watchKnobs } from './algorithm';
import { loraKnobs } from './lora-knobs';

export const rloo = defineAlgorithm({
  id: 'rloo',
  title: 'RLOO',
  says: 'Samples several completions of each prompt and raises those that score above the mean of the others. No critic.',
  source: 'Ahmadian et al. 2024, arXiv:2402.14740; as in TRL’s RLOOTrainer.',
  starts: { policy: 'policy', reward: 'reward' },
  optional: ['reward'],
  makes: 'policy',
  texts: 1,
  passes: 1 + 3 / 3 + 1, // one update; policy, reference and judge look once; sampling
  config: v.object({
    algorithm: v.literal('rloo'),
    ...optimizerKnobs({ learningRate: 1e-3, steps: 150, batchSize: 128, batchOf: 'Completions sampled', warmup: 5, finalRate: { value: 0, source: '0: TRL lets the rate decay to nothing.' }, source: 'Ours, swept at this size (LOG.md).' }),
    klCoef: knob(0.05, 0, 5, { title: 'KL coefficient', help: 'Weight β of the penalty for leaving the reference, taken off each completion’s score.', source: '0.05: TRL RLOO default.', essential: true }),
    ...groupKnobs({ groupSize: 4, source: '4: k of Ahmadian et al. 2024, beside 2; TRL RLOO 2.', iterationsSource: '1: TRL RLOO default (num_iterations).' }),
    normalizeAdvantages: choiceKnob('no', ['no', 'yes'], { title: 'Normalise advantages', help: 'Brings the advantages of a batch to mean 0 and deviation 1; with it, RLOO is close to REINFORCE++.', source: 'No: TRL RLOO default.' }),
    ...rewardKnobs,
    ...loraKnobs,
    ...watchKnobs({ evaluateEvery: 25, saveEvery: 50 }),
  }),
  charts: GROUP_CHARTS,
});
