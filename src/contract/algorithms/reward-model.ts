import * as v from 'valibot';
import { choiceKnob, knob, wholeKnob } from '../knobs';
import { defineAlgorithm, labelKnobs, optimizerKnobs, PAIRS_START, watchKnobs } from './algorithm';

export const NORMALISATIONS = ['none', 'reference', 'demonstrations'] as const;
const MOST_MEMBERS = 5;

/** Models of an ensemble as they are named in a checkpoint: `reward`, `reward-2`, … */
export const memberNames = (members = MOST_MEMBERS): string[] => Array.from({ length: members }, (_, i) => (i === 0 ? 'reward' : `reward-${i + 1}`));

/** The best weights so far of a model, where training may stop early. */
export const bestOf = (member: string): string => `${member}-best`;

export const rewardModel = defineAlgorithm({
  id: 'reward-model',
  title: 'Reward model',
  says: 'Learns from pairs which completion people chose, as one number per completion.',
  source: 'Bradley and Terry 1952; Christiano et al. 2017; Ouyang et al. 2022, step 2.',
  starts: { trunk: 'policy', ...PAIRS_START },
  optional: ['pairs'],
  makes: 'reward',
  learnsFrom: 'pairs',
  texts: 2,
  passes: 1,
  config: v.object({
    algorithm: v.literal('reward-model'),
    ...optimizerKnobs({ learningRate: 3e-4, steps: 1600, batchSize: 64, batchOf: 'Pairs', warmup: 20, finalRate: { value: 0, source: '0: TRL lets the rate decay to nothing.' }, source: 'Ours, swept at this size (LOG.md).' }),
    margin: knob(0, 0, 5, { title: 'Margin', help: 'How much higher the chosen reward must be before the loss is content.', source: '0: plain Bradley-Terry, TRL default.', essential: true }),
    centring: knob(0.01, 0, 1, { title: 'Centring', help: 'Weight of (r_chosen + r_rejected)², which keeps rewards around 0.', source: '0.01: TRL’s recommendation (Eisenstein et al. 2023).' }),
    labelSmoothing: knob(0, 0, 0.49, { title: 'Label smoothing', help: 'Assumed fraction of pairs whose label is the wrong way round; rewards are then never pushed apart without end.', source: '0: TRL. The loss is that of Mitchell 2023, with rewards in place of log-ratios; Wang et al. 2024, arXiv:2401.06080, smooth reward models so.' }),
    normalise: choiceKnob('none', NORMALISATIONS, { title: 'Normalise', help: 'At the end of the stage the score head is rescaled. reference: rewards of answers of the model it began from get mean 0 and deviation 1. demonstrations: rewards of good answers get mean 0.', source: 'none: TRL. reference: Ziegler et al. 2019, on 256 samples. demonstrations: N+ implementation details.' }),
    patience: wholeKnob(0, 0, 1000, { title: 'Patience', help: 'Stop after so many evaluations without a lower loss on held-out pairs, and keep the weights that had the lowest; 0 never stops.', source: '0: OpenAI 2019 and TRL train for a fixed number of steps.' }),
    ensemble: wholeKnob(1, 1, MOST_MEMBERS, { title: 'Ensemble', help: 'Reward models trained on the same pairs in different orders and from different heads; a step trains each of them once.', source: '1: TRL. Coste et al. 2023, arXiv:2310.02743, take 5 against over-optimisation.' }),
    ...labelKnobs,
    ...watchKnobs({ evaluateEvery: 100, saveEvery: 200 }),
  }),
  charts: ['loss', 'accuracy', 'eval_seen_accuracy', 'eval_unseen_accuracy', 'margin', 'eval_nll', 'eval_ece', 'eval_temperature', 'eval_brier', 'mean_reward', 'eval_loss'],
});
