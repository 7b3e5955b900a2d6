import * as v from 'valibot';
import { choiceKnob, knob } from '../knobs';
import { DIRECT_CHARTS, defineAlgorithm, directOptimizer, labelKnobs, PAIRS_START, referenceKnobs, watchKnobs } from './algorithm';
import { loraKnobs } from './lora-knobs';

/** TRL's names; `ipo_sum` is IPO on sums over tokens. What each is stands in workers/algorithms/dpo-losses.ts. */
export const DPO_LOSSES = ['sigmoid', 'robust', 'ipo', 'ipo_sum', 'hinge', 'sigmoid_norm', 'bco_pair', 'nca_pair', 'apo_zero', 'apo_down', 'sppo_hard'] as const;
export type DpoLoss = (typeof DPO_LOSSES)[number];

export const dpo = defineAlgorithm({
  id: 'dpo',
  title: 'DPO',
  says: 'Makes chosen completions more likely than rejected ones, relative to the starting model. No reward model, no sampling.',
  source: 'Rafailov et al. 2023, arXiv:2305.18290.',
  starts: { policy: 'policy', ...PAIRS_START },
  optional: ['pairs'],
  makes: 'policy',
  learnsFrom: 'pairs',
  texts: 2,
  passes: 4 / 3, // the reference looks at each
  config: v.object({
    algorithm: v.literal('dpo'),
    ...directOptimizer(),
    beta: knob(0.1, 0.001, 5, { title: 'β', help: 'How strongly the policy is held to the reference.', source: '0.1: Rafailov et al. 2023; TRL default.', essential: true }),
    loss: choiceKnob('sigmoid', DPO_LOSSES, { title: 'Loss', help: 'What is made of the log-ratios of a pair. IPO and SPPO aim at a gap of their own, ipo and sigmoid_norm count by token, so their β means something else than DPO’s.', source: 'sigmoid: Rafailov et al. 2023; TRL default.' }),
    labelSmoothing: knob(0, 0, 0.49, { title: 'Label smoothing', help: 'Assumed fraction of flipped labels: conservative DPO with the loss sigmoid, robust DPO with robust; the others pass over it.', source: '0: Rafailov et al. 2023; Mitchell 2023 for other values.' }),
    nllWeight: knob(0, 0, 10, { title: 'NLL weight', help: 'Weight of the mean likelihood of a chosen completion’s tokens beside the loss: keeps what was chosen likely while margins grow.', source: '0: Rafailov et al. 2023. Pang et al. 2024 (RPO) use 1, Llama 3 (Dubey et al. 2024) 0.2.' }),
    ...labelKnobs,
    ...referenceKnobs,
    ...loraKnobs,
    ...watchKnobs({ evaluateEvery: 100, saveEvery: 200 }),
  }),
  charts: ['loss', 'nll_loss', 'rewards/accuracies', ...DIRECT_CHARTS],
});
