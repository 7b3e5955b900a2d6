/** Entry of the training worker: puts a MessagePort where the session has a callback, and the page's own doors where tests have others. */
import * as Comlink from 'comlink';
import type { TrainApi } from '../src/contract/api';
import { asDatasetId } from '../src/contract/ids';
import { installFailureTransfer } from '../src/contract/transfer';
import { openDatabase } from '../src/storage/database';
import { openDatasets } from '../src/storage/dataset-database';
import { firstSamples } from '../src/storage/dataset-rows';
import type { DatasetStore } from '../src/storage/dataset-store';
import { fetchPublic, readPublicFile } from '../src/storage/public-file';
import type { RunStore } from '../src/storage/run-store';
import { Training } from './session/train-api';

installFailureTransfer();

/** The page's own store, where the browser keeps nothing. */
let pageStore: RunStore | undefined;
let pageDatasets: DatasetStore | undefined;

/** Built or not, workers stand one folder below the page, beside which public files lie. */
const PUBLIC = new URL('..', self.location.href);

const training = new Training({
  openStore: async () => pageStore ?? openDatabase(),
  clock: Date.now,
  readFile: (name) => readPublicFile(name, PUBLIC),
  readDataset: async (id, rows) => firstSamples(pageDatasets ?? (await openDatasets()), asDatasetId(id), rows),
  readBytes: async (name) => new Uint8Array(await (await fetchPublic(name, PUBLIC)).arrayBuffer()),
});

const api: TrainApi = {
  start: (order, events, store) => {
    if (store) pageStore = Comlink.wrap<RunStore>(store);
    return training.start(order, (event) => events.postMessage(event));
  },
  useDatasets: async (store) => void (pageDatasets = Comlink.wrap<DatasetStore>(store)),
  pause: () => training.pause(),
  resume: () => training.resume(),
  step: () => training.step(),
  save: () => training.save(),
  answer: (id, choice) => training.answer(id, choice),
  stop: () => training.stop(),
};
Comlink.expose(api);
