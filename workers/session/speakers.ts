/** Models of checkpoints, made ready to be looked at: each is loaded once, and let go of when it is no longer wanted. */
import { memberNames } from '../../src/contract/algorithms/reward-model';
import { modelOf } from '../../src/contract/config';
import { detail } from '../../src/contract/details';
import { Failure } from '../../src/contract/failures';
import { parameterCount, parameterShapes, type ModelShape } from '../../src/contract/model-shape';
import type { CheckpointRef } from '../../src/contract/run';
import type { TaskConfig } from '../../src/contract/tasks';
import type { RunStore } from '../../src/storage/run-store';
import { openTask, type Task, type TaskDoors } from '../../src/tasks';
import { engineRoom } from '../engine/memory';
import { Parameters, type Weights } from '../model/parameters';
import { numbersOf, weightsUnder } from './stage-files';

type Kind = 'policy' | 'reward';
export interface Wanted {
  ref: CheckpointRef;
  kind: Kind;
}

export interface Speaker {
  task: Task;
  shape: ModelShape;
  /** Members, of which a policy has one. */
  models: readonly Parameters[];
}

const keyOf = ({ ref: { run, stage, step }, kind }: Wanted): string => `${kind} ${run} ${stage} ${step}`;

export class Speakers {
  readonly #loaded = new Map<string, Speaker>();
  readonly #tasks = new Map<string, Promise<Task>>();

  constructor(
    private readonly store: RunStore,
    private readonly doors: TaskDoors,
  ) {}

  /** These, in their order, and no others any more. Throws `missing-checkpoint`, `checkpoint-mismatch`, `damaged-checkpoint`, `model-too-large`, and what opening a task throws. */
  async want(all: readonly Wanted[]): Promise<Speaker[]> {
    const keys = new Set(all.map(keyOf));
    for (const [key, speaker] of this.#loaded) {
      if (keys.has(key)) continue;
      this.#loaded.delete(key);
      for (const model of speaker.models) model.dispose();
    }
    const speakers: Speaker[] = [];
    for (const wanted of all) {
      const key = keyOf(wanted);
      const speaker = this.#loaded.get(key) ?? (await this.#load(wanted));
      this.#loaded.set(key, speaker);
      speakers.push(speaker);
    }
    return speakers;
  }

  dispose(): void {
    for (const { models } of this.#loaded.values()) for (const model of models) model.dispose();
    this.#loaded.clear();
  }

  async #load({ ref, kind }: Wanted): Promise<Speaker> {
    const [record, checkpoint] = await Promise.all([this.store.run(ref.run), this.store.checkpoint(ref)]);
    if (!record || !checkpoint) throw new Failure('missing-checkpoint', detail('not-kept', ref.stage, ref.step));
    const task = await this.#open(record.config.task);
    const shape = { ...modelOf(record.config, ref.stage), vocabulary: task.tokenizer.vocabulary.length, context: task.context };
    const tensors = numbersOf(checkpoint);
    const [first, ...others] = (kind === 'reward' ? memberNames() : [kind]).map((name) => weightsUnder(tensors, `${name}/`));
    const members = [first!, ...others.filter(({ size }) => size > 0)]; // there is a first name
    this.#check(shape, members.length);
    return { task, shape, models: made(shape, kind === 'reward' ? 'score' : 'none', members) };
  }

  /** Before any of them is on the engine. */
  #check(shape: ModelShape, members: number): void {
    const { one, all = Infinity } = engineRoom();
    const bytesOf = (of: ModelShape) => 4 * parameterCount(parameterShapes(of, 'none'));
    const held = [...this.#loaded.values()].reduce((sum, speaker) => sum + speaker.models.length * bytesOf(speaker.shape), 0);
    const bytes = bytesOf(shape);
    if (bytes > one || held + members * bytes > all) throw new Failure('model-too-large', detail('takes-beside', members * bytes, held));
  }

  #open(config: TaskConfig): Promise<Task> {
    const key = JSON.stringify(config);
    const known = this.#tasks.get(key);
    if (known) return known;
    const opened = openTask(config, this.doors);
    this.#tasks.set(key, opened);
    opened.catch(() => this.#tasks.delete(key)); // a failed load may be tried again
    return opened;
  }
}

/** All of them or none. */
function made(shape: ModelShape, head: 'none' | 'score', members: readonly Weights[]): Parameters[] {
  const models: Parameters[] = [];
  try {
    for (const weights of members) models.push(new Parameters(shape, head, weights));
    return models;
  } catch (error) {
    for (const model of models) model.dispose();
    throw error;
  }
}
