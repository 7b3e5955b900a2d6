/** The page's handle on the worker that makes steps in slow motion. It is made when first needed, thrown away when nobody looks any more, and made anew after it died. */
import * as Comlink from 'comlink';
import { detail } from '../contract/details';
import { Failure } from '../contract/failures';
import type { SlowMotionApi, StepOrder, TurnOrder, Turns, UnrolledStep } from '../contract/slow-motion';
import { installFailureTransfer } from '../contract/transfer';
import { WorkerLife, type WorkerLike } from './worker-life';

const spawnWorker = (): WorkerLike => new Worker(new URL('../../workers/slow-motion.worker.ts', import.meta.url), { type: 'module', name: 'nudge-slow-motion' });

/** What the page asks of it; tests bring their own. */
export interface StepDesk {
  unroll(order: StepOrder): Promise<UnrolledStep>;
  turns(order: TurnOrder): Promise<Turns>;
  /** Throws the worker away; what waits rejects. */
  close(): void;
}

interface Alive {
  life: WorkerLife;
  api: Comlink.Remote<SlowMotionApi>;
  /** The page's ends of lines to its stores. */
  lines: MessagePort[];
}

export class SlowMotionClient implements StepDesk {
  #alive: Alive | undefined;

  /** @param stores of the page, where the browser keeps nothing; left out, the worker opens the database itself */
  constructor(
    private readonly stores?: { store: object; datasets: object },
    private readonly spawn: () => WorkerLike = spawnWorker,
  ) {
    installFailureTransfer();
  }

  unroll(order: StepOrder): Promise<UnrolledStep> {
    return this.#ask((api) => api.unroll(order));
  }

  turns(order: TurnOrder): Promise<Turns> {
    return this.#ask((api) => api.turns(order));
  }

  close(): void {
    this.#end(new Failure('step-worker-stopped', detail('closed')));
  }

  async #ask<Made>(question: (api: Comlink.Remote<SlowMotionApi>) => PromiseLike<Made>): Promise<Made> {
    const { life, api } = (this.#alive ??= this.#wake());
    return life.ask(() => question(api));
  }

  #wake(): Alive {
    const worker = this.spawn();
    const life = new WorkerLife(worker, (detail) => this.#end(new Failure('step-worker-stopped', detail)));
    const alive: Alive = { life, api: Comlink.wrap<SlowMotionApi>(worker), lines: [] };
    if (this.stores) {
      const lend = (own: object): MessagePort => {
        const { port1, port2 } = new MessageChannel();
        Comlink.expose(own, port1);
        alive.lines.push(port1);
        return Comlink.transfer(port2, [port2]);
      };
      const [store, datasets] = [lend(this.stores.store), lend(this.stores.datasets)];
      void life.ask(() => alive.api.useStores(store, datasets)).catch(() => {}); // what is asked next says it too
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
