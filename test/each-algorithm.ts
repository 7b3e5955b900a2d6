/** One small run an algorithm: the stages that others start from, then one stage of it, with knobs at which it does all it can. */
import { ALGORITHMS, type AlgorithmId, type AlgorithmInfo } from '../src/contract/algorithms';
import { parseRunConfig, type RunConfig } from '../src/contract/config';
import { newRunId, type RunId } from '../src/contract/ids';
import { emptyColumns } from '../src/contract/metrics';
import type { RunStore } from '../src/storage/run-store';

/** Every algorithm there is but the one that only loads a file (test/unit/base.test.ts): a new one is in these tests without being named in them. */
export const ALGORITHM_IDS = (Object.keys(ALGORITHMS) as AlgorithmId[]).filter((id) => id !== 'base'); // the keys of an object that has no others

/** Stages that leave what the others start from. */
const BASE = [
  { id: 'pretrain', start: {}, train: { algorithm: 'pretrain', ...sized(3) } },
  { id: 'sft', start: { policy: 'pretrain' }, train: { algorithm: 'sft', ...sized(3) } },
  { id: 'judge', start: { trunk: 'sft' }, train: { algorithm: 'reward-model', ...sized(3) } },
];

/** The stage after them. */
export const LAST = 'last';

/** Parameters that make a method do all it can where it is off by default, and small where it is large. */
const KNOBS: Partial<Record<AlgorithmId, Record<string, number | string>>> = {
  dpo: { referenceSync: 2 },
  kto: { referenceSync: 2 },
  rloo: { iterations: 2, normalizeAdvantages: 'yes', rewardNorm: 'running' },
  'reinforce-plus-plus': { iterations: 2, baseline: 'group' },
  grpo: { iterations: 2, groupSize: 4, klCoef: 0.1, ratio: 'sequence', loss: 'dr_grpo' },
  ppo: { criticWarmup: 1, minibatches: 2, klControl: 'adaptive', klEstimator: 'k3', klClip: 5, rewardNorm: 'running', biasWeight: 0.1, overlongBuffer: 3, rewardClip: 5, rewardWhitening: 'on', entropyCoef: 0.01 },
  labels: { questions: 4, strategy: 'entropy', entropySamples: 2, evaluateEvery: 1, evaluateOn: 64 },
  'online-dpo': { referenceSync: 2, refreshEvery: 3, completions: 3, rewardNorm: 'running' },
};

function sized(steps: number) {
  return { steps, batchSize: 8, evaluateOn: 16, evaluateEvery: 2, warmup: 0 };
}

/** The base and, after it, the stage of one algorithm. @param more knobs of it */
export function configOf(algorithm: AlgorithmId, steps: number, seed = 1, more: Record<string, number | string> = {}): RunConfig {
  const { starts }: AlgorithmInfo = ALGORITHMS[algorithm];
  const start = Object.fromEntries(Object.entries(starts).flatMap(([role, kind]) => (kind === 'pairs' ? [] : [[role, kind === 'reward' ? 'judge' : 'sft']])));
  return parseRunConfig({
    recipe: 'every algorithm', seed, task: { id: 'names', pairs: 256 }, model: { width: 16, layers: 1, heads: 2 },
    stages: [...BASE, { id: LAST, start, train: { algorithm, ...sized(steps), ...KNOBS[algorithm], ...more } }],
  });
}

/** A new run in which the base stands finished as another run trained it. */
export async function runOnBaseOf(trained: RunId, store: RunStore): Promise<RunId> {
  const run = newRunId();
  const records = await store.stages(trained);
  for (const { id } of BASE) {
    const [ref] = await store.checkpoints(trained, id);
    const stage = records.find((record) => record.stage === id)!; // of a run whose base was trained
    await store.commit({ stage: { ...stage, run }, checkpoint: { ...(await store.checkpoint(ref!))!, run }, metrics: emptyColumns(), samples: [], events: [] });
  }
  return run;
}
