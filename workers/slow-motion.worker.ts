/** Entry of the worker that makes one training step over to show what happens in it. It has an engine of its own and writes to no store; the page throws it away when the screen is left. */
import * as Comlink from 'comlink';
import type { SlowMotionApi } from '../src/contract/slow-motion';
import { installFailureTransfer } from '../src/contract/transfer';
import type { DatasetStore } from '../src/storage/dataset-store';
import type { RunStore } from '../src/storage/run-store';
import { pageDoors, type Lent } from './session/page-doors';
import { SlowMotion } from './session/slow-motion/slow-motion';

installFailureTransfer();

const lent: Lent = {};
const slowMotion = new SlowMotion(pageDoors(self.location.href, lent));

const api: SlowMotionApi = {
  useStores: async (store, datasets) => {
    lent.store = Comlink.wrap<RunStore>(store);
    lent.datasets = Comlink.wrap<DatasetStore>(datasets);
  },
  unroll: (order) => slowMotion.unroll(order),
  turns: (order) => slowMotion.turns(order),
};
Comlink.expose(api);
