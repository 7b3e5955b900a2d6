/** A worker for tests: a real Comlink endpoint behind a MessageChannel, on this thread, that can be made to die. */
import * as Comlink from 'comlink';
import type { WorkerLike } from '../../src/client/worker-life';

export class FakeWorker extends EventTarget implements WorkerLike {
  terminated = 0;
  readonly #near: MessagePort;
  readonly #far: MessagePort;

  constructor(api: object) {
    super();
    const { port1, port2 } = new MessageChannel();
    this.#near = port1;
    this.#far = port2;
    port1.onmessage = ({ data }) => this.dispatchEvent(new MessageEvent('message', { data }));
    Comlink.expose(api, port2);
  }

  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.#near.postMessage(message, transfer);
  }

  terminate(): void {
    this.terminated += 1;
    this.#near.close();
    this.#far.close();
  }

  /** As an uncaught error in the worker. Node has no ErrorEvent. */
  die(message: string): void {
    this.dispatchEvent(Object.assign(new Event('error'), { message }));
  }
}
