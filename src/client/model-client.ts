/** The page's handle on the worker in which stored models speak. It is made when first needed, thrown away when nobody looks any more, and made anew after it died. */
import * as Comlink from 'comlink';
import type { Answer, AttentionQuestion, HeardToken, ModelApi, Opened, Question, TalkOrder } from '../contract/model-api';
import { LookingWorker, type LentStores } from './looking-worker';
import type { WorkerLike } from './worker-life';

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

export class ModelClient implements ModelDesk {
  readonly #worker: LookingWorker<ModelApi>;

  /** @param stores of the page, where the browser keeps nothing; left out, the worker opens the database itself */
  constructor(stores?: LentStores, spawn: () => WorkerLike = spawnWorker) {
    this.#worker = new LookingWorker(spawn, 'model-worker-stopped', stores);
  }

  open(order: TalkOrder): Promise<Opened> {
    return this.#worker.ask((api) => api.open(order));
  }

  async say(question: Question, hear: (token: HeardToken) => void): Promise<Answer> {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<HeardToken>) => hear(data);
    try {
      return await this.#worker.ask((api) => api.say(question, Comlink.transfer(port2, [port2])));
    } finally {
      port1.close();
    }
  }

  async stop(): Promise<void> {
    if (this.#worker.isAwake) await this.#worker.ask((api) => api.stop());
  }

  attention(question: AttentionQuestion): Promise<Float32Array> {
    return this.#worker.ask((api) => api.attention(question));
  }

  close(): void {
    this.#worker.close();
  }
}
