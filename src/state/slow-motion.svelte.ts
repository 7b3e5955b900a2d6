/** One training step being looked at, and what a policy and its reward model made of their last step. The worker lives while somebody looks. */
import type { StepDesk } from '../client/slow-motion-client';
import { stageOf, type RunConfig } from '../contract/config';
import type { EngineChoice } from '../contract/engine';
import type { RunId } from '../contract/ids';
import { isWatched, type Turns, type UnrolledStep } from '../contract/slow-motion';
import { errorText } from '../words/spoken';

export interface SlowMotionParts {
  desk: StepDesk;
  engine: () => EngineChoice;
}

export interface Asked {
  run: RunId;
  stage: string;
  /** Step of the checkpoint it is made from; null is the newest that has a step left. */
  from: number | null;
}

/** The address of a step. */
export const stepLink = ({ run, stage, from }: { run: RunId; stage?: string; from?: number | null }): string =>
  `#/step?run=${run}${stage === undefined ? '' : `&stage=${encodeURIComponent(stage)}`}${from === null || from === undefined ? '' : `&at=${from}`}`;

/** What an address asks for, of a run whose stages are known. @param begun stages that have made a step, in order */
export function askedBy(params: URLSearchParams, run: RunId, config: RunConfig, begun: readonly string[]): Asked | null {
  const offered = watchedStages(config);
  const named = offered.find((id) => id === params.get('stage'));
  const stage = named ?? offered.findLast((id) => begun.includes(id)) ?? offered[0];
  const at = params.get('at') ?? '';
  const from = /^\d{1,9}$/.test(at) ? Number(at) : null;
  return stage === undefined ? null : { run, stage, from };
}

/** Stages whose steps can be looked at. */
export const watchedStages = ({ stages }: RunConfig): string[] => stages.filter(({ train }) => isWatched(train.algorithm)).map(({ id }) => id);

/** The stage in which a policy learns from a reward model, and that reward model's; null in a run that has none. */
export function couple(config: RunConfig): { policy: string; reward: string } | null {
  const learner = config.stages.find(({ start }) => start['reward'] !== undefined);
  const reward = learner?.start['reward'];
  return learner && reward !== undefined && stageOf(config, reward).train.algorithm === 'reward-model' ? { policy: learner.id, reward } : null;
}

export class SlowMotion {
  /** What was asked for last, here or not. */
  asked = $state.raw<Asked | null>(null);
  step = $state.raw<UnrolledStep | null>(null);
  turns = $state.raw<Turns | null>(null);
  isBusy = $state(false);
  /** What went wrong, in a sentence. */
  problem = $state('');
  /** Counts what was asked, so that an answer that comes too late is nobody's. */
  #turn = 0;
  #compared = 0;

  constructor(private readonly parts: SlowMotionParts) {}

  /** What was shown stays until the other is here. */
  async unroll(asked: Asked): Promise<void> {
    const turn = ++this.#turn;
    this.asked = asked;
    this.isBusy = true;
    this.problem = '';
    if (this.step?.run !== asked.run) this.step = null;
    try {
      const step = await this.parts.desk.unroll({ ...asked, engine: this.parts.engine() });
      if (turn === this.#turn) this.step = step;
    } catch (error) {
      if (turn !== this.#turn) return;
      this.step = null;
      this.problem = errorText(error);
    } finally {
      if (turn === this.#turn) this.isBusy = false;
    }
  }

  async compare(run: RunId, between: { policy: string; reward: string }): Promise<void> {
    const turn = ++this.#compared;
    try {
      const turns = await this.parts.desk.turns({ run, ...between, engine: this.parts.engine() });
      if (turn === this.#compared) this.turns = turns;
    } catch (error) {
      if (turn !== this.#compared) return;
      this.turns = null;
      this.problem = errorText(error);
    }
  }

  leave(): void {
    this.#turn += 1;
    this.#compared += 1;
    this.asked = null;
    this.step = null;
    this.turns = null;
    this.isBusy = false;
    this.problem = '';
    this.parts.desk.close();
  }
}
