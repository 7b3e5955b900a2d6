/** Small runs with every kind of content, for the tests of storage and files. Every number is a fixed function of its place. */
import { parseRunConfig, type RunConfig } from '../../src/contract/config';
import { asRunId, type RunId } from '../../src/contract/ids';
import { appendRow, emptyColumns, type MetricColumns } from '../../src/contract/metrics';
import { parameterShapes, sizeOf, type ModelShape } from '../../src/contract/model-shape';
import type { CheckpointRecord, Completion, RunEvent, RunRecord, SampleSet, StageRecord } from '../../src/contract/run';
import type { RunBundle, RunStore, StageCommit } from '../../src/storage/run-store';
import { encodeSafetensors } from '../../src/storage/safetensors';

export const RUN = asRunId('run-test');
export const SHAPE: ModelShape = { width: 8, layers: 1, heads: 2, vocabulary: 5, context: 4 };
export const VOCABULARY = ['▁', '⏎', 'a', 'b', 'c'];

export const config: RunConfig = parseRunConfig({
  recipe: 'names-ppo',
  seed: 7,
  task: { id: 'names' },
  model: { width: SHAPE.width, layers: SHAPE.layers, heads: SHAPE.heads },
  stages: [
    { id: 'pretrain', start: {}, train: { algorithm: 'pretrain' } },
    { id: 'sft', start: { policy: 'pretrain' }, train: { algorithm: 'sft' } },
    { id: 'reward-model', start: { trunk: 'sft' }, train: { algorithm: 'reward-model' } },
    { id: 'ppo', start: { policy: 'sft', reward: 'reward-model' }, train: { algorithm: 'ppo' } },
  ],
});

export const recordOf = (id: RunId = RUN, created = 1000): RunRecord => ({ id, name: 'Names, seed 7', config, created, appVersion: '0.1.0', parents: [] });

export const stageRecord = (stage: string, step: number, run: RunId = RUN): StageRecord => ({
  run, stage, step, total: 100, finished: step === 100, engine: { engine: 'wasm', adapter: 'SIMD', note: '' }, updated: 2000 + step, seconds: step / 10,
});

/** Rows for the steps after `from` up to `to`; accuracy is measured at every second step only. */
export function rows(from: number, to: number): MetricColumns {
  const metrics = emptyColumns();
  for (let step = from + 1; step <= to; step++) appendRow(metrics, step, step % 2 ? { loss: 1 / step } : { loss: 1 / step, accuracy: step / 1000 });
  return metrics;
}

const completion = (text: string, gold: number): Completion => ({
  text, ended: true, gold, proxy: gold / 3,
  tokens: [...text].map((letter, i) => ({ text: letter, logProb: -0.1 * i, referenceLogProb: -0.3, odds: [{ text: letter, policy: 0.7, reference: 0.4 }] })),
});

export const samplesAt = (step: number): SampleSet => ({ step, prompts: [{ prompt: '♀', before: completion('ab', 1), now: completion('ba', 2.5) }] });
export const eventAt = (step: number, stage = 'pretrain'): RunEvent => ({ time: 3000 + step, stage, step, kind: 'saved', text: `at ${step}` });

type Tensors = Parameters<typeof encodeSafetensors>[0];

/** Weights and moments of one model, all numbers different. */
export function modelTensors(model: string, head: 'none' | 'score', shape = SHAPE): Tensors {
  let n = 0;
  const shapes = Object.entries(parameterShapes(shape, head));
  const under = (prefix: string) => shapes.map(([name, sides]) => [`${prefix}/${name}`, { shape: sides, data: Float32Array.from({ length: sizeOf(sides) }, () => (n += 1) / 1024) }] as const);
  return Object.fromEntries([model, `${model}.m`, `${model}.v`].flatMap(under));
}

export const TENSORS: Record<string, Tensors> = {
  pretrain: modelTensors('policy', 'none'),
  sft: modelTensors('policy', 'none'),
  'reward-model': modelTensors('reward', 'score'),
  ppo: { ...modelTensors('policy', 'none'), ...modelTensors('critic', 'score') },
};

export const checkpointAt = (stage: string, step: number, run: RunId = RUN, tensors = TENSORS[stage]!): CheckpointRecord => ({
  run, stage, step, created: 4000 + step,
  state: { random: { order: { seed: 7, stream: 4_000_000_000, drawn: step } }, counters: { 'policy.updates': step, klCoef: 0.05 } },
  tensors: encodeSafetensors(tensors),
});

export const commitAt = (stage: string, from: number, to: number, run: RunId = RUN): StageCommit => ({
  stage: stageRecord(stage, to, run), checkpoint: checkpointAt(stage, to, run), metrics: rows(from, to), samples: [samplesAt(to)], events: [eventAt(to, stage)],
});

/** A whole run with two checkpoints in its first stage and one in every other. */
export function bundleOf(id: RunId = RUN): RunBundle {
  return {
    record: recordOf(id),
    stages: config.stages.map(({ id: stage }, place) => ({
      stage: stageRecord(stage, 100, id),
      history: { metrics: rows(0, 10), samples: [samplesAt(5), samplesAt(10)], events: [eventAt(0, stage), eventAt(10, stage)] },
      checkpoints: (place === 0 ? [100, 50] : [100]).map((step) => checkpointAt(stage, step, id)),
    })),
  };
}

/** Everything a store holds, to show that nothing changed; tensors as text, because comparing text is fast. */
export async function contentOf(store: RunStore): Promise<unknown> {
  const told = async (id: RunId) => {
    const bundle = (await store.bundle(id))!; // listed a moment ago
    const stages = bundle.stages.map((stage) => ({ ...stage, checkpoints: stage.checkpoints.map((checkpoint) => ({ ...checkpoint, tensors: Buffer.from(checkpoint.tensors).toString('base64') })) }));
    return { record: bundle.record, stages, checkpoints: await store.checkpoints(id), bytes: await store.bytes(id) };
  };
  return Promise.all((await store.runs()).map(({ id }) => told(id)));
}
