/**
 * A run store in plain memory: for the batch door, for tests, and for browsers that forbid storage.
 * Everything is copied on the way in and out, as a database would, so nobody shares arrays by accident.
 */
import type { RunId } from '../contract/ids';
import { appendColumns, emptyColumns } from '../contract/metrics';
import type { CheckpointRecord, CheckpointRef, RunRecord, StageRecord } from '../contract/run';
import { DEFAULT_KEEP, newestFirst, sizeOfBundle, type RunBundle, type RunStore, type StageHistory } from './run-store';

interface StoredStage {
  record: StageRecord;
  history: StageHistory;
  checkpoints: CheckpointRecord[];
}

export function memoryStore(): RunStore {
  const records = new Map<RunId, RunRecord>();
  const stagesOf = new Map<RunId, Map<string, StoredStage>>();
  const copy = structuredClone;
  const stagesIn = (run: RunId) => [...(stagesOf.get(run)?.values() ?? [])];
  const refOf = ({ run, stage, step }: CheckpointRef): CheckpointRef => ({ run, stage, step });

  const store: RunStore = {
    runs: async () => copy([...records.values()].sort((a, b) => b.created - a.created)),
    run: async (id) => copy(records.get(id)),
    async putRun(record) {
      records.set(record.id, copy(record));
    },
    async deleteRun(id) {
      records.delete(id);
      stagesOf.delete(id);
    },

    stages: async (run) => copy(stagesIn(run).map(({ record }) => record)),
    history: async (run, stage) => copy(stagesOf.get(run)?.get(stage)?.history ?? { metrics: emptyColumns(), samples: [], events: [] }),
    async commit(given, keep = DEFAULT_KEEP) {
      const { stage: record, checkpoint, metrics, samples, events } = copy(given);
      const stages = stagesOf.get(record.run) ?? new Map<string, StoredStage>();
      const earlier = stages.get(record.stage) ?? { record, history: { metrics: emptyColumns(), samples: [], events: [] }, checkpoints: [] };
      appendColumns(earlier.history.metrics, metrics);
      earlier.history.samples.push(...samples);
      earlier.history.events.push(...events);
      const others = checkpoint ? earlier.checkpoints.filter(({ step }) => step !== checkpoint.step) : earlier.checkpoints;
      const checkpoints = [...others, ...(checkpoint ? [checkpoint] : [])].sort(newestFirst).slice(0, Math.max(1, keep));
      stages.set(record.stage, { ...earlier, record, checkpoints });
      stagesOf.set(record.run, stages);
    },
    async clearStage(run, stage) {
      stagesOf.get(run)?.delete(stage);
    },

    checkpoints: async (run, stage) =>
      stagesIn(run)
        .filter(({ record }) => stage === undefined || record.stage === stage)
        .flatMap(({ checkpoints }) => checkpoints.map(refOf))
        .sort(newestFirst),
    checkpoint: async ({ run, stage, step }) => copy(stagesOf.get(run)?.get(stage)?.checkpoints.find((checkpoint) => checkpoint.step === step)),

    async putBundle(bundle) {
      const { record, stages } = copy(bundle);
      records.set(record.id, record);
      stagesOf.set(record.id, new Map(stages.map(({ stage, history, checkpoints }) => [stage.stage, { record: stage, history, checkpoints: checkpoints.sort(newestFirst) }])));
    },
    async bundle(id) {
      const record = records.get(id);
      return record && copy<RunBundle>({ record, stages: stagesIn(id).map(({ record: stage, history, checkpoints }) => ({ stage, history, checkpoints })) });
    },
    async bytes(run) {
      const bundle = await store.bundle(run);
      return bundle ? sizeOfBundle(bundle) : 0;
    },
  };
  return store;
}
