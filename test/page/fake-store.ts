/** A run store for tests of views: whole bundles in a map, nothing a worker would need. */
import type { RunId } from '../../src/contract/ids';
import { emptyColumns } from '../../src/contract/metrics';
import type { RunBundle, RunStore } from '../../src/storage/run-store';

export function fakeStore(bundles: readonly RunBundle[]): RunStore {
  const kept = new Map<RunId, RunBundle>(bundles.map((bundle) => [bundle.record.id, bundle]));
  const notHere = () => Promise.reject(new Error('fakeStore: want a call a view makes'));
  return {
    runs: async () => [...kept.values()].map(({ record }) => record),
    run: async (id) => kept.get(id)?.record,
    putRun: async (record) => void kept.set(record.id, { stages: [], ...kept.get(record.id), record }),
    deleteRun: async (id) => void kept.delete(id),
    stages: async (id) => kept.get(id)?.stages.map(({ stage }) => stage) ?? [],
    history: async (id, stage) => kept.get(id)?.stages.find((entry) => entry.stage.stage === stage)?.history ?? { metrics: emptyColumns(), samples: [], events: [] },
    said: async (id) => kept.get(id)?.stages.flatMap(({ stage: { stage }, history: { preferences } }) => (preferences ? [{ stage, preferences }] : [])) ?? [],
    putBundle: async (bundle) => void kept.set(bundle.record.id, bundle),
    bundle: async (id) => kept.get(id),
    bytes: async () => 1_500_000,
    commit: notHere,
    clearStage: notHere,
    checkpoints: async (id, stage) => kept.get(id)?.stages.flatMap(({ checkpoints }) => checkpoints).filter((each) => stage === undefined || each.stage === stage) ?? [],
    checkpoint: async (ref) => kept.get(ref.run)?.stages.flatMap(({ checkpoints }) => checkpoints).find(({ stage, step }) => stage === ref.stage && step === ref.step),
  };
}
