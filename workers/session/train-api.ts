/** The training interface of one worker: one stage at a time, over doors given from outside. */
import type { StageOrder, StageStarted, TrainApi, TrainEvent } from '../../src/contract/api';
import { stageOf, type TaskConfig } from '../../src/contract/config';
import { Failure } from '../../src/contract/failures';
import { parameterCount, parameterShapes } from '../../src/contract/model-shape';
import type { RunStore } from '../../src/storage/run-store';
import { taskDefinition, type Task } from '../../src/tasks';
import { startEngine, type EngineStart } from '../engine/engine';
import { Session } from './session';
import { loadStage } from './stage-files';

export interface Doors {
  openStore(): Promise<RunStore>;
  /** Text of a file under public/. */
  readFile(name: string): Promise<string>;
  clock(): number;
}

/** `TrainApi` with events by callback; the worker's entry puts a MessagePort in its place. */
export class Training implements Omit<TrainApi, 'start'> {
  #session: Session | undefined;
  #store: Promise<RunStore> | undefined;
  #engine: { choice: StageOrder['engine']; started: Promise<EngineStart> } | undefined;
  #task: { key: string; opened: Promise<Task> } | undefined;

  constructor(private readonly doors: Doors) {}

  async start(order: StageOrder, emit: (event: TrainEvent) => void): Promise<StageStarted> {
    await this.#session?.stop();
    this.#store ??= this.doors.openStore();
    const [store, engine, task] = await Promise.all([this.#store, this.#startEngine(order.engine), this.#openTask(order.config.task)]);
    const stage = await loadStage(store, order.run, order.config, order.stage, task);
    const earlier = (await store.stages(order.run)).find((record) => record.stage === order.stage);
    const parts = { run: order.run, config: stageOf(order.config, order.stage), stage, engine, store, emit, clock: this.doors.clock, seconds: earlier?.seconds ?? 0 };
    this.#session = new Session(parts, { paused: order.paused ?? false });
    const { engine: name, adapter, note } = engine;
    return { engine: { engine: name, adapter, note }, parameters: parameterCount(parameterShapes(stage.shape, 'none')), step: stage.step, total: this.#session.total };
  }

  async pause() {
    return (await this.#session?.pause()) ?? { step: 0 };
  }

  async resume() {
    this.#session?.resume();
  }

  async step() {
    return (await this.#session?.stepOnce()) ?? { step: 0 };
  }

  async save() {
    if (!this.#session) throw new Failure('missing-checkpoint', 'nothing is being trained');
    return this.#session.save();
  }

  async stop() {
    await this.#session?.stop();
  }

  /** Settles when the current stage has ended. */
  async ended(): Promise<void> {
    await this.#session?.ended;
  }

  /** Started once per worker; a lost device gets a fresh worker. */
  #startEngine(choice: StageOrder['engine']): Promise<EngineStart> {
    if (this.#engine?.choice !== choice) this.#engine = { choice, started: startEngine(choice) };
    return this.#engine.started;
  }

  /** Stages of a run share their task. */
  #openTask(config: TaskConfig): Promise<Task> {
    const key = JSON.stringify(config);
    if (this.#task?.key !== key) {
      const definition = taskDefinition(config.id);
      this.#task = { key, opened: this.doors.readFile(definition.file).then((text) => definition.open(text, config)) };
      this.#task.opened.catch(() => (this.#task = undefined)); // a failed load may be tried again
    }
    return this.#task.opened;
  }
}
