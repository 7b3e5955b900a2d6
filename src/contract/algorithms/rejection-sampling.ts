import * as v from 'valibot';
import { knob, wholeKnob } from '../knobs';
import { defineAlgorithm, optimizerKnobs, watchKnobs } from './algorithm';
import { loraKnobs } from './lora-knobs';
import { pairScoring, rewardKnobs } from './reward-knobs';

export const rejectionSampling = defineAlgorithm({
  id: 'rejection-sampling',
  title: 'Rejection sampling',
  says: 'Samples several completions of each prompt, keeps the one that scores highest, and is fine-tuned on what was kept.',
  source: 'Dong et al. 2023 (RAFT), arXiv:2304.06767; Touvron et al. 2023 (Llama 2), section 3.2.3.',
  starts: { policy: 'policy', reward: 'reward' },
  optional: ['reward'],
  makes: 'policy',
  texts: 1,
  passes: 1 / 8 + 1 / 3 + 1, // one update on an eighth; the judge looks once; sampling
  config: v.object({
    algorithm: v.literal('rejection-sampling'),
    ...optimizerKnobs({ learningRate: 3e-4, steps: 100, batchSize: 512, batchOf: 'Completions sampled', warmup: 5, finalRate: { value: 0, source: '0: TRL lets the rate decay to nothing.' }, source: 'Ours: the best of eight tried with two seeds (LOG.md); the rate is PPO’s here.' }),
    groupSize: wholeKnob(8, 2, 64, { title: 'Group size', help: 'Completions of each prompt, of which the best is kept; must divide the batch size.', source: '8: the smallest of RAFT, which goes to 32; here 16 and 32 gained nothing (LOG.md).' }),
    temperature: knob(1, 0.1, 2, { title: 'Temperature', help: 'Sampling temperature.', source: '1.0: RAFT.' }),
    ...rewardKnobs,
    scoring: pairScoring,
    ...loraKnobs,
    ...watchKnobs({ evaluateEvery: 25, saveEvery: 50 }),
  }),
  charts: ['objective/scores', 'gold/reward', 'gold/gain', 'objective/kl', 'samples/perplexity', 'gold/win_rate', 'loss', 'reward_std', 'frac_reward_zero_std', 'entropy', 'completions/mean_length', 'objective/length_correlation', 'completions/clipped_ratio', 'samples/eos_rate', 'samples/distinct', 'samples/valid_fraction'],
});
