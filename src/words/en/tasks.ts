/** Tasks: English says what the batch door says. */
import type { TaskId } from '../../contract/tasks';
import { TASKS } from '../../tasks';

interface TaskSaid {
  title: string;
  teaches: string;
  source: string;
  licence: string;
  /** Both left out where there is no true reward. */
  goldUnit?: string;
  goldMeans?: string;
  /** What it means to leave a healthy range that is the task's own, by the metric's name. */
  leaving?: Readonly<Record<string, string>>;
}

const said = ({ title, teaches, source, licence, goldUnit, goldMeans }: TaskSaid): TaskSaid => ({ title, teaches, source, licence, ...(goldUnit !== undefined && { goldUnit }), ...(goldMeans !== undefined && { goldMeans }) });

export const tasks: Readonly<Record<TaskId, TaskSaid>> = { names: said(TASKS.names), digits: said(TASKS.digits), sentences: said(TASKS.sentences), stories: said(TASKS.stories), yours: said(TASKS.yours) };
