/** Where the data of tasks is for programs of the repository. */
import { readFile } from 'node:fs/promises';
import type { TaskDoors } from '../src/tasks';

export const TASK_DOORS: TaskDoors = { readFile: (name) => readFile(`public/${name}`, 'utf8') };
