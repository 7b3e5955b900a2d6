/** Runs out of a store into files and back. Importing writes once, at the end, and never over a run that is already there. */
import { detail, type Detail } from '../contract/details';
import { Failure } from '../contract/failures';
import { newRunId, type RunId } from '../contract/ids';
import type { CheckpointRef, RunRecord } from '../contract/run';
import type { DatasetStore } from './dataset-store';
import { fileNameOf } from './file-name';
import { joined } from './joined';
import { readRunFile, runFilePieces, type FileAbout } from './run-file';
import { dataOf, putData } from './run-file-data';
import type { RunBundle, RunStore } from './run-store';

/** What a run's file is called and consists of, and why it goes without the rows it learns from, where it should have them. */
export interface Exported<Content> {
  name: string;
  content: Content;
  says?: Detail;
}

/** In pieces, so that nobody need have the file in memory beside the run. @param datasets of the visitor: rows that the run learns from go into its file. Throws `missing-checkpoint` when the run is not stored (any more). */
export async function exportPieces(store: RunStore, id: RunId, about: FileAbout, datasets?: DatasetStore): Promise<Exported<Uint8Array<ArrayBuffer>[]>> {
  const bundle = await store.bundle(id);
  if (!bundle) throw new Failure('missing-checkpoint', detail('not-stored', id));
  const { data, says } = datasets ? await dataOf(bundle.record.config, datasets) : {};
  return { name: fileNameOf(bundle.record.name), content: await runFilePieces(bundle, { ...about, ...(data && { data }) }), ...(says !== undefined && { says }) };
}

/** As one array, for small runs. */
export async function exportRun(...given: Parameters<typeof exportPieces>): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer>; says?: Detail }> {
  const { content, ...rest } = await exportPieces(...given);
  return { ...rest, bytes: joined(content) };
}

/** Throws what reading a run file and storing it throw; nothing stored has changed then. */
export async function importRun(store: RunStore, file: Blob | Uint8Array, datasets?: DatasetStore): Promise<RunRecord> {
  const { data, ...read } = await readRunFile(file);
  const bundle = (await store.run(read.record.id)) ? renamed(read, newRunId()) : read;
  const brought = data && datasets && (await putData(datasets, data));
  try {
    await store.putBundle(bundle);
  } catch (error) {
    if (brought?.isNew) await datasets?.deleteDataset(brought.record.id); // nothing half-done
    throw error;
  }
  return bundle.record;
}

/** The same run as another one that remembers where it came from. */
function renamed({ record, stages }: RunBundle, run: RunId): RunBundle {
  const last = stages.at(-1)?.stage;
  const origin: CheckpointRef[] = last ? [{ run: record.id, stage: last.stage, step: last.step }] : [];
  return {
    record: { ...record, id: run, name: `${record.name} (imported)`, parents: [...record.parents, ...origin] },
    stages: stages.map(({ stage, history, checkpoints }) => ({
      stage: { ...stage, run },
      history,
      checkpoints: checkpoints.map((checkpoint) => ({ ...checkpoint, run })),
    })),
  };
}
