/** Entry of the data worker: puts a MessagePort where the work has a callback, and the page's own doors where tests have others. */
import * as Comlink from 'comlink';
import type { DataApi, Progress } from '../src/contract/data-api';
import { installFailureTransfer } from '../src/contract/transfer';
import { openDatasets } from '../src/storage/dataset-database';
import type { DatasetStore } from '../src/storage/dataset-store';
import { folderAbove, readPublicFile } from '../src/storage/public-file';
import { DataWork } from './data/data-work';

installFailureTransfer();

/** What plain memory may take where the browser stores nothing, bytes. */
const MEMORY = 500e6;

/** The page's own store, where the browser keeps nothing. */
let pageStore: DatasetStore | undefined;
let opened: Promise<DatasetStore> | undefined;

const work = new DataWork({
  store: async () => pageStore ?? (opened ??= openDatasets()),
  clock: Date.now,
  room: async () => {
    if (pageStore) return MEMORY;
    // Not in every browser, whatever its type says.
    const { quota, usage } = (await (navigator.storage as StorageManager | undefined)?.estimate?.()) ?? {};
    return quota === undefined || usage === undefined ? undefined : quota - usage;
  },
  readFile: (name) => readPublicFile(name, folderAbove(self.location.href)),
});

const into = (port: MessagePort | undefined) => (progress: Progress) => port?.postMessage(progress);

const api: DataApi = {
  useStore: (store) => void (pageStore = Comlink.wrap<DatasetStore>(store)),
  look: (...asked) => work.look(...asked),
  import: (file, fileName, choices, port) => work.import(file, fileName, choices, into(port)),
  cancel: () => work.cancel(),
  describe: (source) => work.describe(source),
  browse: (...asked) => work.browse(...asked),
  write: (...asked) => work.write(...asked),
  learnTokenizer: (source, tokens, port) => work.learnTokenizer(source, tokens, into(port)),
};
Comlink.expose(api);
