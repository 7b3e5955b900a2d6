/** The list of training loops. To add one: its file here and one line below; a missing line is a compile error. */
import type { AlgorithmId } from '../../src/contract/algorithms';
import type { StageConfig } from '../../src/contract/config';
import type { Stage } from '../stage/stage';
import type { Asking, AskingLoop, LongLoop, MidStep, StepReport, Steps, TrainingLoop } from './algorithm';
import { base } from './base';
import { bestOfN } from './best-of-n';
import { dpo } from './dpo';
import { grpo } from './grpo';
import { kto } from './kto';
import { labels } from './labels';
import { onlineDpo } from './online-dpo';
import { orpo } from './orpo';
import { perplexityFilter } from './perplexity-filter';
import { pointwiseDpo } from './pointwise-dpo';
import { ppo } from './ppo';
import { pretrain } from './pretrain';
import { reinforcePlusPlus } from './reinforce-plus-plus';
import { rejectionSampling } from './rejection-sampling';
import { rewardModel } from './reward-model';
import { rloo } from './rloo';
import { sft } from './sft';
import { simpo } from './simpo';

const LOOPS: { [A in AlgorithmId]: TrainingLoop<A> | AskingLoop<A> | LongLoop<A> } = {
  base,
  pretrain,
  sft,
  'reward-model': rewardModel,
  dpo,
  kto,
  orpo,
  simpo,
  'pointwise-dpo': pointwiseDpo,
  labels,
  'online-dpo': onlineDpo,
  ppo,
  rloo,
  grpo,
  'reinforce-plus-plus': reinforcePlusPlus,
  'best-of-n': bestOfN,
  'rejection-sampling': rejectionSampling,
  'perplexity-filter': perplexityFilter,
};

/** Begins, or goes on with, the training a stage's configuration describes. */
export function trainingSteps(stage: Stage, train: StageConfig['train']): Steps {
  // The loop is looked up by the configuration's own algorithm; TypeScript cannot follow that pairing through an index.
  const loop = LOOPS[train.algorithm] as (stage: Stage, config: StageConfig['train']) => Steps;
  return loop(stage, train);
}

export type { Asking, MidStep, StepReport, Steps };
