/** Has a stored run trained again in a worker of its own, which is thrown away afterwards. */
import * as Comlink from 'comlink';
import { detail } from '../contract/details';
import { Failure } from '../contract/failures';
import type { RunId } from '../contract/ids';
import { installFailureTransfer } from '../contract/transfer';
import type { Verification, VerifyApi, VerifyProgress } from '../contract/verification';
import { WorkerLife, type WorkerLike } from './worker-life';

const spawnVerifier = (): WorkerLike => new Worker(new URL('../../workers/verify.worker.ts', import.meta.url), { type: 'module', name: 'nudge-verify' });

export interface Verifying {
  /** Null once cancelled. Rejects with what the worker throws, and `worker-crashed` when it dies. */
  found: Promise<Verification | null>;
  /** Ends the worker at once. */
  cancel(): void;
}

/** Stores of the page, where the browser keeps nothing; left out, the worker opens the database itself. */
export interface PageStores {
  store?: object;
  datasets?: object;
}

/** @param appVersion of the page */
export function verifyInWorker(run: RunId, appVersion: string, onProgress: (progress: VerifyProgress) => void, stores: PageStores = {}, spawn: () => WorkerLike = spawnVerifier): Verifying {
  installFailureTransfer();
  const worker = spawn();
  let isCancelled = false;
  const life = new WorkerLife(worker, (why) => life.end(new Failure('worker-crashed', why)));
  const api = Comlink.wrap<VerifyApi>(worker);
  const open: MessagePort[] = [];
  /** The worker's end of a line. */
  const lineTo = (heard: (here: MessagePort) => void): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    open.push(port1);
    heard(port1);
    return Comlink.transfer(port2, [port2]);
  };
  const lent = (store: object | undefined) => store && lineTo((here) => Comlink.expose(store, here));
  const ask = async (): Promise<Verification | null> => {
    try {
      const progress = lineTo((here) => (here.onmessage = ({ data }: MessageEvent<VerifyProgress>) => isCancelled || onProgress(data)));
      return await life.ask(() => api.verify(run, appVersion, progress, lent(stores.store), lent(stores.datasets)));
    } catch (error) {
      if (isCancelled) return null;
      throw error;
    } finally {
      life.end(new Failure('worker-crashed', detail('closed')));
      for (const port of open) port.close();
    }
  };
  return {
    found: ask(),
    cancel: () => {
      isCancelled = true;
      life.end(new Failure('worker-crashed', detail('cancelled')));
    },
  };
}
