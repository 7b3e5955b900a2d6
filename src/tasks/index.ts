/** The list of tasks. To add one: its file here and one line below, its options in src/contract/tasks and one line there. */
import { Failure } from '../contract/failures';
import type { TaskConfig, TaskId } from '../contract/tasks';
import { digits } from './digits';
import { names } from './names';
import type { Task, TaskDefinition } from './task';

/** Leaving one out is a compile error. */
export const TASKS: { readonly [Id in TaskId]: TaskDefinition<Id> } = { names, digits };

const isTaskId = (id: string): id is TaskId => Object.hasOwn(TASKS, id);

export function taskDefinition(id: string): TaskDefinition {
  if (!isTaskId(id)) throw new Failure('invalid-config', `task.id: want one of ${Object.keys(TASKS).join(', ')}, got ${id}`);
  return TASKS[id];
}

/** A task with its options. @param readFile text of a file under public/; asked only where the task has one */
export async function openTask(config: TaskConfig, readFile: (name: string) => Promise<string>): Promise<Task> {
  const { file, open } = taskDefinition(config.id); // options and definition have the same id
  return open(file === undefined ? '' : await readFile(file), config);
}

export * from './task';
