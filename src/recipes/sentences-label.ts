import { labelSession, learning } from './label-stages';
import { base, SHAPE, sft } from './sentences-stages';
import type { Recipe } from './recipe';

/** Few steps at a low rate: a model this large soon knows a hundred labels by heart, and held-out agreement is then lower. */
const SHORT = { steps: 24, evaluateEvery: 12, evaluateOn: 256 };

export const sentencesLabel: Recipe = {
  id: 'sentences-label',
  title: 'Sentences: your own labels',
  teaches: 'You say which of two sentences is friendlier, a hundred times; a reward model and a policy learn from nothing but that. Watch how little of it carries over to sentences they have not seen: here a hundred labels are few.',
  task: 'sentences',
  modelSet: SHAPE,
  stages: [base, sft, { ...labelSession, set: { ...labelSession.set, steps: 10 } }, ...learning({ ...SHORT, learningRate: 2e-4 }, { ...SHORT, learningRate: 1e-4 })],
  compares: ['reward-model', 'dpo'],
};
