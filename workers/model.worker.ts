/** Entry of the worker in which stored models speak. It has an engine of its own, so what trains elsewhere goes on as if nobody asked; the page throws it away when the screen is left. */
import * as Comlink from 'comlink';
import type { ModelApi } from '../src/contract/model-api';
import { installFailureTransfer } from '../src/contract/transfer';
import type { DatasetStore } from '../src/storage/dataset-store';
import type { RunStore } from '../src/storage/run-store';
import { pageDoors, type Lent } from './session/page-doors';
import { Talk } from './session/talk';

installFailureTransfer();

const lent: Lent = {};
const talk = new Talk(pageDoors(self.location.href, lent));

const api: ModelApi = {
  useStores: async (store, datasets) => {
    lent.store = Comlink.wrap<RunStore>(store);
    lent.datasets = Comlink.wrap<DatasetStore>(datasets);
  },
  open: (order) => talk.open(order),
  say: (question, heard) => talk.say(question, (token) => heard.postMessage(token)),
  stop: () => talk.stop(),
  attention: (question) => talk.attention(question),
};
Comlink.expose(api);
