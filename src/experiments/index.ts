/** The list of experiments. To add one: its file here and one line below. */
import { activeLabels } from './active-labels';
import { compare } from './compare';
import { overOptimisation } from './over-optimisation';
import { perplexityFilter } from './perplexity-filter';
import { raters } from './raters';
import { rewardModelScaling } from './reward-model-scaling';
import { sentencesAlignment } from './sentences-alignment';
import type { Experiment } from './experiment';

export const EXPERIMENTS: readonly Experiment[] = [
  compare,
  overOptimisation,
  rewardModelScaling,
  raters,
  perplexityFilter,
  activeLabels,
  sentencesAlignment,
];

export * from './experiment';
