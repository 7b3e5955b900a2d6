/** Entry of the training worker: puts a MessagePort where the session has a callback, and the page's own doors where tests have others. */
import * as Comlink from 'comlink';
import type { TrainApi } from '../src/contract/api';
import { installFailureTransfer } from '../src/contract/transfer';
import type { DatasetStore } from '../src/storage/dataset-store';
import type { RunStore } from '../src/storage/run-store';
import { pageDoors, type Lent } from './session/page-doors';
import { Training } from './session/train-api';

installFailureTransfer();

const lent: Lent = {};
const training = new Training(pageDoors(self.location.href, lent));

const api: TrainApi = {
  start: (order, events, store) => {
    if (store) lent.store = Comlink.wrap<RunStore>(store);
    return training.start(order, (event) => events.postMessage(event));
  },
  useDatasets: async (store) => void (lent.datasets = Comlink.wrap<DatasetStore>(store)),
  pause: () => training.pause(),
  resume: () => training.resume(),
  step: () => training.step(),
  save: () => training.save(),
  answer: (id, choice) => training.answer(id, choice),
  stop: () => training.stop(),
};
Comlink.expose(api);
