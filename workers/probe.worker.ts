/** Entry of the probe: starts an engine as training would, tells which it got, and is thrown away. */
import * as Comlink from 'comlink';
import type { ProbeApi } from '../src/contract/api';
import { installFailureTransfer } from '../src/contract/transfer';
import { startEngine } from './engine/engine';

installFailureTransfer();

const api: ProbeApi = {
  probe: async (choice) => {
    const { engine, adapter, note } = await startEngine(choice);
    return { engine, adapter, note };
  },
};
Comlink.expose(api);
