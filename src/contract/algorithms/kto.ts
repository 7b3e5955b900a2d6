import * as v from 'valibot';
import { knob } from '../knobs';
import { DIRECT_CHARTS, defineAlgorithm, directOptimizer, labelKnobs, PAIRS_START, referenceKnobs, watchKnobs } from './algorithm';
import { loraKnobs } from './lora-knobs';

export const kto = defineAlgorithm({
  id: 'kto',
  title: 'KTO',
  says: 'Raises completions marked good and lowers those marked bad, each by itself: no pairs are needed.',
  source: 'Ethayarajh et al. 2024, arXiv:2402.01306.',
  starts: { policy: 'policy', ...PAIRS_START },
  optional: ['pairs'],
  makes: 'policy',
  learnsFrom: 'marks',
  texts: 1,
  passes: 2, // policy and reference look at completions under other prompts, the reference at each
  config: v.object({
    algorithm: v.literal('kto'),
    ...directOptimizer({ batchSize: 128, batchOf: 'Completions' }),
    beta: knob(0.1, 0.001, 5, { title: 'β', help: 'How strongly the policy is held to the reference.', source: '0.1: Ethayarajh et al. 2024; TRL default.', essential: true }),
    desirableWeight: knob(1, 0, 10, { title: 'λ good', help: 'Weight of good completions. Keep λ good × their number between 1 and 4/3 of λ bad × the others’.', source: '1: TRL default; our good and bad are equally many.' }),
    undesirableWeight: knob(1, 0, 10, { title: 'λ bad', help: 'Weight of bad completions.', source: '1: TRL default.' }),
    ...labelKnobs,
    ...referenceKnobs,
    ...loraKnobs,
    ...watchKnobs({ evaluateEvery: 100, saveEvery: 200 }),
  }),
  charts: ['loss', 'kl', ...DIRECT_CHARTS],
});
