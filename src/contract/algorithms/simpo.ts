import * as v from 'valibot';
import { knob } from '../knobs';
import { DIRECT_CHARTS, defineAlgorithm, directOptimizer, labelKnobs, PAIRS_START, watchKnobs } from './algorithm';
import { loraKnobs } from './lora-knobs';

export const simpo = defineAlgorithm({
  id: 'simpo',
  title: 'SimPO',
  says: 'Makes a token of a chosen completion likelier than one of a rejected, by a margin. No reference at all.',
  source: 'Meng et al. 2024, arXiv:2405.14734.',
  starts: { policy: 'policy', ...PAIRS_START },
  optional: ['pairs'],
  makes: 'policy',
  learnsFrom: 'pairs',
  texts: 2,
  passes: 1,
  config: v.object({
    algorithm: v.literal('simpo'),
    ...directOptimizer(),
    beta: knob(2.5, 0.01, 20, { title: 'β', help: 'Scale of the difference of mean log-probabilities.', source: '2.5: Meng et al. 2024. (TRL’s default is 0.1.)', essential: true }),
    gamma: knob(1.375, 0, 10, { title: 'γ', help: 'Margin by which the chosen completion should lead, after β.', source: '1.375: Meng et al. 2024, 0.55 of β. (TRL’s default is 0.5.)' }),
    nllWeight: knob(0, 0, 10, { title: 'NLL weight', help: 'Weight of the likelihood of chosen completions beside the loss.', source: '0: Meng et al. 2024. TRL’s cpo_alpha; above 0 it is CPO-SimPO.' }),
    ...labelKnobs,
    ...loraKnobs,
    ...watchKnobs({ evaluateEvery: 100, saveEvery: 200 }),
  }),
  charts: ['loss', 'nll_loss', 'rewards/accuracies', ...DIRECT_CHARTS],
});
