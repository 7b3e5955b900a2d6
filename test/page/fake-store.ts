/** A run store for tests of views: whole bundles in a map, nothing a worker would need. */
import type { RunId } from '../../src/contract/ids';
import { emptyColumns } from '../../src/contract/metrics';
import { checkpointSummary, newestFirst, sizeOfCheckpoint, type RunBundle, type RunStore } from '../../src/storage/run-store';

/** What each run is said to take. */
const BYTES = 1_500_000;

export function fakeStore(bundles: readonly RunBundle[]): RunStore {
  const kept = new Map<RunId, RunBundle>(bundles.map((bundle) => [bundle.record.id, bundle]));
  const notHere = () => Promise.reject(new Error('fakeStore: want a call a view makes'));
  return {
    runs: async () => [...kept.values()].map(({ record }) => record),
    run: async (id) => kept.get(id)?.record,
    overview: async () => [...kept.values()].map(({ record, stages }) => ({
      record,
      stages: stages.map(({ stage }) => stage),
      checkpoints: stages.flatMap(({ checkpoints }) => checkpoints.map((checkpoint) => checkpointSummary(checkpoint, sizeOfCheckpoint(checkpoint)))).sort(newestFirst),
      bytes: BYTES,
    })),
    putRun: async (record) => void kept.set(record.id, { stages: [], ...kept.get(record.id), record }),
    deleteRun: async (id) => void kept.delete(id),
    stages: async (id) => kept.get(id)?.stages.map(({ stage }) => stage) ?? [],
    history: async (id, stage) => kept.get(id)?.stages.find((entry) => entry.stage.stage === stage)?.history ?? { metrics: emptyColumns(), samples: [], events: [] },
    metrics: async (id, stage) => kept.get(id)?.stages.find((entry) => entry.stage.stage === stage)?.history.metrics ?? emptyColumns(),
    said: async (id) => kept.get(id)?.stages.flatMap(({ stage: { stage }, history: { preferences } }) => (preferences ? [{ stage, preferences }] : [])) ?? [],
    putBundle: async (bundle) => void kept.set(bundle.record.id, bundle),
    bundle: async (id) => kept.get(id),
    bytes: async () => BYTES,
    slim: notHere,
    commit: notHere,
    clearStage: notHere,
    checkpoints: async (id, stage) => kept.get(id)?.stages.flatMap(({ checkpoints }) => checkpoints).filter((each) => stage === undefined || each.stage === stage) ?? [],
    checkpoint: async (ref) => kept.get(ref.run)?.stages.flatMap(({ checkpoints }) => checkpoints).find(({ stage, step }) => stage === ref.stage && step === ref.step),
  };
}
