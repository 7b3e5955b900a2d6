/** The training interface of one worker: one stage at a time, over doors given from outside. */
import { adapterCount } from '../../src/contract/adapter-shape';
import type { StageOrder, StageStarted, TrainApi, TrainEvent } from '../../src/contract/api';
import { stageOf } from '../../src/contract/config';
import { detail } from '../../src/contract/details';
import { Failure } from '../../src/contract/failures';
import type { Answerer, Choice, QuestionId } from '../../src/contract/preferences';
import { parameterCount, parameterShapes } from '../../src/contract/model-shape';
import type { TaskConfig } from '../../src/contract/tasks';
import type { RunStore } from '../../src/storage/run-store';
import { openTask, type OnOpening, type Task, type TaskDoors } from '../../src/tasks';
import { startEngine } from '../engine/engine';
import { engineRoom } from '../engine/memory';
import type { Start } from './attempt';
import { Engines, infoOf } from './engines';
import { checkData } from './fit-data';
import { checkRoom } from './fit-room';
import type { JournalParts } from './journal';
import { Session } from './session';
import { loadStage } from './stage-files';

export interface Doors extends TaskDoors {
  openStore(): Promise<RunStore>;
  /** A file under public/ as it is. */
  readBytes(name: string): Promise<Uint8Array>;
  clock(): number;
}

/** `TrainApi` with events by callback; the worker's entry puts a MessagePort in its place. */
export class Training implements Omit<TrainApi, 'start' | 'useDatasets'> {
  #session: Session | undefined;
  #store: Promise<RunStore> | undefined;
  readonly #engines: Engines;
  #task: { key: string; opened: Promise<Task> } | undefined;

  /** @param start what starts an engine; tests have engines that are lost when they say so */
  constructor(
    private readonly doors: Doors,
    start: ConstructorParameters<typeof Engines>[0] = startEngine,
  ) {
    this.#engines = new Engines(start);
  }

  async start(order: StageOrder, emit: (event: TrainEvent) => void): Promise<StageStarted> {
    await this.#session?.stop();
    this.#store ??= this.doors.openStore();
    const [store, engine, task] = await Promise.all([this.#store, this.#engines.of(order.engine), this.#openTask(order.config.task, (says) => emit({ kind: 'opening', stage: order.stage, says }))]);
    checkData(task, order.config);
    checkRoom(order.config, order.stage, task, engineRoom());
    const load = async (): Promise<Omit<Start, 'engine'> & Pick<JournalParts, 'report'>> => {
      const stage = await loadStage(store, order.run, order.config, order.stage, task, this.doors);
      const { seconds = 0, report } = (await store.stages(order.run)).find((record) => record.stage === order.stage) ?? {};
      return { stage, seconds, report };
    };
    const startAgain = async (reason: string, isAgain: boolean): Promise<Start> => {
      const loaded = await load(); // plain numbers: nothing is on an engine before the first step
      return { ...loaded, engine: await this.#engines.replace({ reason, isAgain, from: detail('step-of-stage', loaded.stage.step, order.stage) }) };
    };
    const loaded = await load();
    const { stage } = loaded;
    this.#session = new Session({ ...loaded, engine, run: order.run, config: stageOf(order.config, order.stage), store, startAgain, emit, clock: this.doors.clock }, { paused: order.paused ?? false });
    const { train } = stageOf(order.config, order.stage);
    const adapters = 'loraRank' in train && train.loraRank > 0 ? adapterCount(stage.shape, { rank: train.loraRank, targets: train.loraTargets }) : undefined;
    return { engine: infoOf(engine), parameters: parameterCount(parameterShapes(stage.shape, 'none')), ...(adapters !== undefined && { adapters }), step: stage.step, total: this.#session.total, ...(task.notes !== undefined && { notes: task.notes }) };
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
    if (!this.#session) throw new Failure('missing-checkpoint', detail('not-training'));
    return this.#session.save();
  }

  /** @param by who says so; a page has only visitors */
  async answer(id: QuestionId, choice: Choice | 'undone', by: Answerer = 'visitor') {
    this.#session?.answer(id, choice, by);
  }

  async stop() {
    await this.#session?.stop();
  }

  /** Settles when the current stage has ended. */
  async ended(): Promise<void> {
    await this.#session?.ended;
  }

  /** Stages of a run share their task. */
  #openTask(config: TaskConfig, onProgress: OnOpening): Promise<Task> {
    const key = JSON.stringify(config);
    if (this.#task?.key !== key) {
      this.#task = { key, opened: openTask(config, this.doors, onProgress) };
      this.#task.opened.catch(() => (this.#task = undefined)); // a failed load may be tried again
    }
    return this.#task.opened;
  }
}
