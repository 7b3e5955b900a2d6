/** Between a stage's numbers and its checkpoints: what a stage starts from, and what it leaves behind. */
import { ALGORITHMS, type Product } from '../../src/contract/algorithms';
import { memberNames } from '../../src/contract/algorithms/reward-model';
import { modelOf, stageOf, type RunConfig } from '../../src/contract/config';
import { detail } from '../../src/contract/details';
import { Failure } from '../../src/contract/failures';
import type { RunId } from '../../src/contract/ids';
import type { CheckpointRecord } from '../../src/contract/run';
import type { RunStore } from '../../src/storage/run-store';
import { decodeSafetensors, encodeSafetensors } from '../../src/storage/safetensors';
import { pairsIn } from '../../src/tasks/pair-lists';
import type { PreferencePair, Task } from '../../src/tasks/task';
import type { Weights } from '../model/parameters';
import { Stage, type NamedNumbers, type Start } from '../stage/stage';
import { foreignModel, shippedBase, type BaseDoors } from './shipped-base';

/** Loads a stage: its own newest checkpoint, and the newest of every stage it starts from. Throws `missing-checkpoint`, `checkpoint-mismatch`, `no-base`, `base-size`. */
export async function loadStage(store: Pick<RunStore, 'checkpoint' | 'checkpoints'>, run: RunId, config: RunConfig, id: string, task: Task, doors: BaseDoors): Promise<Stage> {
  const stage = stageOf(config, id);
  const starts = new Map<string, Start>();
  let pairs: readonly PreferencePair[] | undefined;
  for (const [role, kind] of Object.entries<Product>(ALGORITHMS[stage.train.algorithm].starts)) {
    const from = stage.start[role];
    if (from === undefined) continue; // one that may be left out: parseRunConfig knows
    const checkpoint = await newest(store, run, from);
    if (!checkpoint) throw new Failure('missing-checkpoint', detail('starts-from', id, from));
    if (kind === 'pairs') {
      pairs = pairsIn(checkpoint.state);
      continue;
    }
    const tensors = numbersOf(checkpoint);
    const [weights, ...others] = (kind === 'reward' ? memberNames() : [kind]).map((name) => weightsUnder(tensors, `${name}/`)).filter((found, i) => i === 0 || found.size > 0);
    starts.set(role, { model: modelOf(config, from), weights: weights!, others }); // the first is always kept
  }
  const first = config.stages.find(({ id: other, train }) => train.algorithm === 'base' && other !== id)?.id;
  const origin = first && (await newest(store, run, first)); // a stage may be trained without it: then nothing is held against it
  if (first && origin) starts.set('base', { model: modelOf(config, first), weights: weightsUnder(numbersOf(origin), 'policy/') });
  const foreign = 'foreign' in stage.train && stage.train.foreign !== 'none' ? await foreignModel(stage.train.foreign, doors) : undefined;
  const own = await newest(store, run, id);
  // An imported model stands in its own stage from the beginning.
  if (stage.train.algorithm === 'base') starts.set('file', own ? { model: modelOf(config, id), weights: weightsUnder(numbersOf(own), 'policy/') } : await shippedBase(config.task.id, modelOf(config, id), task, doors));
  // Of step 0 there is nothing to load: such a checkpoint was written before the stage had any weights.
  const saved = own && own.step > 0 && { step: own.step, state: own.state, tensors: numbersOf(own) };
  return new Stage({ config, stage, task, starts, ...(pairs && { pairs }), ...(foreign && { foreign }), ...(saved && { saved }) });
}

export function checkpointOf(run: RunId, stage: string, { step, state, tensors, shapes }: Awaited<ReturnType<Stage['save']>>, created: number): CheckpointRecord {
  const named = Object.fromEntries([...tensors].map(([name, data]) => [name, { shape: [...shapes.get(name)!], data }])); // saved together
  return { run, stage, step, created, state, tensors: encodeSafetensors(named) };
}

async function newest(store: Pick<RunStore, 'checkpoint' | 'checkpoints'>, run: RunId, stage: string): Promise<CheckpointRecord | undefined> {
  const [ref] = await store.checkpoints(run, stage);
  return ref && store.checkpoint(ref);
}

export const numbersOf = ({ tensors }: CheckpointRecord): NamedNumbers => new Map(Object.entries(decodeSafetensors(tensors)).map(([name, { data }]) => [name, data]));

export const weightsUnder = (tensors: NamedNumbers, prefix: string): Weights =>
  new Map([...tensors].filter(([name]) => name.startsWith(prefix)).map(([name, numbers]) => [name.slice(prefix.length), numbers]));
