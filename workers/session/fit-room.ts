/** Whether a stage's models can be held by the engine at all: said before a number of them is loaded. A lower bound, since how much the passes themselves take is known only when they are made. */
import { ALGORITHMS } from '../../src/contract/algorithms';
import { modelOf, stageOf, type RunConfig } from '../../src/contract/config';
import { Failure } from '../../src/contract/failures';
import { parameterCount, parameterShapes } from '../../src/contract/model-shape';
import type { Task } from '../../src/tasks';
import type { EngineRoom } from '../engine/memory';

/** Vectors as long as a model that every loop holds: what it trains, its gradient and two moments, and what it began with. */
const TRAINED = 5;
/** Where nothing is trained: the model, and itself as what others are held against. */
const LOOKED_AT = 2;

const bytesText = (bytes: number): string => `${(bytes / 1e6).toLocaleString('en', { maximumFractionDigits: 0 })} MB`;

/** Throws `model-too-large`. */
export function checkRoom(config: RunConfig, stage: string, task: Pick<Task, 'tokenizer' | 'context'>, { one, all }: EngineRoom): void {
  const shape = { ...modelOf(config, stage), vocabulary: task.tokenizer.vocabulary.length, context: task.context };
  const bytes = 4 * parameterCount(parameterShapes(shape, 'none'));
  const whole = bytes * (ALGORITHMS[stageOf(config, stage).train.algorithm].passes > 0 ? TRAINED : LOOKED_AT);
  if (bytes > one) throw new Failure('model-too-large', `${stage}: its numbers take ${bytesText(bytes)} in one piece, and this engine holds pieces of ${bytesText(one)}`);
  if (all !== undefined && whole > all) throw new Failure('model-too-large', `${stage} needs ${bytesText(whole)} at least, and this engine holds ${bytesText(all)}`);
}
