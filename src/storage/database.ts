/** The run store in the browser's IndexedDB, shared by the page and its workers. Every method is one transaction. */
import { appendColumns, emptyColumns, type MetricColumns } from '../contract/metrics';
import { parseRunConfig } from '../contract/config';
import { detail } from '../contract/details';
import { Failure } from '../contract/failures';
import type { RunId } from '../contract/ids';
import type { CheckpointRecord, CheckpointRef, RunRecord } from '../contract/run';
import { connect, over, type Connection, type Transaction } from './connection';
import { withoutMoments } from './moments';
import { checkpointSummary, DEFAULT_KEEP, inStageOrder, isFinished, newestFirst, sizeOfCheckpoint, sizeOfHistory, withOwnTensors, type RunBundle, type RunStore, type RunSummary, type StageCommit, type StageHistory } from './run-store';
import { goldIn, outdated } from './retention';
import { joined } from './joined';
import { ALL_STORES, ofCheckpoint, ofRun, ofStage, PIECE_OF_TENSORS, STAGE_STORES, type StoredCheckpoint } from './schema';
import { crcOf } from './zip-entry';

/** Throws `no-storage` when the browser offers no storage, `disk-full` when there is no room even for an empty one. */
export const openDatabase = async (name = 'nudge', piece = PIECE_OF_TENSORS): Promise<RunStore> => storeOver(await connect(name), piece);

/** @param piece bytes of tensors in one value at most */
function storeOver(db: Connection, piece: number): RunStore {
  const { read, write: writing } = over(db);
  const write = async (...work: Parameters<typeof writing>): Promise<void> => void (await writing(...work));

  return {
    runs: () => read(['runs'], async (tx) => (await tx.objectStore('runs').getAll()).map(current).sort((a, b) => b.created - a.created)),
    run: (id) => read(['runs'], async (tx) => { const record = await tx.objectStore('runs').get(id); return record && current(record); }),
    overview: () => read(['runs', 'stages', 'checkpoints'], overviewIn),
    putRun: (record) => write(['runs'], (tx) => tx.objectStore('runs').put(record, record.id)),
    deleteRun: (id) => write(ALL_STORES, (tx) => Promise.all([tx.objectStore('runs').delete(id), forget(tx, ofRun(id))])),

    stages: (run) =>
      read(['runs', 'stages'], async (tx) => {
        const [record, rows] = await Promise.all([tx.objectStore('runs').get(run), tx.objectStore('stages').getAll(ofRun(run))]);
        return inStageOrder(rows.map((row) => row.record), record);
      }),
    history: (run, stage) => read(['metrics', 'samples', 'events', 'preferences'], (tx) => historyIn(tx, ofStage(run, stage))),
    metrics: (run, stage) => read(['metrics'], async (tx) => joinedParts(await tx.objectStore('metrics').getAll(ofStage(run, stage)))),
    said: (run) =>
      read(['preferences'], async (tx) => {
        const [keys, parts] = await Promise.all([tx.objectStore('preferences').getAllKeys(ofRun(run)), tx.objectStore('preferences').getAll(ofRun(run))]);
        const stages = [...new Set(keys.map(([, stage]) => stage))];
        return stages.map((stage) => ({ stage, preferences: parts.filter((_, i) => keys[i]?.[1] === stage).flat() }));
      }),
    commit: (commit, keep = DEFAULT_KEEP) => write(ALL_STORES, (tx) => append(tx, commit, keep, piece)),
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
          for (const checkpoint of checkpoints) await putCheckpoint(tx, checkpoint, piece, goldIn(history.metrics, checkpoint.step));
        }
      }),
    bundle: (id) =>
      read(ALL_STORES, async (tx): Promise<RunBundle | undefined> => {
        const stored = await tx.objectStore('runs').get(id);
        if (!stored) return undefined;
        const record = current(stored);
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
    slim: async (run) => {
      let freed = 0;
      await write(['runs', 'stages', 'checkpoints', 'tensors'], async (tx) => {
        freed = await slimIn(tx, run, piece);
      });
      return freed;
    },
  };
}

/** A run of an earlier version says nothing of knobs that came later: each gets its default, which is what was done then. One that cannot be understood stays as it is, to be seen and deleted. */
function current(record: RunRecord): RunRecord {
  try {
    return { ...record, config: parseRunConfig(record.config) };
  } catch {
    return record;
  }
}

/** Three reads, however many runs there are. */
async function overviewIn(tx: Transaction<'readonly'>): Promise<RunSummary[]> {
  const [records, stages, checkpoints] = await Promise.all([tx.objectStore('runs').getAll(), tx.objectStore('stages').getAll(), tx.objectStore('checkpoints').getAll()]);
  const byRun = new Map(records.map((record) => [record.id, { own: [] as typeof stages, kept: [] as typeof checkpoints }]));
  for (const row of stages) byRun.get(row.record.run)?.own.push(row);
  for (const row of checkpoints) byRun.get(row.run)?.kept.push(row);
  return records.map(current).sort((a, b) => b.created - a.created).map((record): RunSummary => {
    const { own, kept } = byRun.get(record.id)!; // made of the same records
    return {
      record,
      stages: inStageOrder(own.map((row) => row.record), record),
      checkpoints: kept.map((row) => checkpointSummary(row, row.bytes, row.gold)).sort(newestFirst),
      bytes: [...own, ...kept].reduce((sum, { bytes }) => sum + bytes, 0),
    };
  });
}

async function slimIn(tx: Transaction<'readwrite'>, run: RunId, piece: number): Promise<number> {
  const [record, stages, checkpoints] = await Promise.all([tx.objectStore('runs').get(run), tx.objectStore('stages').getAll(ofRun(run)), tx.objectStore('checkpoints').getAll(ofRun(run))]);
  if (!record || !isFinished(record, stages.map((row) => row.record))) return 0;
  let freed = 0;
  for (const { record: { stage, total } } of stages) {
    const own = checkpoints.filter((row) => row.stage === stage);
    const old = outdated(own, 1, record.keep, total);
    await drop(tx, old);
    for (const row of own) {
      if (old.includes(row)) freed += row.bytes;
      else {
        const checkpoint = await whole(tx, row);
        const slimmer = { ...checkpoint, tensors: withoutMoments(checkpoint.tensors) };
        if (slimmer.tensors === checkpoint.tensors) continue;
        freed += row.bytes - sizeOfCheckpoint(slimmer);
        await putCheckpoint(tx, slimmer, piece, row);
      }
    }
  }
  return freed;
}

const drop = (tx: Transaction<'readwrite'>, old: readonly CheckpointRef[]) =>
  Promise.all(old.flatMap(({ run, stage, step }) => [tx.objectStore('checkpoints').delete([run, stage, step]), tx.objectStore('tensors').delete(ofCheckpoint(run, stage, step))]));

function joinedParts(parts: readonly MetricColumns[]): MetricColumns {
  const metrics = emptyColumns();
  for (const part of parts) appendColumns(metrics, part);
  return metrics;
}

/** Deletes all that lies in a range but the runs themselves. */
const forget = (tx: Transaction<'readwrite'>, range: IDBKeyRange) => Promise.all(STAGE_STORES.map((name) => tx.objectStore(name).delete(range)));

async function historyIn(tx: Transaction<'readonly'>, range: IDBKeyRange): Promise<StageHistory> {
  const [parts, samples, events, preferences] = await Promise.all([
    tx.objectStore('metrics').getAll(range), tx.objectStore('samples').getAll(range), tx.objectStore('events').getAll(range), tx.objectStore('preferences').getAll(range),
  ]);
  return { metrics: joinedParts(parts), samples: samples.flat(), events: events.flat(), ...(preferences.length > 0 && { preferences: preferences.flat() }) };
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
  if (!checkpoint) return;
  await putCheckpoint(tx, checkpoint, piece, goldIn(metrics, checkpoint.step));
  const [owner, kept] = await Promise.all([tx.objectStore('runs').get(run), tx.objectStore('checkpoints').getAll(ofStage(run, stage))]);
  await drop(tx, outdated(kept, keep, owner?.keep, record.total));
}

async function putCheckpoint(tx: Transaction<'readwrite'>, checkpoint: CheckpointRecord, piece: number, { gold }: { gold?: number } = {}): Promise<void> {
  const { tensors, ...about } = withOwnTensors(checkpoint);
  const key: [typeof about.run, string, number] = [about.run, about.stage, about.step];
  await tx.objectStore('tensors').delete(ofCheckpoint(...key)); // what stood here may have had more pieces
  await tx.objectStore('tensors').put(tensors.length <= piece ? tensors : tensors.slice(0, piece), key);
  for (let n = 1; n * piece < tensors.length; n++) await tx.objectStore('tensors').put(tensors.slice(n * piece, (n + 1) * piece), [...key, n]); // copies: a view is stored with all its buffer holds
  await tx.objectStore('checkpoints').put({ ...about, bytes: sizeOfCheckpoint(checkpoint), crc: crcOf(tensors), ...(gold !== undefined && { gold }) }, key);
}

async function whole(tx: Transaction<'readonly'> | Transaction<'readwrite'>, { bytes: _, gold: __, crc, ...about }: StoredCheckpoint): Promise<CheckpointRecord> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (const key of await tx.objectStore('tensors').getAllKeys(ofCheckpoint(about.run, about.stage, about.step))) pieces.push((await tx.objectStore('tensors').get(key))!); // one at a time: all of them may be more than one answer holds
  const [first, ...more] = pieces;
  if (!first) throw new Error(`database: want tensors beside checkpoint ${about.stage} ${about.step}, got none`);
  const tensors = more.length === 0 ? first : joined(pieces);
  if (crc !== undefined && crcOf(tensors) !== crc) throw new Failure('damaged-checkpoint', detail('stage-step', about.stage, about.step));
  return { ...about, tensors };
}
