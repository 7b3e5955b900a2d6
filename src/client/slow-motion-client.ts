/** The page's handle on the worker that makes steps in slow motion. It is made when first needed, thrown away when nobody looks any more, and made anew after it died. */
import type { SlowMotionApi, StepOrder, TurnOrder, Turns, UnrolledStep } from '../contract/slow-motion';
import { LookingWorker, type LentStores } from './looking-worker';
import type { WorkerLike } from './worker-life';

const spawnWorker = (): WorkerLike => new Worker(new URL('../../workers/slow-motion.worker.ts', import.meta.url), { type: 'module', name: 'nudge-slow-motion' });

/** What the page asks of it; tests bring their own. */
export interface StepDesk {
  unroll(order: StepOrder): Promise<UnrolledStep>;
  turns(order: TurnOrder): Promise<Turns>;
  /** Throws the worker away; what waits rejects. */
  close(): void;
}

export class SlowMotionClient implements StepDesk {
  readonly #worker: LookingWorker<SlowMotionApi>;

  /** @param stores of the page, where the browser keeps nothing; left out, the worker opens the database itself */
  constructor(stores?: LentStores, spawn: () => WorkerLike = spawnWorker) {
    this.#worker = new LookingWorker(spawn, 'step-worker-stopped', stores);
  }

  unroll(order: StepOrder): Promise<UnrolledStep> {
    return this.#worker.ask((api) => api.unroll(order));
  }

  turns(order: TurnOrder): Promise<Turns> {
    return this.#worker.ask((api) => api.turns(order));
  }

  close(): void {
    this.#worker.close();
  }
}
