/** What every training loop is: an async generator that yields after each optimizer step and knows nothing of pause, disk, messages or charts. */
import type { AlgorithmConfig, AlgorithmId } from '../../src/contract/algorithms';
import { detail } from '../../src/contract/details';
import { Failure } from '../../src/contract/failures';
import type { MetricRow } from '../../src/contract/metrics';
import type { Choice, PairQuestion } from '../../src/contract/preferences';
import type { RewardReport } from '../../src/contract/reward-report';
import type { SampleSet } from '../../src/contract/run';
import type { Stage } from '../stage/stage';

export interface StepReport {
  row: MetricRow;
  samples?: SampleSet;
  /** Of a reward model, once. */
  report?: RewardReport;
}

export type TrainingLoop<A extends AlgorithmId> = (stage: Stage, config: AlgorithmConfig<A>) => AsyncGenerator<StepReport, void>;

/**
 * In the middle of a step an asking loop may ask a person which of two completions is better. It goes on with the answers, one a question in the same order.
 * Until then it has changed nothing that a checkpoint holds: what is saved meanwhile is the stage as it was before the step.
 */
export interface Asking {
  questions: readonly PairQuestion[];
}

/** Yielded in the middle of a step that takes long, so that pause, save and stop are heard there too. It too has changed nothing yet that a checkpoint holds. */
export const MID_STEP = { isMidStep: true } as const;
export type MidStep = typeof MID_STEP;

export type LongLoop<A extends AlgorithmId> = (stage: Stage, config: AlgorithmConfig<A>) => AsyncGenerator<StepReport | MidStep, void>;

export type Steps = AsyncGenerator<StepReport | Asking | MidStep, void, readonly Choice[]>;

export type AskingLoop<A extends AlgorithmId> = (stage: Stage, config: AlgorithmConfig<A>) => Steps;

/** Whether to evaluate after this step: the first, every so many, and the last. */
export const isDue = (step: number, { evaluateEvery, steps }: { evaluateEvery: number; steps: number }): boolean =>
  step === 1 || step % evaluateEvery === 0 || step === steps;

/** Stops training before a broken step is reported or saved. A finite loss may have a gradient that is not, and leaves broken weights. */
export function checkFinite(step: number, ...numbers: readonly number[]): void {
  if (!numbers.every(Number.isFinite)) throw new Failure('non-finite-loss', detail('step', step));
}
