import * as v from 'valibot';
import { knob } from '../knobs';
import { defineAlgorithm, optimizerKnobs, watchKnobs } from './algorithm';

export const dpo = defineAlgorithm({
  id: 'dpo',
  title: 'DPO',
  says: 'Makes chosen completions more likely than rejected ones, relative to the starting model. No reward model, no sampling.',
  source: 'Rafailov et al. 2023, arXiv:2305.18290.',
  starts: { policy: 'policy' },
  makes: 'policy',
  texts: 2,
  passes: 4 / 3, // the reference looks at each
  config: v.object({
    algorithm: v.literal('dpo'),
    ...optimizerKnobs({ learningRate: 3e-4, steps: 1200, batchSize: 64, batchOf: 'Pairs', warmup: 20, finalRate: { value: 0, source: '0: TRL lets the rate decay to nothing.' }, source: 'Ours, swept at this size (LOG.md).' }),
    beta: knob(0.1, 0.001, 5, { title: 'β', help: 'How strongly the policy is held to the reference.', source: '0.1: Rafailov et al. 2023; TRL default.', essential: true }),
    labelSmoothing: knob(0, 0, 0.49, { title: 'Label smoothing', help: 'Assumed fraction of flipped labels (conservative DPO).', source: '0: Rafailov et al. 2023; Mitchell 2023 for other values.' }),
    ...watchKnobs({ evaluateEvery: 100, saveEvery: 200 }),
  }),
  charts: ['loss', 'rewards/accuracies', 'rewards/margins', 'gold/reward', 'gold/win_rate', 'objective/kl', 'rewards/chosen', 'logps/chosen', 'eval_seen_rewards/accuracies', 'eval_unseen_rewards/accuracies', 'entropy', 'samples/length', 'samples/distinct'],
});
