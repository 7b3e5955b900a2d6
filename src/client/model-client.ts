/** The page's handle on the worker in which stored models speak. It is made when first needed, thrown away when nobody looks any more, and made anew after it died. */
import * as Comlink from 'comlink';
import { detail } from '../contract/details';
import { Failure } from '../contract/failures';
import type { Answer, AttentionQuestion, HeardToken, ModelApi, Opened, Question, TalkOrder } from '../contract/model-api';
import { installFailureTransfer } from '../contract/transfer';
import { WorkerLife, type WorkerLike } from './worker-life';

const spawnWorker = (): WorkerLike => new Worker(new URL('../../workers/model.worker.ts', import.meta.url), { type: 'module', name: 'nudge-model' });

/** What the page asks of it; tests bring their own. */
export interface ModelDesk {
  open(order: TalkOrder): Promise<Opened>;
  say(question: Question, hear: (token: HeardToken) => void): Promise<Answer>;
  stop(): Promise<void>;
  attention(question: AttentionQuestion): Promise<Float32Array>;
  /** Throws the worker away; what waits rejects. The next question makes another, which has nothing open. */
  close(): void;
}

interface Alive {
  life: WorkerLife;
  api: Comlink.Remote<ModelApi>;
  /** The page's ends of lines to its stores. */
  lines: MessagePort[];
}

export class ModelClient implements ModelDesk {
  #alive: Alive | undefined;

  /** @param stores of the page, where the browser keeps nothing; left out, the worker opens the database itself */
  constructor(
    private readonly stores?: { store: object; datasets: object },
    private readonly spawn: () => WorkerLike = spawnWorker,
  ) {
    installFailureTransfer();
  }

  open(order: TalkOrder): Promise<Opened> {
    return this.#ask((api) => api.open(order));
  }

  async say(question: Question, hear: (token: HeardToken) => void): Promise<Answer> {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<HeardToken>) => hear(data);
    try {
      return await this.#ask((api) => api.say(question, Comlink.transfer(port2, [port2])));
    } finally {
      port1.close();
    }
  }

  async stop(): Promise<void> {
    if (this.#alive) await this.#ask((api) => api.stop());
  }

  attention(question: AttentionQuestion): Promise<Float32Array> {
    return this.#ask((api) => api.attention(question));
  }

  close(): void {
    this.#end(new Failure('model-worker-stopped', detail('closed')));
  }

  async #ask<Made>(question: (api: Comlink.Remote<ModelApi>) => PromiseLike<Made>): Promise<Made> {
    const { life, api } = (this.#alive ??= this.#wake());
    return life.ask(() => question(api));
  }

  #wake(): Alive {
    const worker = this.spawn();
    const life = new WorkerLife(worker, (why) => this.#end(new Failure('model-worker-stopped', why)));
    const alive: Alive = { life, api: Comlink.wrap<ModelApi>(worker), lines: [] };
    if (this.stores) {
      const [store, datasets] = [this.stores.store, this.stores.datasets].map((own) => {
        const { port1, port2 } = new MessageChannel();
        Comlink.expose(own, port1);
        alive.lines.push(port1);
        return Comlink.transfer(port2, [port2]);
      });
      void life.ask(() => alive.api.useStores(store!, datasets!)).catch(() => {}); // two of two; what is asked next says it too
    }
    return alive;
  }

  #end(reason: Failure): void {
    const alive = this.#alive;
    this.#alive = undefined;
    alive?.life.end(reason);
    for (const line of alive?.lines ?? []) line.close();
  }
}
