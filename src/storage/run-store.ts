/**
 * What a run store can do. IndexedDB in the page and its workers (`database.ts`), plain memory in the batch door, in tests,
 * and where the browser forbids storage (`memory-store.ts`). Every method is one transaction: all of it happens or nothing does.
 */
import type { RunId } from '../contract/ids';
import type { MetricColumns } from '../contract/metrics';
import type { PreferenceRecord } from '../contract/preferences';
import type { CheckpointRecord, CheckpointRef, RunEvent, RunRecord, SampleSet, StageRecord } from '../contract/run';

/** What a worker writes at a checkpoint, together. */
export interface StageCommit {
  stage: StageRecord;
  checkpoint?: CheckpointRecord;
  /** Rows since the last commit. */
  metrics: MetricColumns;
  samples: SampleSet[];
  events: RunEvent[];
  /** What people said, where they were asked. */
  preferences?: PreferenceRecord[];
}

/** A stage's whole history. */
export interface StageHistory {
  metrics: MetricColumns;
  samples: SampleSet[];
  events: RunEvent[];
  /** What people said, where they were asked. */
  preferences?: PreferenceRecord[];
}

/** Everything of a run, for export and import. */
export interface RunBundle {
  record: RunRecord;
  stages: { stage: StageRecord; history: StageHistory; checkpoints: CheckpointRecord[] }[];
}

/** What a list of runs shows of one, without a row of its history or a number of its weights. */
export interface RunSummary {
  record: RunRecord;
  /** Those that have begun, in the order of its configuration. */
  stages: StageRecord[];
  /** Newest first. */
  checkpoints: CheckpointSummary[];
  /** Bytes kept, estimated from what is stored. */
  bytes: number;
}

export interface CheckpointSummary extends CheckpointRef {
  /** Milliseconds since 1970. */
  created: number;
  bytes: number;
  /** Gold reward measured last before it; none where nobody measured. */
  gold?: number;
}

export interface RunStore {
  runs(): Promise<RunRecord[]>;
  /** Every run as a list shows it, newest first. */
  overview(): Promise<RunSummary[]>;
  run(id: RunId): Promise<RunRecord | undefined>;
  /** Creates or replaces the page's part of a run. */
  putRun(record: RunRecord): Promise<void>;
  /** Removes a run with all its stages, histories and checkpoints. */
  deleteRun(id: RunId): Promise<void>;

  stages(run: RunId): Promise<StageRecord[]>;
  history(run: RunId, stage: string): Promise<StageHistory>;
  /** What a stage measured, and nothing else of its history. */
  metrics(run: RunId, stage: string): Promise<MetricColumns>;
  /** What people said in a run, stage by stage; stages where nobody did are left out. */
  said(run: RunId): Promise<{ stage: string; preferences: PreferenceRecord[] }[]>;
  /** The worker's write. Also drops the stage's older checkpoints but the newest `keep` (default 2) and those the run's record says to keep. */
  commit(commit: StageCommit, keep?: number): Promise<void>;
  /** Forgets a stage: history, checkpoints and record. For training it again from its start. */
  clearStage(run: RunId, stage: string): Promise<void>;

  /** Newest first. */
  checkpoints(run: RunId, stage?: string): Promise<CheckpointRef[]>;
  /** Throws `damaged-checkpoint` when its tensors are not those that were written; so do `bundle` and `slim`. */
  checkpoint(ref: CheckpointRef): Promise<CheckpointRecord | undefined>;

  /** Writes a whole run, replacing one of the same id. */
  putBundle(bundle: RunBundle): Promise<void>;
  bundle(id: RunId): Promise<RunBundle | undefined>;
  /** Bytes kept per run, estimated from what is stored. */
  bytes(run: RunId): Promise<number>;
  /**
   * Drops what only training would still need from a run whose every stage is done: checkpoints but the newest of each stage and those its record says to keep, and the optimizer's moments in all of them.
   * A run that is not finished stays as it is. @returns bytes that are free now
   */
  slim(run: RunId): Promise<number>;
}

/** Checkpoints a stage keeps: the newest, and one to fall back on. */
export const DEFAULT_KEEP = 2;

/** Steps of different stages do not compare, so order is by step within what is asked for, then by name so that every store answers alike. */
export const newestFirst = (a: CheckpointRef, b: CheckpointRef): number => b.step - a.step || (a.stage < b.stage ? -1 : 1);

/** Nothing of it is left to train. */
export const isFinished = ({ config }: RunRecord, stages: readonly StageRecord[]): boolean =>
  config.stages.every(({ id }) => stages.some(({ stage, finished, borrowed }) => stage === id && (finished || borrowed !== undefined)));

/** In the order of the run's configuration; by name where there is none. */
export function inStageOrder<Stage extends { stage: string }>(stages: readonly Stage[], record: RunRecord | undefined): Stage[] {
  const order = new Map(record?.config.stages.map(({ id }, place) => [id, place]));
  const placeOf = ({ stage }: Stage) => order.get(stage) ?? order.size;
  return stages.toSorted((a, b) => placeOf(a) - placeOf(b) || (a.stage < b.stage ? -1 : 1));
}

/** Bytes of what is kept: tensors as they are, everything else as JSON, which is near enough. */
export const sizeOfHistory = (history: StageHistory): number => JSON.stringify(history).length;
export const sizeOfCheckpoint = ({ tensors, state }: CheckpointRecord): number => tensors.length + JSON.stringify(state).length;

export const checkpointSummary = ({ run, stage, step, created }: Omit<CheckpointRecord, 'tensors'>, bytes: number, gold?: number): CheckpointSummary => ({ run, stage, step, created, bytes, ...(gold !== undefined && { gold }) });

/** Tensors in a buffer of their own: a view would be stored or cloned with everything else its buffer holds. */
export const withOwnTensors = (checkpoint: CheckpointRecord): CheckpointRecord => {
  const { tensors } = checkpoint;
  return tensors.byteLength === tensors.buffer.byteLength ? checkpoint : { ...checkpoint, tensors: tensors.slice() };
};
