/**
 * An experiment is data: a set of runs to train, and a pure function from what they measured to a report.
 * The batch door trains its runs in child processes, the page in workers; both draw the same report.
 */
import type { RunConfig } from '../contract/config';
import { metricInfo, type MetricColumns, type MetricInfo, type MetricName, type MetricRow, type TaskWords } from '../contract/metrics';
import type { Estimate } from '../contract/statistics';
import type { Curves } from './curves';
import type { Frontier } from './frontier';
import { REPORT_WORDS, type ReportWords } from './report-words';

/** What is left of a stage when only its numbers are kept. */
export interface StageResult {
  id: string;
  /** Seconds of training; undefined until it has ended. */
  seconds: number | undefined;
  history: MetricColumns;
}

/** A finished run of an experiment. */
export interface RunResult {
  config: RunConfig;
  stages: readonly StageResult[];
}

export interface Column {
  /** The same in every language: a metric's name where it is one. */
  id: string;
  name: string;
  unit: string;
  /** One sentence, shown on hover. */
  means: string;
}

export interface Table {
  title: string;
  /** What the first column names. */
  of: string;
  columns: readonly Column[];
  /** A cell is null where nothing was measured. */
  rows: readonly { name: string; cells: readonly (Estimate | null)[] }[];
}

export interface Report {
  tables: readonly Table[];
  /** Measures along training, a plot each. */
  curves: readonly Curves[];
  /** Reward against distance, a plot each. */
  frontiers: readonly Frontier[];
  /** What the numbers say and what to know about them, a sentence each. */
  notes: readonly string[];
}

/** In whose words a report is told: its own, and what metrics are. */
export interface Speech {
  reports: ReportWords;
  /** As `metricInfo`. */
  metric(name: MetricName, task?: TaskWords): Pick<MetricInfo, 'unit' | 'means'>;
}

export const ENGLISH: Speech = { reports: REPORT_WORDS, metric: metricInfo };

export interface Experiment {
  id: string;
  title: string;
  /** The question it answers. */
  asks: string;
  /** How many seeds, unless said otherwise. */
  seeds: number;
  /** Whether its report has plots. */
  hasFigure: boolean;
  /** Its runs. Throws `Failure` for settings that do not exist. */
  plan(seeds: readonly number[], settings: readonly string[]): RunConfig[];
  /** Of whatever has been trained so far. */
  report(results: readonly RunResult[], speech?: Speech): Report;
}

export const stageIn = ({ stages }: RunResult, id: string): StageResult | undefined => stages.find((stage) => stage.id === id);

/** What was measured at one step; the last values of all where no step is given. */
export function rowAt({ steps, columns }: MetricColumns, step?: number): MetricRow {
  const end = step === undefined ? steps.length : steps.indexOf(step) + 1;
  const row: MetricRow = {};
  for (const [name, column] of Object.entries(columns) as [keyof MetricRow, (number | null)[]][]) {
    const value = step === undefined ? column.findLast((entry) => entry !== null) : column[end - 1];
    if (value !== null && value !== undefined) row[name] = value;
  }
  return row;
}
