import * as v from 'valibot';
import { choiceKnob, fixed, knob, wholeKnob } from '../knobs';
import { defineAlgorithm, PAIRS_START } from './algorithm';

export const LABELLERS = ['raters', 'gold', 'visitor'] as const;
export const SOURCES = ['policy', 'data'] as const;
export const STRATEGIES = ['random', 'entropy', 'certainty', 'uncertainty'] as const;

export const labels = defineAlgorithm({
  id: 'labels',
  title: 'Label',
  says: 'Chooses pairs of completions, asks which is better, you or a simulated rater, and leaves the answers as pairs for later stages to learn from. No model is trained.',
  source: 'Strategies as Active Preference Learning: Muldrew et al. 2024, arXiv:2402.08114.',
  starts: { policy: 'policy', reference: 'policy', ...PAIRS_START },
  optional: ['reference', 'pairs'],
  makes: 'pairs',
  texts: 2,
  passes: 1, // sampling, and a look by policy and reference
  config: v.object({
    algorithm: v.literal('labels'),
    steps: wholeKnob(8, 1, 10_000, { title: 'Rounds', help: 'So many times the questions below are asked. Rounds times questions are the labels of this stage.', source: 'Ours: 64 labels.', essential: true }),
    questions: wholeKnob(8, 1, 256, { title: 'Questions', help: 'Asked in each round.', source: 'Ours: half a minute of reading.', essential: true }),
    judge: choiceKnob('raters', LABELLERS, { title: 'Judge', help: 'Who answers: raters drawn at random from those the task’s own pairs come from, the true reward, or you. Where the pairs come from the data, raters say what the data says.', source: 'Ours: no run should wait for a person unasked. Muldrew et al. 2024 ask a large language model.' }),
    strategy: choiceKnob('random', STRATEGIES, { title: 'Strategy', help: 'Which candidates are asked about: the first drawn (random), those to whose prompt the policy is most undecided what to answer (entropy), those of whose better side it is surest (certainty) or least sure (uncertainty), by implicit reward.', source: 'random: what all others are measured against in Muldrew et al. 2024.', essential: true }),
    source: choiceKnob('policy', SOURCES, { title: 'Pairs from', help: 'Two fresh completions of the policy, or pairs of the task’s data with their labels hidden.', source: 'policy: Muldrew et al. 2024.' }),
    overGenerate: wholeKnob(8, 1, 64, { title: 'Over-generate', help: 'Candidates for each question, of which the strategy keeps one. Random needs none.', source: '8: Muldrew et al. 2024 on TL;DR; 16 on IMDB.' }),
    entropySamples: wholeKnob(8, 2, 64, { title: 'Entropy samples', help: 'Completions of each prompt that the strategy entropy goes by.', source: 'Ours: a quarter of the 32 of Muldrew et al. 2024.' }),
    temperature: knob(1, 0.1, 2, { title: 'Temperature', help: 'Sampling temperature of the completions that are compared.', source: 'Ours: as online DPO here. Muldrew et al. 2024: 0.7.' }),
    evaluateEvery: fixed(1),
    evaluateOn: fixed(64), // texts of a round, for foretelling how long it takes
    saveEvery: fixed(1), // nothing that somebody said is asked again
  }),
  charts: ['pairs/gold_agreement', 'labels/first_chosen'],
});
