/** The list of tasks. To add one: its file here and one line below, its options in src/contract/tasks and one line there. */
import { detail } from '../contract/details';
import { Failure } from '../contract/failures';
import type { Sample } from '../contract/sample';
import type { TaskConfig, TaskId } from '../contract/tasks';
import { digits } from './digits';
import { names } from './names';
import { sentences } from './sentences';
import { stories } from './stories/stories';
import type { Expected, OnOpening, Task, TaskDefinition } from './task';
import { yours } from './yours';

/** Leaving one out is a compile error. */
export const TASKS = { names, digits, sentences, stories, yours } satisfies { readonly [Id in TaskId]: TaskDefinition<Id> };

const isTaskId = (id: string): id is TaskId => Object.hasOwn(TASKS, id);

export function taskDefinition(id: string): TaskDefinition {
  if (!isTaskId(id)) throw new Failure('invalid-config', detail('no-such-task', Object.keys(TASKS).join(', '), id));
  return TASKS[id];
}

/** Where the data of tasks is: each thread and each script has its own. */
export interface TaskDoors {
  /** Text of a file under public/. */
  readFile(name: string): Promise<string>;
  /** The first so many rows of a data set of the visitor; undefined where it is not stored. Left out where there are no such data. */
  readDataset?(id: string, rows: number): Promise<readonly Sample[] | undefined>;
}

/** A task with its options. Throws `missing-dataset`. */
export async function openTask(config: TaskConfig, { readFile, readDataset }: TaskDoors, onProgress?: OnOpening): Promise<Task> {
  const definition = taskDefinition(config.id); // options and definition have the same id
  if (!definition.dataset) return definition.open(definition.file === undefined ? '' : await readFile(definition.file), config);
  const wanted = definition.dataset(config);
  if (!wanted) return definition.open([], config, onProgress);
  const { id, title, rows } = wanted;
  const samples = id === '' ? undefined : await readDataset?.(id, rows);
  if (samples === undefined) throw new Failure('missing-dataset', id === '' ? detail('none-chosen') : title);
  return definition.open(samples, config, onProgress);
}

/** Printable text of each token; the task is opened only where its data says so. */
export async function vocabularyOf(config: TaskConfig, doors: TaskDoors): Promise<readonly string[]> {
  const { vocabulary, lateVocabulary } = taskDefinition(config.id);
  return vocabulary ?? (await lateVocabulary?.()) ?? (await openTask(config, doors)).tokenizer.vocabulary;
}

/** How long texts will be and how many tokens there will be, foretold without the data. */
export function expectedOf(config: TaskConfig): Expected {
  const definition = taskDefinition(config.id);
  return definition.expects?.(config) ?? { textTokens: definition.textTokens, vocabulary: definition.vocabulary?.length ?? 0 };
}

export * from './task';
