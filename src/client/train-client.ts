/** The page's handle on one training worker: requests through Comlink, events through a port, and an end that leaves nobody waiting. */
import * as Comlink from 'comlink';
import type { StageOrder, StageStarted, TrainApi, TrainEvent } from '../contract/api';
import { Failure, toRecord } from '../contract/failures';
import type { Choice, QuestionId } from '../contract/preferences';
import type { CheckpointRef } from '../contract/run';
import { installFailureTransfer } from '../contract/transfer';
import { WorkerLife, type WorkerLike } from './worker-life';

const spawnTrainer = (): WorkerLike => new Worker(new URL('../../workers/train.worker.ts', import.meta.url), { type: 'module', name: 'nudge-train' });

/** The stage under way and how far the worker said it is. */
interface Place {
  stage: string;
  step: number;
}

export class TrainClient implements Omit<TrainApi, 'start' | 'useDatasets'> {
  readonly #life: WorkerLife;
  readonly #api: Comlink.Remote<TrainApi>;
  readonly #onEvent: (event: TrainEvent) => void;
  #events: MessagePort | undefined;
  #store: MessagePort | undefined;
  readonly #pageStore: object | undefined;
  #datasets: MessagePort | undefined;
  readonly #pageDatasets: object | undefined;
  #place: Place | undefined;

  /**
   * @param onEvent hears everything until `close`. A worker that dies in mid-stage is heard as one `failed` event (`worker-crashed`),
   * and every request then rejects with the same failure.
   * @param pageStore where runs are kept when the browser stores nothing; left out, the worker opens the database itself @param pageDatasets the same for data sets
   */
  constructor(onEvent: (event: TrainEvent) => void, spawn: () => WorkerLike = spawnTrainer, pageStore?: object, pageDatasets?: object) {
    installFailureTransfer();
    const worker = spawn();
    this.#onEvent = onEvent;
    this.#pageStore = pageStore;
    this.#pageDatasets = pageDatasets;
    this.#api = Comlink.wrap<TrainApi>(worker);
    this.#life = new WorkerLife(worker, (why) => this.#crash(new Failure('worker-crashed', why)));
  }

  async start(order: StageOrder): Promise<StageStarted> {
    this.#events?.close();
    const { port1, port2 } = new MessageChannel();
    this.#events = port1;
    const place = { stage: order.stage, step: 0 };
    this.#place = place;
    port1.onmessage = ({ data }: MessageEvent<TrainEvent>) => this.#hear(data);
    try {
      await this.#lendDatasets();
      const store = this.#openStore();
      const started = await this.#life.ask(() => this.#api.start(order, Comlink.transfer(port2, [port2]), ...(store ? [Comlink.transfer(store, [store])] : [])));
      place.step = Math.max(place.step, started.step);
      return started;
    } catch (error) {
      // A stage that never began cannot fail later.
      if (this.#place === place) this.#place = undefined;
      throw error;
    }
  }

  pause(): Promise<{ step: number }> {
    return this.#life.ask(() => this.#api.pause());
  }

  resume(): Promise<void> {
    return this.#life.ask(() => this.#api.resume());
  }

  step(): Promise<{ step: number }> {
    return this.#life.ask(() => this.#api.step());
  }

  save(): Promise<CheckpointRef> {
    return this.#life.ask(() => this.#api.save());
  }

  answer(id: QuestionId, choice: Choice | 'undone'): Promise<void> {
    return this.#life.ask(() => this.#api.answer(id, choice));
  }

  async stop(): Promise<void> {
    await this.#life.ask(() => this.#api.stop());
    this.#place = undefined;
  }

  /** Ends the worker at once, whatever it is doing. Requests still waiting reject; nothing is heard any more. */
  close(): void {
    this.#release(new Error('TrainClient: want an open worker, got one that was closed'));
  }

  /** The worker's end of a line to the page's store, once: a worker asks for its store only once. */
  #openStore(): MessagePort | undefined {
    if (!this.#pageStore || this.#store) return undefined;
    const { port1, port2 } = new MessageChannel();
    this.#store = port1;
    Comlink.expose(this.#pageStore, port1);
    return port2;
  }

  async #lendDatasets(): Promise<void> {
    if (!this.#pageDatasets || this.#datasets) return;
    const { port1, port2 } = new MessageChannel();
    this.#datasets = port1;
    Comlink.expose(this.#pageDatasets, port1);
    await this.#life.ask(() => this.#api.useDatasets(Comlink.transfer(port2, [port2])));
  }

  #hear(event: TrainEvent): void {
    if (this.#life.hasEnded) return; // a message that was already on its way
    if (event.kind === 'finished' || event.kind === 'failed') this.#place = undefined;
    else if ((event.kind === 'progress' || event.kind === 'restarted') && this.#place) this.#place.step = event.step;
    this.#onEvent(event);
  }

  #crash(failure: Failure): void {
    const place = this.#place;
    this.#release(failure);
    if (place) this.#onEvent({ kind: 'failed', ...place, failure: toRecord(failure) });
  }

  #release(reason: Error): void {
    if (this.#life.hasEnded) return;
    this.#life.end(reason);
    this.#place = undefined;
    this.#events?.close();
    this.#store?.close();
    this.#datasets?.close();
  }
}
