/** A worker and the requests that wait for it. When the worker dies, whoever waits is told instead of waiting forever. */
import { detail, type Detail } from '../contract/details';

/** What a client needs of a worker; tests bring their own. */
export interface WorkerLike {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject): void;
  terminate(): void;
}

export class WorkerLife {
  #end: Error | undefined;
  readonly #waiting = new Set<(reason: Error) => void>();

  /** @param onDeath called once, with what the browser says about it; not after `end` */
  constructor(
    private readonly worker: WorkerLike,
    onDeath: (why: string | Detail) => void,
  ) {
    const die = (event: Event) => {
      event.preventDefault?.(); // told below; the console need not repeat it as an uncaught error
      if (!this.#end) onDeath(detailOf(event));
    };
    worker.addEventListener('error', die);
    worker.addEventListener('messageerror', die);
  }

  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  /** Makes a request, unless the worker has ended; rejects as soon as it does. */
  ask<Answer>(request: () => PromiseLike<Answer>): Promise<Answer> {
    if (this.#end) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      request().then(
        (answer) => {
          this.#waiting.delete(reject);
          resolve(answer);
        },
        (error: unknown) => {
          this.#waiting.delete(reject);
          reject(error);
        },
      );
    });
  }

  /** Terminates the worker at once; every request, waiting or yet to come, is rejected with `reason`. Only the first call counts. */
  end(reason: Error): void {
    if (this.#end) return;
    this.#end = reason;
    this.worker.terminate();
    for (const reject of this.#waiting) reject(reason);
    this.#waiting.clear();
  }
}

function detailOf(event: Event): string | Detail {
  if (event.type === 'messageerror') return detail('no-message');
  // A script that fails to load gives a plain event without a message.
  return 'message' in event && typeof event.message === 'string' && event.message !== '' ? event.message : detail('no-worker');
}
