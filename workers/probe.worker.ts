/** Entry of the probe: starts engines as training would, tells which it got or how fast they are, and is thrown away. */
import * as Comlink from 'comlink';
import type { ProbeApi } from '../src/contract/api';
import { installFailureTransfer } from '../src/contract/transfer';
import type { Measured } from '../src/contract/engine';
import { startEngine } from './engine/engine';
import { measureSpeed } from './engine/speed';
import { findAdapter } from './engine/webgpu-backend';

installFailureTransfer();

const api: ProbeApi = {
  probe: async (choice) => {
    const { engine, adapter, note, told } = await startEngine(choice);
    return { engine, adapter, note, ...(told && { told }) };
  },
  measure: async () => {
    const measured: Measured = {};
    const found = await findAdapter();
    for (const engine of ['wasm', 'webgpu'] as const) {
      // A software adapter is slower than WASM on every machine it was tried on, and would take seconds to say so.
      if (engine === 'webgpu' && ('problem' in found || found.software)) continue;
      try {
        await startEngine(engine, { tuning: false });
        measured[engine] = await measureSpeed();
      } catch {
        // An engine that does not start is no advice; training says why when it is asked for by name.
      }
    }
    return measured;
  },
};
Comlink.expose(api);
