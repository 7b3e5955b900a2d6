import * as v from 'valibot';
import { knob } from '../knobs';
import { DIRECT_CHARTS, defineAlgorithm, directOptimizer, labelKnobs, PAIRS_START, watchKnobs } from './algorithm';
import { loraKnobs } from './lora-knobs';

export const orpo = defineAlgorithm({
  id: 'orpo',
  title: 'ORPO',
  says: 'Fine-tunes on chosen completions and pushes their odds above those of the rejected, in one stage and without a reference.',
  source: 'Hong et al. 2024, arXiv:2403.07691.',
  starts: { policy: 'policy', ...PAIRS_START },
  optional: ['pairs'],
  makes: 'policy',
  learnsFrom: 'pairs',
  texts: 2,
  passes: 1,
  config: v.object({
    algorithm: v.literal('orpo'),
    ...directOptimizer(),
    beta: knob(0.1, 0.001, 10, { title: 'β', help: 'Weight of the odds ratio beside the likelihood of chosen completions (λ in the paper).', source: '0.1: Hong et al. 2024; TRL default.', essential: true }),
    ...labelKnobs,
    ...loraKnobs,
    ...watchKnobs({ evaluateEvery: 100, saveEvery: 200 }),
  }),
  charts: ['loss', 'nll_loss', 'log_odds_chosen', 'log_odds_ratio', 'rewards/accuracies', ...DIRECT_CHARTS],
});
