/** The models of a stored run that are worth taking elsewhere: a policy, and the reward model that judged it. */
import { ALPHA, adapterShapeIn } from '../../contract/adapter-shape';
import { ALGORITHMS, type ModelKind } from '../../contract/algorithms';
import { memberNames } from '../../contract/algorithms/reward-model';
import { modelOf, stageOf, type RunConfig } from '../../contract/config';
import { detail } from '../../contract/details';
import { Failure } from '../../contract/failures';
import type { ModelShape } from '../../contract/model-shape';
import type { RunRecord } from '../../contract/run';
import type { RunStore } from '../run-store';
import { decodeSafetensors } from '../safetensors';
import type { Adapter } from './adapter-folder';
import type { Head, Weights } from './gpt2';

export interface RunModel {
  /** Of its folder: `policy`, `reward-model`, and `reward-model-2` and so on for more models of an ensemble. */
  name: string;
  stage: string;
  step: number;
  head: Head;
  shape: ModelShape;
  weights: Weights;
  /** Where adapters were trained and not the model: `weights` are both together. */
  adapter?: Adapter;
}

const makes = (config: RunConfig, stage: string) => ALGORITHMS[stageOf(config, stage).train.algorithm].makes;

/**
 * @param size tokens of the task's vocabulary, and of its longest sequence
 * @param named a stage whose model is wanted in place of the last policy. Throws `nothing-to-export`, `checkpoint-mismatch` where the task has another vocabulary than when the run was trained.
 */
export async function modelsOf(store: RunStore, { id, config }: RunRecord, size: { vocabulary: number; context: number }, named?: string): Promise<RunModel[]> {
  const begun = new Map((await store.checkpoints(id)).toReversed().filter(({ step }) => step > 0).map((ref) => [ref.stage, ref])); // the newest of each comes last
  const last = (kind: ModelKind) => config.stages.findLast(({ id: stage }) => makes(config, stage) === kind && begun.has(stage))?.id;
  if (named !== undefined && !begun.has(named)) throw new Failure('nothing-to-export', detail('no-checkpoint-of', named, [...begun.keys()].join(', ')));
  const policy = named !== undefined && makes(config, named) === 'reward' ? undefined : (named ?? last('policy'));
  const judge = policy === undefined ? (named ?? last('reward')) : (stageOf(config, policy).start['reward'] ?? (named === undefined ? last('reward') : undefined));
  const models: RunModel[] = [];
  for (const stage of [policy, judge]) {
    const ref = stage === undefined ? undefined : begun.get(stage);
    const checkpoint = ref && (await store.checkpoint(ref));
    if (checkpoint) models.push(...modelsIn(checkpoint, config, size));
  }
  if (models.length === 0) throw new Failure('nothing-to-export');
  return models;
}

function modelsIn({ stage, step, tensors }: { stage: string; step: number; tensors: Uint8Array }, config: RunConfig, size: { vocabulary: number; context: number }): RunModel[] {
  const shape = { ...modelOf(config, stage), ...size };
  const all = Object.entries(decodeSafetensors(tensors));
  const rows = (all.find(([name]) => name.endsWith('/wte.weight'))?.[1].data.length ?? 0) / shape.width;
  if (rows !== size.vocabulary) throw new Failure('checkpoint-mismatch', detail('other-vocabulary', stage, rows, size.vocabulary));
  const under = (model: string): Weights => new Map(all.filter(([name]) => name.startsWith(`${model}/`)).map(([name, { data }]) => [name.slice(model.length + 1), data]));
  if (makes(config, stage) === 'policy') {
    const [weights, adapters] = [under('policy'), under('policy.lora')];
    const adapter = adapterShapeIn(Object.fromEntries(all.filter(([name]) => name.startsWith('policy.lora/')).map(([name, tensor]) => [name.slice('policy.lora/'.length), tensor.shape])));
    const [alpha] = adapters.get(ALPHA) ?? [];
    return [{ name: 'policy', stage, step, head: 'none', shape, weights, ...(adapter && alpha !== undefined && { adapter: { ...adapter, alpha, adapters, base: new Map([...weights, ...under('policy.frozen')]) } }) }];
  }
  return memberNames().map(under).filter(({ size: found }) => found > 0).map((weights, i) => ({ name: i === 0 ? 'reward-model' : `reward-model-${i + 1}`, stage, step, head: 'score', shape, weights }));
}
