/** A worker that looks at what is stored and writes nothing: made when something is asked of it, thrown away when nobody looks any more, and made anew after it died. */
import * as Comlink from 'comlink';
import { detail } from '../contract/details';
import { Failure, type FailureCode } from '../contract/failures';
import { installFailureTransfer } from '../contract/transfer';
import { WorkerLife, type WorkerLike } from './worker-life';

/** Of the page, where the browser keeps nothing. */
export interface LentStores {
  store: object;
  datasets: object;
}

interface Alive<Api> {
  life: WorkerLife;
  api: Comlink.Remote<Api>;
  /** The page's ends of lines to its stores. */
  lines: MessagePort[];
}

/** What such a worker takes the page's stores by. */
interface TakesStores {
  useStores(store: MessagePort, datasets: MessagePort): Promise<void>;
}

export class LookingWorker<Api extends TakesStores> {
  #alive: Alive<Api> | undefined;

  /** @param stopped what whoever waits is told when it ends @param stores left out, the worker opens the database itself */
  constructor(
    private readonly spawn: () => WorkerLike,
    private readonly stopped: FailureCode,
    private readonly stores?: LentStores,
  ) {
    installFailureTransfer();
  }

  get isAwake(): boolean {
    return this.#alive !== undefined;
  }

  async ask<Made>(question: (api: Comlink.Remote<Api>) => PromiseLike<Made>): Promise<Made> {
    const { life, api } = (this.#alive ??= this.#wake());
    return life.ask(() => question(api));
  }

  /** Throws the worker away; what waits rejects. */
  close(): void {
    this.#end(new Failure(this.stopped, detail('closed')));
  }

  #wake(): Alive<Api> {
    const worker = this.spawn();
    const life = new WorkerLife(worker, (why) => this.#end(new Failure(this.stopped, why)));
    const lines: MessagePort[] = [];
    const api = Comlink.wrap<Api>(worker);
    const lend = (own: object): MessagePort => {
      const { port1, port2 } = new MessageChannel();
      Comlink.expose(own, port1);
      lines.push(port1);
      return Comlink.transfer(port2, [port2]);
    };
    if (this.stores) {
      const [store, datasets] = [lend(this.stores.store), lend(this.stores.datasets)];
      const taking = api as unknown as Comlink.Remote<TakesStores>; // Comlink's types cannot see through a parameter
      void life.ask(() => taking.useStores(store, datasets)).catch(() => {}); // what is asked next says it too
    }
    return { life, api, lines };
  }

  #end(reason: Failure): void {
    const alive = this.#alive;
    this.#alive = undefined;
    alive?.life.end(reason);
    for (const line of alive?.lines ?? []) line.close();
  }
}
