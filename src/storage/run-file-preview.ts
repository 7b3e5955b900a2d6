/** What a run file is, before anybody imports it: read from its directory, its manifest and what its stages measured. No weights are loaded, so a large file is looked at as quickly as a small one. */
import type { RunConfig } from '../contract/config';
import { lastRow, type MetricRow } from '../contract/metrics';
import type { StageRecord } from '../contract/run';
import { readJson, readMetrics } from './json-entries';
import { readSome } from './run-file';
import { Stage } from './run-file-schema';

export interface RunPreview {
  name: string;
  config: RunConfig;
  /** Of the page that made the run. */
  appVersion: string;
  /** Milliseconds since 1970. */
  created: number;
  /** Of the file. */
  bytes: number;
  /** Those that have begun, each with the last value of everything it measured. */
  stages: (Pick<StageRecord, 'stage' | 'step' | 'total' | 'finished' | 'engine'> & { isBorrowed: boolean; final: MetricRow })[];
  checkpoints: number;
  /** It brings rows of somebody's own data. */
  hasData: boolean;
}

/** Throws what reading a run file throws; what only its weights, samples and rows can show is found at import. */
export async function previewRunFile(file: Blob): Promise<RunPreview> {
  const { entries, names, record, stages } = await readSome(file, (name) => /^[^/]+\/(stage\.json|metrics\.jsonl)$/.test(name));
  return {
    name: record.name,
    config: record.config,
    appVersion: record.appVersion,
    created: record.created,
    bytes: file.size,
    stages: stages.map(({ id }) => {
      const { stage, step, total, finished, engine, borrowed } = readJson(entries, `${id}/stage.json`, Stage);
      return { stage, step, total, finished, engine, isBorrowed: borrowed !== undefined, final: lastRow(readMetrics(entries, `${id}/metrics.jsonl`)) };
    }),
    checkpoints: stages.reduce((sum, { checkpoints }) => sum + checkpoints.length, 0),
    hasData: names.includes('dataset.jsonl'),
  };
}
