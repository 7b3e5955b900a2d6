/**
 * What lies where in IndexedDB. Keys are lists that begin with the run, so a run or a stage is one range of each store.
 * A stage's history is kept as parts, one per commit, so that a long run never rewrites what it has; tensors lie apart from
 * what describes them, so that listing checkpoints reads no weights.
 * Rows of data sets lie under the import that brought them, since what a data set is called is known only when its last row is.
 */
import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb';
import type { DatasetRecord } from '../contract/dataset';
import type { DatasetId, ImportId, RunId } from '../contract/ids';
import type { MetricColumns } from '../contract/metrics';
import type { PreferenceRecord } from '../contract/preferences';
import type { CheckpointRecord, RunEvent, RunRecord, SampleSet, StageRecord } from '../contract/run';

type PartKey = [run: RunId, stage: string, part: number];
type RowsKey = [by: ImportId, first: number];
type CheckpointKey = [run: RunId, stage: string, step: number];
/** Tensors that are too large for one value go on under further keys, counted from 1. */
type TensorsKey = CheckpointKey | [run: RunId, stage: string, step: number, piece: number];

export interface StoredStage {
  record: StageRecord;
  /** Parts written so far; the number of the next one. */
  parts: number;
  /** Size of the history, so that nobody needs to read it to tell. */
  bytes: number;
}

/** A checkpoint without its tensors. */
export interface StoredCheckpoint extends Omit<CheckpointRecord, 'tensors'> {
  /** Size with its tensors. */
  bytes: number;
  /** CRC-32 of its tensors; none in rows of earlier versions. */
  crc?: number;
  /** Gold reward measured last in the rows that were written with it; none where they had none. */
  gold?: number;
}

/** A data set, and the import that brought its rows. */
export interface StoredDataset {
  record: DatasetRecord;
  by: ImportId;
}

/** Bytes of one value: Chromium takes none larger than 127 MiB. */
export const PIECE_OF_TENSORS = 64 * 2 ** 20;

export interface NudgeDatabase extends DBSchema {
  runs: { key: RunId; value: RunRecord };
  stages: { key: [run: RunId, stage: string]; value: StoredStage };
  metrics: { key: PartKey; value: MetricColumns };
  samples: { key: PartKey; value: SampleSet[] };
  events: { key: PartKey; value: RunEvent[] };
  preferences: { key: PartKey; value: PreferenceRecord[] };
  checkpoints: { key: CheckpointKey; value: StoredCheckpoint };
  tensors: { key: TensorsKey; value: Uint8Array<ArrayBuffer> };
  datasets: { key: DatasetId; value: StoredDataset };
  /** Imports under way, and since when. */
  imports: { key: ImportId; value: number };
  /** Several lines of JSON a value, each with its end. The key says which row the first is, from 0. */
  rows: { key: RowsKey; value: Uint8Array<ArrayBuffer> };
}

export type StoreName = StoreNames<NudgeDatabase>;

/** Everything the worker writes, all of it under keys that begin with the run. */
export const STAGE_STORES = ['stages', 'metrics', 'samples', 'events', 'preferences', 'checkpoints', 'tensors'] as const satisfies StoreName[];
/** Of runs. */
export const ALL_STORES = ['runs', ...STAGE_STORES] as const satisfies StoreName[];

type Upgrade = (db: IDBPDatabase<NudgeDatabase>, transaction: IDBPTransaction<NudgeDatabase, StoreName[], 'versionchange'>) => void;

/** Step n leads from version n to n + 1. Old steps are frozen: browsers out there still stand before them. */
const UPGRADES: readonly Upgrade[] = [
  (db) => {
    for (const store of ['runs', 'stages', 'metrics', 'samples', 'events', 'checkpoints', 'tensors'] as const) db.createObjectStore(store);
  },
  (db) => void db.createObjectStore('preferences'),
  (db) => {
    for (const store of ['datasets', 'imports', 'rows'] as const) db.createObjectStore(store);
  },
];

export const VERSION = UPGRADES.length;

export function upgradeFrom(version: number, ...about: Parameters<Upgrade>): void {
  for (const upgrade of UPGRADES.slice(version)) upgrade(...about);
}

/** In key order a list comes after every number and word, so `[run, []]` ends all that begins with the run. */
export const ofRun = (run: RunId): IDBKeyRange => IDBKeyRange.bound([run], [run, []]);
export const ofStage = (run: RunId, stage: string): IDBKeyRange => IDBKeyRange.bound([run, stage], [run, stage, []]);
/** All pieces of a checkpoint's tensors. */
export const ofCheckpoint = (...key: CheckpointKey): IDBKeyRange => IDBKeyRange.bound(key, [...key, []]);
/** Rows of an import, up to the one with number `end`, which is not among them. */
export const ofImport = (by: ImportId, end = Infinity): IDBKeyRange => IDBKeyRange.bound([by], [by, end], false, true);
