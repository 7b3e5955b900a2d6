/**
 * What `SlowMotionApi` promises: one step made over to be looked at, and two models held against their own last step. It reads stores and writes to none.
 * The engine is the worker's own; where it is lost, WASM takes its place and the work is done again.
 */
import { stageOf } from '../../../src/contract/config';
import { detail } from '../../../src/contract/details';
import { Failure } from '../../../src/contract/failures';
import { isWatched, type SlowMotionApi, type StepOrder, type TurnOrder, type Turns, type UnrolledStep } from '../../../src/contract/slow-motion';
import type { RunId } from '../../../src/contract/ids';
import type { RunRecord } from '../../../src/contract/run';
import type { RunStore } from '../../../src/storage/run-store';
import { openTask, type Task } from '../../../src/tasks';
import { startEngine, type EngineStart } from '../../engine/engine';
import { engineRoom } from '../../engine/memory';
import { EngineLife, EngineLost } from '../engine-life';
import { Engines, infoOf } from '../engines';
import { checkData } from '../fit-data';
import { checkRoom } from '../fit-room';
import { Speakers } from '../speakers';
import { loadStage } from '../stage-files';
import type { Doors } from '../train-api';
import { compareTurns } from './turns';
import { watchStep } from './watched-step';

export class SlowMotion implements Omit<SlowMotionApi, 'useStores'> {
  readonly #engines: Engines;
  #store: Promise<RunStore> | undefined;
  #task: { key: string; opened: Promise<Task> } | undefined;
  /** Settles when what was asked before is answered. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly doors: Doors,
    start: ConstructorParameters<typeof Engines>[0] = startEngine,
  ) {
    this.#engines = new Engines(start);
  }

  unroll(order: StepOrder): Promise<UnrolledStep> {
    return this.#on(order, async (engine) => {
      const [store, { config }] = await this.#runOf(order.run);
      const { id, train } = stageOf(config, order.stage);
      if (!isWatched(train.algorithm)) throw new Failure('unwatched-step', train.algorithm);
      const starts = [...new Set([0, ...(await store.checkpoints(order.run, id)).map(({ step }) => step)])].filter((step) => step < train.steps).toSorted((a, b) => a - b);
      const from = starts.find((step) => step === order.from) ?? starts.at(-1)!; // 0 is one
      const task = await this.#open(config.task);
      checkData(task, config);
      checkRoom(config, id, task, engineRoom());
      const stage = await loadStage(asOf(store, id, from), order.run, config, id, task, this.doors);
      try {
        return { run: order.run, stage: id, train, engine: infoOf(engine), from, starts, ...(await watchStep(stage, train)) };
      } finally {
        stage.dispose();
      }
    });
  }

  turns(order: TurnOrder): Promise<Turns> {
    return this.#on(order, async () => {
      const [store, { config }] = await this.#runOf(order.run);
      const speakers = new Speakers(store, this.doors);
      try {
        return await compareTurns(store, speakers, config, order);
      } finally {
        speakers.dispose();
      }
    });
  }

  async #runOf(run: RunId): Promise<[RunStore, RunRecord]> {
    const store = await (this.#store ??= this.doors.openStore());
    const record = await store.run(run);
    if (!record) throw new Failure('run-elsewhere');
    return [store, record];
  }

  /** One after the other. */
  #on<Made>({ engine: choice }: StepOrder | TurnOrder, work: (engine: EngineStart) => Promise<Made>): Promise<Made> {
    const turn = this.#last.then(() => this.#tried(choice, work));
    this.#last = turn.catch(() => {}); // who asked is told
    return turn;
  }

  /** Once more where the engine was lost meanwhile. */
  async #tried<Made>(choice: StepOrder['engine'], work: (engine: EngineStart) => Promise<Made>): Promise<Made> {
    const engine = await this.#engines.of(choice);
    try {
      return await new EngineLife(engine, () => {}).ask(() => work(engine));
    } catch (error) {
      if (!(error instanceof EngineLost)) throw error;
      return work(await this.#engines.replace({ reason: error.reason, isAgain: true, from: detail('looked-at-step') }));
    }
  }

  #open(config: Parameters<typeof openTask>[0]): Promise<Task> {
    const key = JSON.stringify(config);
    if (this.#task?.key !== key) {
      this.#task = { key, opened: openTask(config, this.doors) };
      this.#task.opened.catch(() => (this.#task = undefined)); // a failed load may be tried again
    }
    return this.#task.opened;
  }
}

/** The store as it stood when a stage had made so many steps, as far as that stage goes. */
const asOf = (store: RunStore, id: string, step: number): Pick<RunStore, 'checkpoint' | 'checkpoints'> => ({
  checkpoint: (ref) => store.checkpoint(ref),
  checkpoints: async (run, stage) => (await store.checkpoints(run, stage)).filter((ref) => stage !== id || ref.step <= step),
});
