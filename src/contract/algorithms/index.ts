/** The list of algorithms. To add one: its file here, one line below, its loop in workers/algorithms and one line there. */
import type * as v from 'valibot';
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

export const ALGORITHMS = {
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
} as const;

export type AlgorithmId = keyof typeof ALGORITHMS;
export type AlgorithmConfig<A extends AlgorithmId = AlgorithmId> = v.InferOutput<(typeof ALGORITHMS)[A]['config']>;
export type { AlgorithmInfo, Lesson, ModelKind, Product } from './algorithm';
