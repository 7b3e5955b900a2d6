/** The options of each task, by its id. To add a task: its options here and one line below, the task itself in src/tasks and one line there. */
import * as v from 'valibot';
import { digits } from './digits';
import { names } from './names';
import { sentences } from './sentences';
import { stories } from './stories';
import { yours } from './yours';

export const TASK_OPTIONS = {
  names,
  digits,
  sentences,
  stories,
  yours,
} as const;

const schemas = Object.values(TASK_OPTIONS);
/** One variant per task: a run of one task cannot even be written down with the options of another. */
export const TaskConfig = v.variant('id', schemas as [(typeof schemas)[number], ...typeof schemas]);

export type TaskId = keyof typeof TASK_OPTIONS;
export type TaskConfig<Id extends TaskId = TaskId> = v.InferOutput<(typeof TASK_OPTIONS)[Id]>;
