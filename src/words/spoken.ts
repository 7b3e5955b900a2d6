/** What is defined once for page, workers and batch door (knobs, metrics, failures, tasks, recipes), as it is said in the language that is spoken now. */
import type { AlgorithmId } from '../contract/algorithms';
import { detailSaid, detailText, type Detail } from '../contract/details';
import type { EngineInfo } from '../contract/engine';
import { toRecord, type FailureRecord } from '../contract/failures';
import type { Knob } from '../contract/knobs';
import { metricInfo, METRICS, type MetricInfo, type MetricName, type TaskWords } from '../contract/metrics';
import type { CheckpointRef } from '../contract/run';
import type { Speech } from '../experiments';
import { taskDefinition, type TaskDefinition } from '../tasks';
import { words } from './words.svelte';

/** What is not of ours, as the words of a browser, stays as it is. */
export const spokenDetail = (told: Detail | string): string => (typeof told === 'string' ? told : (detailSaid(told, words().details) ?? detailText(told)));

/** Why this engine; a note that an earlier version stored stays the text it is. */
export const engineNote = ({ note, told }: EngineInfo): string => (told ? spokenDetail(told) : note);

/** The name of a GPU stays what it is; kinds of WASM have words. */
export const adapterText = (adapter: string): string => words().transport.engine.adapters[adapter] ?? adapter;

/** The sentence to show for a failure, with the fact behind it where there is one. */
export function failureText({ code, told, ...record }: FailureRecord): string {
  const { failures, page } = words();
  const detail = told ? spokenDetail(told) : record.detail;
  if (code === 'unexpected') return page.unexpected(detail);
  return detail === '' ? failures[code] : `${failures[code]} (${detail})`;
}

/** The same for whatever was thrown. */
export const errorText = (error: unknown): string => failureText(toRecord(error));

export const spokenAlgorithm = (id: AlgorithmId) => words().algorithms[id];

/** A task with the words for it, those that stand in metrics among them. */
export function spokenTask(id: string): TaskDefinition {
  const task: TaskDefinition = taskDefinition(id);
  const { leaving, ...said } = words().tasks[task.id];
  const healthy = task.healthy && Object.fromEntries(Object.entries(task.healthy).map(([name, range]) => [name, range && { ...range, leaving: leaving?.[name] ?? range.leaving }]));
  return { ...task, ...said, ...(healthy && { healthy }) };
}

/** What a recipe is called; an id that is not known, as a file may have it, stays what it is. */
export const recipeTitle = (id: string): string => words().recipes[id]?.title ?? id;

/** A checkpoint that a stage could start from. */
export const offerText = ({ ref: { stage, step }, name, isModel }: { ref: CheckpointRef; name: string; isModel?: true }): string => (isModel ? words().runs.importedOffer(name) : words().runs.offer(name, stage, step));

/** A part is an algorithm, a task or the model. */
export function spokenKnob(part: string, knob: Knob): Knob {
  const { shared, own } = words().knobs;
  return { ...knob, ...shared[knob.name], ...own[`${part}.${knob.name}`], ...(knob.kind === 'choice' && { names: optionNames(part, knob.name) }) };
}

/** What the options of a knob are called; one that is left out is called what it is. */
export function optionNames(part: string, name: string): Readonly<Record<string, string>> {
  const { options } = words().knobs;
  return { ...options[name], ...options[`${part}.${name}`] };
}

/** A unit of a metric. That of the true reward is the task's. */
export function unitText(unit: string): string {
  const { units } = words().metrics;
  return Object.entries(units).find(([id]) => id === unit)?.[1] ?? unit;
}

/** As `metricInfo`. @param task as `spokenTask` gives it */
export function spokenMetric(name: MetricName, task?: TaskWords): MetricInfo {
  const info = metricInfo(name, task);
  const { means, leaving } = words().metrics;
  const isOfTask = info.unit !== METRICS[name].unit;
  return {
    ...info,
    unit: isOfTask ? info.unit : unitText(info.unit),
    means: isOfTask ? `${means[name]} ${task?.goldMeans ?? ''}`.trimEnd() : means[name],
    ...(info.healthy && { healthy: { ...info.healthy, leaving: task?.healthy?.[name]?.leaving ?? Object.entries(leaving).find(([charted]) => charted === name)?.[1] ?? info.healthy.leaving } }),
  };
}

/** For the report of an experiment. */
export const spokenReports = (): Speech => ({ reports: words().reports, metric: spokenMetric });
