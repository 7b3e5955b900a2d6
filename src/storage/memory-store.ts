/**
 * A run store in plain memory: for the batch door, for tests, and for browsers that forbid storage.
 * Everything is copied on the way in and out, as a database would, so nobody shares arrays by accident.
 */
import type { RunId } from '../contract/ids';
import { appendColumns, emptyColumns, type MetricColumns } from '../contract/metrics';
import type { CheckpointRecord, CheckpointRef, Retention, RunRecord, StageRecord } from '../contract/run';
import { withoutMoments } from './moments';
import { goldIn, outdated } from './retention';
import { checkpointSummary, DEFAULT_KEEP, inStageOrder, isFinished, newestFirst, sizeOfCheckpoint, sizeOfHistory, withOwnTensors, type RunBundle, type RunStore, type RunSummary, type StageHistory } from './run-store';

interface StoredStage {
  stage: string;
  record: StageRecord;
  history: StageHistory;
  /** Newest first. */
  checkpoints: CheckpointRecord[];
  /** Step of a checkpoint -> gold reward of the last rows before it. */
  golds: Map<number, number>;
}

/** Drops checkpoints that need not stay. */
const thin = (stage: StoredStage, newest: number, rule: Retention | undefined): CheckpointRecord[] => {
  const old = outdated(stage.checkpoints.map((checkpoint) => ({ checkpoint, step: checkpoint.step, ...goldAt(stage, checkpoint) })), newest, rule, stage.record.total);
  return stage.checkpoints.filter((checkpoint) => !old.some((each) => each.checkpoint === checkpoint));
};
const setGold = (golds: Map<number, number>, { step }: CheckpointRef, metrics: MetricColumns): void => {
  const { gold } = goldIn(metrics, step);
  if (gold === undefined) golds.delete(step);
  else golds.set(step, gold);
};
const goldsOf = (checkpoints: readonly CheckpointRef[], metrics: MetricColumns): Map<number, number> => {
  const golds = new Map<number, number>();
  for (const checkpoint of checkpoints) setGold(golds, checkpoint, metrics);
  return golds;
};
const goldAt = ({ golds }: StoredStage, { step }: CheckpointRef): { gold?: number } => {
  const gold = golds.get(step);
  return gold === undefined ? {} : { gold };
};

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
        const checkpoints = stages.flatMap((stage) => stage.checkpoints.map((checkpoint) => checkpointSummary(checkpoint, sizeOfCheckpoint(checkpoint), stage.golds.get(checkpoint.step)))).sort(newestFirst);
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
      const { history, checkpoints: earlier, golds } = stages.get(record.stage) ?? { history: noHistory(), checkpoints: [], golds: new Map<number, number>() };
      appendColumns(history.metrics, metrics);
      history.samples.push(...samples);
      history.events.push(...events);
      if (preferences.length > 0) history.preferences = [...(history.preferences ?? []), ...preferences];
      const others = earlier.filter(({ step }) => step !== checkpoint?.step);
      const checkpoints = [...others, ...(checkpoint ? [checkpoint] : [])].sort(newestFirst);
      if (checkpoint) setGold(golds, checkpoint, metrics);
      const stage = { stage: record.stage, record, history, checkpoints, golds };
      stages.set(record.stage, checkpoint ? { ...stage, checkpoints: thin(stage, keep, records.get(record.run)?.keep) } : stage);
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
        stage: stage.stage, record: copy(stage), history: copy(history), checkpoints: checkpoints.map((checkpoint) => copy(withOwnTensors(checkpoint))).sort(newestFirst), golds: goldsOf(checkpoints, history.metrics),
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
      for (const stage of stages) stage.checkpoints = thin(stage, 1, record.keep).map((checkpoint) => ({ ...checkpoint, tensors: withoutMoments(checkpoint.tensors) }));
      return before - bytesOf(stages);
    },
  };
}
