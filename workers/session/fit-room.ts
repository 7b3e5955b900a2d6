/** Whether a stage's models can be held by the engine at all: said before a number of them is loaded. A lower bound, since how much the passes themselves take is known only when they are made. */
import { adapterCount, targetShapes } from '../../src/contract/adapter-shape';
import { ALGORITHMS } from '../../src/contract/algorithms';
import { modelOf, stageOf, type RunConfig, type StageConfig } from '../../src/contract/config';
import { detail } from '../../src/contract/details';
import { Failure } from '../../src/contract/failures';
import { parameterCount, parameterShapes, type ModelShape } from '../../src/contract/model-shape';
import type { Task } from '../../src/tasks';
import type { EngineRoom } from '../engine/memory';

/** Vectors as long as a model that every loop holds: what it trains, its gradient and two moments, and what it began with. */
const TRAINED = 5;
/** Where adapters are trained: the model, its gradient, and what it began with; of each target what it was, and of adapters themselves, what they add, gradient and moments. */
const FROZEN = 3;
const OF_ADAPTERS = 5;
/** Where nothing is trained: the model, and itself as what others are held against. */
const LOOKED_AT = 2;
/** PEFT's default, named where adapters would do. */
const USUAL_RANK = 8;

/** Numbers that a stage's loop holds for a model of so many, at least. */
function heldBy({ train }: StageConfig, shape: ModelShape, count: number): number {
  if (ALGORITHMS[train.algorithm].passes === 0) return LOOKED_AT * count;
  if (!('loraRank' in train) || train.loraRank === 0) return TRAINED * count;
  const { loraRank: rank, loraTargets: targets } = train;
  return FROZEN * count + parameterCount(targetShapes(shape, targets)) + OF_ADAPTERS * adapterCount(shape, { rank, targets });
}

/** Throws `model-too-large`. */
export function checkRoom(config: RunConfig, stage: string, task: Pick<Task, 'tokenizer' | 'context'>, { one, all }: EngineRoom): void {
  const shape = { ...modelOf(config, stage), vocabulary: task.tokenizer.vocabulary.length, context: task.context };
  const count = parameterCount(parameterShapes(shape, 'none'));
  const own = stageOf(config, stage);
  const [bytes, whole] = [4 * count, 4 * heldBy(own, shape, count)];
  if (bytes > one) throw new Failure('model-too-large', detail('large-piece', stage, bytes, one));
  if (all === undefined || whole <= all) return;
  const adapted = 'loraRank' in own.train && own.train.loraRank === 0 ? 4 * heldBy({ ...own, train: { ...own.train, loraRank: USUAL_RANK } }, shape, count) : Infinity;
  throw new Failure('model-too-large', adapted <= all ? detail('needs-less-by-lora', stage, whole, all, USUAL_RANK, adapted) : detail('needs-more', stage, whole, all));
}
