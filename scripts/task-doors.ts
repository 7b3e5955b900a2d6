/** Where the data of tasks is for programs of the repository: files under public/, and data sets in memory. */
import { openAsBlob } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DatasetRecord } from '../src/contract/dataset';
import { Failure } from '../src/contract/failures';
import { asDatasetId } from '../src/contract/ids';
import { memoryDatasets } from '../src/storage/dataset-memory';
import { firstSamples } from '../src/storage/dataset-rows';
import type { DatasetStore } from '../src/storage/dataset-store';
import type { TaskDoors } from '../src/tasks';
import { importFile } from '../workers/data/import';
import { look } from '../workers/data/look';
import { Turns } from '../workers/data/turns';

export const taskDoors = (datasets?: DatasetStore): TaskDoors => ({
  readFile: (name) => readFile(`public/${name}`, 'utf8'),
  ...(datasets && { readDataset: (id, rows) => firstSamples(datasets, asDatasetId(id), rows) }),
});

/** Where there are no data sets. */
export const TASK_DOORS = taskDoors();

/** A file of any format that the Data screen reads, taken as it takes it by itself. Throws what reading it throws. */
export async function importData(path: string, heldOut: number): Promise<{ datasets: DatasetStore; record: DatasetRecord; says: string }> {
  const datasets = memoryDatasets();
  const name = basename(path);
  await access(path); // says which file it is that is not there; openAsBlob does not
  const file = await openAsBlob(path);
  const { kind, columns } = await look(file, name, {});
  if (!kind) throw new Failure('no-usable-rows', `its columns are ${columns.join(', ')}; want prompt, chosen and rejected, or prompt, completion and label, or prompt and completion, or prompt, or text`);
  const choices = { name, source: path, licence: '', kind, mapping: {}, onProblem: 'go-on', duplicates: 'drop', long: 'keep', longest: Infinity, heldOut } as const;
  const { dataset, rows, duplicates, problems } = await importFile(file, name, choices, { store: datasets, turns: new Turns(() => {}), now: Date.now(), room: undefined });
  return { datasets, record: dataset, says: `${name}: ${dataset.rows} of ${rows} rows (${kind}), ${duplicates} doubles left out${problems.count > 0 ? `, ${problems.count} lines could not be read` : ''}` };
}
