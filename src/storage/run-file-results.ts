/** What a run file says of its run, without anything that could train on: what its stages measured and what people said in them. */
import type { MetricColumns } from '../contract/metrics';
import type { PreferenceRecord } from '../contract/preferences';
import type { RunRecord } from '../contract/run';
import type { Sample } from '../contract/sample';
import { saidSamples } from '../formats';
import { readLines, readMetrics } from './json-entries';
import { readSome } from './run-file';
import { Preference } from './run-file-schema';

export interface RunResults {
  record: RunRecord;
  /** Stage id -> everything it measured; stages that have begun. */
  histories: ReadonlyMap<string, MetricColumns>;
  /** What a person said, as preferences, stage by stage in the order said; what the true reward answered in their place is left out. */
  labels: readonly Sample[];
}

/** Throws what reading a run file throws; what is wrong with its weights, samples and rows is not found. */
export async function readRunResults(file: Blob): Promise<RunResults> {
  const { entries, record, stages } = await readSome(file, (name) => /^[^/]+\/(metrics|preferences)\.jsonl$/.test(name));
  const said = stages.map(({ id }) => `${id}/preferences.jsonl`).filter((name) => entries.has(name));
  return {
    record,
    histories: new Map(stages.map(({ id }) => [id, readMetrics(entries, `${id}/metrics.jsonl`)])),
    labels: said.flatMap((name) => saidSamples(readLines(entries, name, Preference).filter(({ by }: PreferenceRecord) => by === 'visitor'))),
  };
}
