/** A stage being computed on one engine, from the checkpoint it was loaded from until it is done or the engine is lost. */
import type { TrainEvent } from '../../src/contract/api';
import type { StageConfig } from '../../src/contract/config';
import type { Choice } from '../../src/contract/preferences';
import { trainingSteps, type Asking, type MidStep, type StepReport, type Steps } from '../algorithms';
import type { EngineStart } from '../engine/engine';
import { engineBytes, engineTensors } from '../engine/memory';
import type { Stage } from '../stage/stage';
import { EngineLife } from './engine-life';
import { Telemetry } from './telemetry';

/** A stage as it stands in the store, and the engine that is to go on with it. */
export interface Start {
  stage: Stage;
  engine: EngineStart;
  /** Seconds trained so far. */
  seconds: number;
}

export class Attempt {
  readonly stage: Stage;
  readonly engine: EngineStart;
  readonly life: EngineLife;
  readonly telemetry: Telemetry;
  seconds: number;
  readonly #steps: Steps;

  /** @param onLoss called when the engine is lost; what is asked of this then rejects with `EngineLost` */
  constructor({ stage, engine, seconds }: Start, { id, train }: StageConfig, emit: (event: TrainEvent) => void, onLoss: () => void) {
    this.stage = stage;
    this.engine = engine;
    this.seconds = seconds;
    this.life = new EngineLife(engine, onLoss);
    this.telemetry = new Telemetry(id, train.steps, emit, () => performance.now(), () => ({ memory: engineBytes(), tensors: engineTensors() }));
    this.#steps = trainingSteps(stage, train);
  }

  /** One step, told to the page, or as much of it as is made before it gives way or a person is asked. @param answers to what was asked last @returns nothing when the algorithm is done */
  async advance(answers: readonly Choice[] = []): Promise<StepReport | Asking | MidStep | undefined> {
    const began = performance.now();
    const { done, value } = await this.life.ask(() => this.#steps.next(answers));
    if (done) return undefined;
    const seconds = (performance.now() - began) / 1000;
    this.seconds += seconds;
    if ('row' in value) this.telemetry.push(this.stage.step, value, seconds);
    return value;
  }

  save(): ReturnType<Stage['save']> {
    return this.life.ask(() => this.stage.save());
  }

  async end(): Promise<void> {
    const left = this.#steps.return(); // the algorithm's own clean-up, if it has any
    if (this.life.isLost) left.catch(() => {}); // a step may wait for the lost engine for ever
    else await left;
    this.stage.dispose();
  }
}
