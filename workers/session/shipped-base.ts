/** Models that come with the page: that of the run's own task, and that of another, for text of quite another kind. */
import { baseFile, baseNotes } from '../../src/contract/algorithms/base';
import { baseNotesOf } from '../../src/contract/base-notes';
import type { ModelConfig } from '../../src/contract/config';
import { detail } from '../../src/contract/details';
import { Failure } from '../../src/contract/failures';
import { checkFit } from '../../src/storage/checkpoint-fit';
import { decodeSafetensors } from '../../src/storage/safetensors';
import { openTask, taskDefinition, type TaskDoors } from '../../src/tasks';
import type { Task } from '../../src/tasks/task';
import type { Foreign, Start } from '../stage/stage';

export interface BaseDoors extends TaskDoors {
  /** A file under public/ as it is. */
  readBytes(name: string): Promise<Uint8Array>;
}

const MODEL = 'policy/';

async function fileOf(name: string, { readBytes }: BaseDoors): Promise<Uint8Array> {
  try {
    return await readBytes(name);
  } catch (error) {
    throw new Failure('no-base', `${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Throws `no-base`, `no-imported-model`, `base-size`, `unreadable-run-file`. */
export async function shippedBase(id: string, model: ModelConfig, task: Task, doors: BaseDoors): Promise<Start> {
  if (taskDefinition(id).dataset) throw new Failure('no-imported-model'); // nothing comes with the page for data of the visitor
  const file = baseFile(id);
  const bytes = await fileOf(file, doors);
  try {
    checkFit(bytes, () => ({ ...model, vocabulary: task.tokenizer.vocabulary.length, context: task.context }), 'policy', file);
  } catch (error) {
    if (error instanceof Failure && error.code === 'checkpoint-mismatch') throw new Failure('base-size', error.detail);
    throw error;
  }
  return { model, weights: new Map(Object.entries(decodeSafetensors(bytes)).map(([name, { data }]) => [name.slice(MODEL.length), data])) };
}

/** Another task as its model was trained on it. Throws as above, and what opening a task throws. */
export async function foreignModel(id: string, doors: BaseDoors): Promise<Foreign> {
  const file = baseNotes(id);
  const notes = baseNotesOf(new TextDecoder().decode(await fileOf(file, doors)));
  if (!notes) throw new Failure('no-base', detail('no-model-notes', file));
  const task = await openTask(notes.task, doors);
  return { task, start: await shippedBase(id, notes.model, task, doors) };
}
