/** What a worker of the page reads and writes by itself: public files, the database, and where the browser keeps nothing, the page's own stores behind ports. */
import { asDatasetId } from '../../src/contract/ids';
import { openDatabase } from '../../src/storage/database';
import { openDatasets } from '../../src/storage/dataset-database';
import { firstSamples } from '../../src/storage/dataset-rows';
import type { DatasetStore } from '../../src/storage/dataset-store';
import { fetchPublic, folderAbove, readPublicFile } from '../../src/storage/public-file';
import type { RunStore } from '../../src/storage/run-store';
import type { Doors } from './train-api';

/** Stores of the page; left out, the database. */
export interface Lent {
  store?: RunStore;
  datasets?: DatasetStore;
}

/** @param address of the worker @param lent may be filled until the first stage begins */
export function pageDoors(address: string, lent: Lent): Doors {
  const files = folderAbove(address);
  return {
    openStore: async () => lent.store ?? openDatabase(),
    clock: Date.now,
    readFile: (name) => readPublicFile(name, files),
    readDataset: async (id, rows) => firstSamples(lent.datasets ?? (await openDatasets()), asDatasetId(id), rows),
    readBytes: async (name) => new Uint8Array(await (await fetchPublic(name, files)).arrayBuffer()),
  };
}
