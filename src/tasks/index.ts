/** The list of tasks. To add one: its file here and one line below. */
import { Failure } from '../contract/failures';
import { names } from './names';
import type { TaskDefinition } from './task';

export const TASKS: readonly TaskDefinition[] = [names];

export function taskDefinition(id: string): TaskDefinition {
  const found = TASKS.find((task) => task.id === id);
  if (!found) throw new Failure('invalid-config', `task.id: want one of ${TASKS.map((task) => task.id).join(', ')}, got ${id}`);
  return found;
}

export * from './task';
