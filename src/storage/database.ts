/** The run store in the browser's IndexedDB, shared by the page and its workers. Every method is one transaction. */
import { appendColumns, emptyColumns } from '../contract/metrics';
import type { CheckpointRecord, CheckpointRef } from '../contract/run';
import { connect, over, type Connection, type Transaction } from './connection';
import { DEFAULT_KEEP, inStageOrder, newestFirst, sizeOfCheckpoint, sizeOfHistory, withOwnTensors, type RunBundle, type RunStore, type StageCommit, type StageHistory } from './run-store';
import { joined } from './run-file';
import { ALL_STORES, ofCheckpoint, ofRun, ofStage, PIECE_OF_TENSORS, STAGE_STORES, type StoredCheckpoint } from './schema';

/** Throws `no-storage` when the browser offers no storage, `disk-full` when there is no room even for an empty one. */
export const openDatabase = async (name = 'nudge', piece = PIECE_OF_TENSORS): Promise<RunStore> => storeOver(await connect(name), piece);

/** @param piece bytes of tensors in one value at most */
function storeOver(db: Connection, piece: number): RunStore {
  const { read, write: writing } = over(db);
  const write = async (...work: Parameters<typeof writing>): Promise<void> => void (await writing(...work));

  return {
    runs: () => read(['runs'], async (tx) => (await tx.objectStore('runs').getAll()).sort((a, b) => b.created - a.created)),
    run: (id) => read(['runs'], (tx) => tx.objectStore('runs').get(id)),
    putRun: (record) => write(['runs'], (tx) => tx.objectStore('runs').put(record, record.id)),
    deleteRun: (id) => write(ALL_STORES, (tx) => Promise.all([tx.objectStore('runs').delete(id), forget(tx, ofRun(id))])),

    stages: (run) =>
      read(['runs', 'stages'], async (tx) => {
        const [record, rows] = await Promise.all([tx.objectStore('runs').get(run), tx.objectStore('stages').getAll(ofRun(run))]);
        return inStageOrder(rows.map((row) => row.record), record);
      }),
    history: (run, stage) => read(['metrics', 'samples', 'events', 'preferences'], (tx) => historyIn(tx, ofStage(run, stage))),
    said: (run) =>
      read(['preferences'], async (tx) => {
        const [keys, parts] = await Promise.all([tx.objectStore('preferences').getAllKeys(ofRun(run)), tx.objectStore('preferences').getAll(ofRun(run))]);
        const stages = [...new Set(keys.map(([, stage]) => stage))];
        return stages.map((stage) => ({ stage, preferences: parts.filter((_, i) => keys[i]?.[1] === stage).flat() }));
      }),
    commit: (commit, keep = DEFAULT_KEEP) => write(STAGE_STORES, (tx) => append(tx, commit, keep, piece)),
    clearStage: (run, stage) => write(STAGE_STORES, (tx) => forget(tx, ofStage(run, stage))),

    checkpoints: (run, stage) =>
      read(['checkpoints'], async (tx) => {
        const keys = await tx.objectStore('checkpoints').getAllKeys(stage === undefined ? ofRun(run) : ofStage(run, stage));
        return keys.map(([id, of, step]): CheckpointRef => ({ run: id, stage: of, step })).sort(newestFirst);
      }),
    checkpoint: ({ run, stage, step }) =>
      read(['checkpoints', 'tensors'], async (tx) => {
        const row = await tx.objectStore('checkpoints').get([run, stage, step]);
        return row && whole(tx, row);
      }),

    putBundle: ({ record, stages }) =>
      write(ALL_STORES, async (tx) => {
        await forget(tx, ofRun(record.id));
        await tx.objectStore('runs').put(record, record.id);
        for (const { stage, history, checkpoints } of stages) {
          await append(tx, { stage, ...history }, Infinity, piece);
          for (const checkpoint of checkpoints) await putCheckpoint(tx, checkpoint, piece);
        }
      }),
    bundle: (id) =>
      read(ALL_STORES, async (tx): Promise<RunBundle | undefined> => {
        const record = await tx.objectStore('runs').get(id);
        if (!record) return undefined;
        const rows = await tx.objectStore('stages').getAll(ofRun(id));
        const stages = inStageOrder(rows.map((row) => row.record), record).map(async (stage) => {
          const range = ofStage(id, stage.stage);
          const checkpoints = await tx.objectStore('checkpoints').getAll(range);
          return { stage, history: await historyIn(tx, range), checkpoints: await Promise.all(checkpoints.sort(newestFirst).map((row) => whole(tx, row))) };
        });
        return { record, stages: await Promise.all(stages) };
      }),
    bytes: (run) =>
      read(['stages', 'checkpoints'], async (tx) => {
        const rows = await Promise.all([tx.objectStore('stages').getAll(ofRun(run)), tx.objectStore('checkpoints').getAll(ofRun(run))]);
        return rows.flat().reduce((sum, { bytes }) => sum + bytes, 0);
      }),
  };
}

/** Deletes all that lies in a range but the runs themselves. */
const forget = (tx: Transaction<'readwrite'>, range: IDBKeyRange) => Promise.all(STAGE_STORES.map((name) => tx.objectStore(name).delete(range)));

async function historyIn(tx: Transaction<'readonly'>, range: IDBKeyRange): Promise<StageHistory> {
  const [parts, samples, events, preferences] = await Promise.all([
    tx.objectStore('metrics').getAll(range), tx.objectStore('samples').getAll(range), tx.objectStore('events').getAll(range), tx.objectStore('preferences').getAll(range),
  ]);
  const metrics = emptyColumns();
  for (const part of parts) appendColumns(metrics, part);
  return { metrics, samples: samples.flat(), events: events.flat(), ...(preferences.length > 0 && { preferences: preferences.flat() }) };
}

/** The worker's write: a next part of each history that has one, the stage as it is now, and its checkpoint. */
async function append(tx: Transaction<'readwrite'>, { stage: record, checkpoint, metrics, samples, events, preferences = [] }: StageCommit, keep: number, piece: number): Promise<void> {
  const { run, stage } = record;
  const { parts, bytes } = (await tx.objectStore('stages').get([run, stage])) ?? { parts: 0, bytes: 0 };
  const part: [typeof run, string, number] = [run, stage, parts];
  if (metrics.steps.length > 0) await tx.objectStore('metrics').put(metrics, part);
  if (samples.length > 0) await tx.objectStore('samples').put(samples, part);
  if (events.length > 0) await tx.objectStore('events').put(events, part);
  if (preferences.length > 0) await tx.objectStore('preferences').put(preferences, part);
  await tx.objectStore('stages').put({ record, parts: parts + 1, bytes: bytes + sizeOfHistory({ metrics, samples, events, preferences }) }, [run, stage]);
  if (checkpoint) await putCheckpoint(tx, checkpoint, piece);

  const keys = await tx.objectStore('checkpoints').getAllKeys(ofStage(run, stage)); // oldest first
  const old = keys.slice(0, Math.max(0, keys.length - Math.max(1, keep)));
  await Promise.all(old.flatMap((key) => [tx.objectStore('checkpoints').delete(key), tx.objectStore('tensors').delete(ofCheckpoint(...key))]));
}

async function putCheckpoint(tx: Transaction<'readwrite'>, checkpoint: CheckpointRecord, piece: number): Promise<void> {
  const { tensors, ...about } = withOwnTensors(checkpoint);
  const key: [typeof about.run, string, number] = [about.run, about.stage, about.step];
  await tx.objectStore('tensors').delete(ofCheckpoint(...key)); // what stood here may have had more pieces
  await tx.objectStore('tensors').put(tensors.length <= piece ? tensors : tensors.slice(0, piece), key);
  for (let n = 1; n * piece < tensors.length; n++) await tx.objectStore('tensors').put(tensors.slice(n * piece, (n + 1) * piece), [...key, n]); // copies: a view is stored with all its buffer holds
  await tx.objectStore('checkpoints').put({ ...about, bytes: sizeOfCheckpoint(checkpoint) }, key);
}

async function whole(tx: Transaction<'readonly'>, { bytes: _, ...about }: StoredCheckpoint): Promise<CheckpointRecord> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (const key of await tx.objectStore('tensors').getAllKeys(ofCheckpoint(about.run, about.stage, about.step))) pieces.push((await tx.objectStore('tensors').get(key))!); // one at a time: all of them may be more than one answer holds
  const [first, ...more] = pieces;
  if (!first) throw new Error(`database: want tensors beside checkpoint ${about.stage} ${about.step}, got none`);
  return { ...about, tensors: more.length === 0 ? first : joined(pieces) };
}
