/** Entry of the worker that trains one stored run again to compare it, and is then thrown away. It reads the page's stores and writes to none. */
import * as Comlink from 'comlink';
import { installFailureTransfer } from '../src/contract/transfer';
import type { VerifyApi } from '../src/contract/verification';
import type { DatasetStore } from '../src/storage/dataset-store';
import type { RunStore } from '../src/storage/run-store';
import { pageDoors } from './session/page-doors';
import { verifyRun } from './session/verify';

installFailureTransfer();

const api: VerifyApi = {
  verify: async (run, appVersion, progress, store, datasets) => {
    const { openStore, ...doors } = pageDoors(self.location.href, { ...(store && { store: Comlink.wrap<RunStore>(store) }), ...(datasets && { datasets: Comlink.wrap<DatasetStore>(datasets) }) });
    return verifyRun(await openStore(), run, doors, appVersion, (made) => progress.postMessage(made));
  },
};
Comlink.expose(api);
