import * as v from 'valibot';
import { knob } from '../knobs';
import { defineAlgorithm, labelKnobs, optimizerKnobs, watchKnobs } from './algorithm';

export const rewardModel = defineAlgorithm({
  id: 'reward-model',
  title: 'Reward model',
  says: 'Learns from pairs which completion people chose, as one number per completion.',
  source: 'Bradley and Terry 1952; Christiano et al. 2017; Ouyang et al. 2022, step 2.',
  starts: { trunk: 'policy' },
  makes: 'reward',
  texts: 2,
  passes: 1,
  config: v.object({
    algorithm: v.literal('reward-model'),
    ...optimizerKnobs({ learningRate: 3e-4, steps: 1600, batchSize: 64, batchOf: 'Pairs', warmup: 20, finalRate: { value: 0, source: '0: TRL lets the rate decay to nothing.' }, source: 'Ours, swept at this size (LOG.md).' }),
    margin: knob(0, 0, 5, { title: 'Margin', help: 'How much higher the chosen reward must be before the loss is content.', source: '0: plain Bradley-Terry, TRL default.', essential: true }),
    centring: knob(0.01, 0, 1, { title: 'Centring', help: 'Weight of (r_chosen + r_rejected)², which keeps rewards around 0.', source: '0.01: TRL’s recommendation (Eisenstein et al. 2023).' }),
    ...labelKnobs,
    ...watchKnobs({ evaluateEvery: 100, saveEvery: 200 }),
  }),
  charts: ['loss', 'accuracy', 'eval_seen_accuracy', 'eval_unseen_accuracy', 'margin', 'mean_reward', 'eval_loss'],
});
