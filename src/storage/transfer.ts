/** Runs out of a store into files and back. Importing writes once, at the end, and never over a run that is already there. */
import { Failure } from '../contract/failures';
import { newRunId, type RunId } from '../contract/ids';
import type { CheckpointRef, RunRecord } from '../contract/run';
import { readRunFile, writeRunFile, type FileAbout } from './run-file';
import type { RunBundle, RunStore } from './run-store';

/** Characters of a file name: with the ending, even of four bytes each, no more than any file system takes. */
const LONGEST_NAME = 60;
/** Windows takes these for devices, whatever follows the dot. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/** Throws `missing-checkpoint` when the run is not stored (any more). */
export async function exportRun(store: RunStore, id: RunId, about: FileAbout): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> }> {
  const bundle = await store.bundle(id);
  if (!bundle) throw new Failure('missing-checkpoint', `${id} is not stored here`);
  return { name: fileNameOf(bundle.record.name), bytes: await writeRunFile(bundle, about) };
}

/** Throws what reading a run file and storing it throw; nothing stored has changed then. */
export async function importRun(store: RunStore, bytes: Uint8Array): Promise<RunRecord> {
  const read = await readRunFile(bytes);
  const bundle = (await store.run(read.record.id)) ? renamed(read, newRunId()) : read;
  await store.putBundle(bundle);
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

/** Letters and digits of any script, joined by single dashes. @param ending without its dot */
export function fileNameOf(name: string, ending = 'nudge'): string {
  const plain = name.normalize('NFC').replace(/[^\p{L}\p{M}\p{N}]+/gu, '-');
  const short = [...plain].slice(0, LONGEST_NAME).join('').replace(/^-+|-+$/g, '');
  return `${short === '' || DEVICE.test(short) ? (ending === 'nudge' ? 'run' : 'data') : short}.${ending}`;
}
