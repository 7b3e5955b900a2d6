import * as v from 'valibot';
import { choiceKnob, knob } from '../knobs';
import { DIRECT_CHARTS, defineAlgorithm, directOptimizer, labelKnobs, PAIRS_START, referenceKnobs, watchKnobs } from './algorithm';
import { loraKnobs } from './lora-knobs';

export const pointwiseDpo = defineAlgorithm({
  id: 'pointwise-dpo',
  title: 'Point-wise DPO',
  says: 'Learns from single completions marked good or bad, as a classifier whose logit is β times the log-ratio to the reference.',
  source: 'Cai et al. 2023, arXiv:2312.02554 (point-wise DPO and ULMA).',
  starts: { policy: 'policy', ...PAIRS_START },
  optional: ['pairs'],
  makes: 'policy',
  learnsFrom: 'marks',
  texts: 1,
  passes: 4 / 3, // the reference looks at each
  config: v.object({
    algorithm: v.literal('pointwise-dpo'),
    ...directOptimizer({ batchSize: 128, batchOf: 'Completions' }),
    beta: knob(0.1, 0.001, 5, { title: 'β', help: 'How strongly the policy is held to the reference.', source: '0.1: as DPO, Rafailov et al. 2023.', essential: true }),
    good: choiceKnob('pointwise', ['pointwise', 'nll'], { title: 'Good completions', help: 'pointwise: −log σ of β times the log-ratio. nll: plain likelihood, which is ULMA.', source: 'pointwise: Cai et al. 2023, whose ULMA replaces it by the likelihood.' }),
    nllWeight: knob(0.3, 0, 10, { title: 'NLL weight', help: 'Weight of the mean likelihood of a good completion’s tokens, where it is used; beside it the bounded push on bad ones is small.', source: 'Ours, measured (LOG.md): 0.05 leaves nothing to hold good completions up; the paper sums over tokens with weight 1.' }),
    ...labelKnobs,
    ...referenceKnobs,
    ...loraKnobs,
    ...watchKnobs({ evaluateEvery: 100, saveEvery: 200 }),
  }),
  charts: ['loss', ...DIRECT_CHARTS],
});
