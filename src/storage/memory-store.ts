/**
 * A run store in plain memory: for the batch door, for tests, and for browsers that forbid storage.
 * Everything is copied on the way in and out, as a database would, so nobody shares arrays by accident.
 */
import type { RunId } from '../contract/ids';
import { appendColumns, emptyColumns } from '../contract/metrics';
import type { CheckpointRecord, CheckpointRef, RunRecord, StageRecord } from '../contract/run';
import { withoutMoments } from './moments';
import { checkpointSummary, DEFAULT_KEEP, inStageOrder, isFinished, newestFirst, sizeOfCheckpoint, sizeOfHistory, withOwnTensors, type RunBundle, type RunStore, type RunSummary, type StageHistory } from './run-store';

interface StoredStage {
  stage: string;
  record: StageRecord;
  history: StageHistory;
  checkpoints: CheckpointRecord[];
}

const bytesOf = (stages: readonly StoredStage[]): number =>
  stages.reduce((sum, { history, checkpoints }) => checkpoints.reduce((inner, checkpoint) => inner + sizeOfCheckpoint(checkpoint), sum + sizeOfHistory(history)), 0);

export function memoryStore(): RunStore {
  const records = new Map<RunId, RunRecord>();
  const stagesOf = new Map<RunId, Map<string, StoredStage>>();
  const copy = structuredClone;
  const stagesIn = (run: RunId) => inStageOrder([...(stagesOf.get(run)?.values() ?? [])], records.get(run));
  const refOf = ({ run, stage, step }: CheckpointRef): CheckpointRef => ({ run, stage, step });
  const noHistory = (): StageHistory => ({ metrics: emptyColumns(), samples: [], events: [] });

  return {
    runs: async () => copy([...records.values()].sort((a, b) => b.created - a.created)),
    run: async (id) => copy(records.get(id)),
    overview: async () =>
      copy([...records.values()].sort((a, b) => b.created - a.created).map((record): RunSummary => {
        const stages = stagesIn(record.id);
        const checkpoints = stages.flatMap((stage) => stage.checkpoints.map((checkpoint) => checkpointSummary(checkpoint, sizeOfCheckpoint(checkpoint)))).sort(newestFirst);
        return { record, stages: stages.map((stage) => stage.record), checkpoints, bytes: bytesOf(stages) };
      })),
    async putRun(record) {
      records.set(record.id, copy(record));
    },
    async deleteRun(id) {
      records.delete(id);
      stagesOf.delete(id);
    },

    stages: async (run) => copy(stagesIn(run).map(({ record }) => record)),
    history: async (run, stage) => copy(stagesOf.get(run)?.get(stage)?.history ?? noHistory()),
    metrics: async (run, stage) => copy(stagesOf.get(run)?.get(stage)?.history.metrics ?? emptyColumns()),
    said: async (run) => copy([...(stagesOf.get(run) ?? [])].flatMap(([stage, { history: { preferences = [] } }]) => (preferences.length > 0 ? [{ stage, preferences }] : [])).sort((a, b) => (a.stage < b.stage ? -1 : 1))),
    async commit({ checkpoint: given, ...rest }, keep = DEFAULT_KEEP) {
      // What cannot be copied throws here, before anything has changed.
      const { stage: record, metrics, samples, events, preferences = [] } = copy(rest);
      const checkpoint = given && copy(withOwnTensors(given));
      const stages = stagesOf.get(record.run) ?? new Map<string, StoredStage>();
      const { history, checkpoints: earlier } = stages.get(record.stage) ?? { history: noHistory(), checkpoints: [] };
      appendColumns(history.metrics, metrics);
      history.samples.push(...samples);
      history.events.push(...events);
      if (preferences.length > 0) history.preferences = [...(history.preferences ?? []), ...preferences];
      const others = earlier.filter(({ step }) => step !== checkpoint?.step);
      const checkpoints = [...others, ...(checkpoint ? [checkpoint] : [])].sort(newestFirst).slice(0, Math.max(1, keep));
      stages.set(record.stage, { stage: record.stage, record, history, checkpoints });
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

    async putBundle({ record: given, stages: givenStages }) {
      const record = copy(given);
      const stages = givenStages.map(({ stage, history, checkpoints }): StoredStage => ({
        stage: stage.stage, record: copy(stage), history: copy(history), checkpoints: checkpoints.map((checkpoint) => copy(withOwnTensors(checkpoint))).sort(newestFirst),
      }));
      records.set(record.id, record);
      stagesOf.set(record.id, new Map(stages.map((stage) => [stage.stage, stage])));
    },
    async bundle(id) {
      const record = records.get(id);
      return record && copy<RunBundle>({ record, stages: stagesIn(id).map(({ record: stage, history, checkpoints }) => ({ stage, history, checkpoints })) });
    },
    bytes: async (run) => bytesOf(stagesIn(run)),
    async slim(run) {
      const record = records.get(run);
      const stages = stagesIn(run);
      if (!record || !isFinished(record, stages.map((stage) => stage.record))) return 0;
      const before = bytesOf(stages);
      for (const stage of stages) stage.checkpoints = stage.checkpoints.slice(0, 1).map((checkpoint) => ({ ...checkpoint, tensors: withoutMoments(checkpoint.tensors) }));
      return before - bytesOf(stages);
    },
  };
}
