/**
 * The runs of an experiment on the page: planned, found among those stored, and trained side by side, each in a worker of its own.
 * It lives as long as the page, so that the visitor may look at other screens meanwhile.
 */
import type { RunConfig } from '../contract/config';
import type { EngineChoice } from '../contract/engine';
import { newRunId } from '../contract/ids';
import type { RunRecord } from '../contract/run';
import { EXPERIMENTS, type Experiment, type Report, type RunResult } from '../experiments';
import { errorText, spokenReports } from '../words/spoken';
import { nameOf } from './link';
import { Pipeline, type PipelineDoors } from './pipeline.svelte';

export interface ExperimentDoors extends PipelineDoors {
  appVersion: string;
  engine(): EngineChoice;
}

/** One run of the plan; without a pipeline until it has begun. */
export interface PlannedRun {
  config: RunConfig;
  pipeline: Pipeline | null;
}

/** Milliseconds between looks at what has been measured: a report is more work than a chart. */
const EVERY = 1000;

export class ExperimentRuns {
  experiment = $state.raw<Experiment>(EXPERIMENTS[0]!); // the list is never empty
  runs = $state.raw<readonly PlannedRun[]>([]);
  isTraining = $state(false);
  #results = $state.raw<readonly RunResult[]>([]);
  /** Of whatever the runs have measured so far, in the language that is spoken; null before there are any. */
  readonly report: Report | null = $derived(this.#results.some(({ stages }) => stages.some(({ history }) => history.steps.length > 0)) ? this.experiment.report(this.#results, spokenReports()) : null);
  /** Seconds of finished stages, by run and stage, from the store. */
  readonly #seconds = new Map<string, number>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #line: Promise<void> = Promise.resolve();

  constructor(private readonly doors: ExperimentDoors) {}

  /** Plans so many seeds, and takes those that are stored as they stand. While runs are being trained the plan stays. */
  plan(experiment: Experiment, seeds: number): Promise<void> {
    return this.#inLine(async () => {
      if (this.isTraining) return;
      const configs = experiment.plan(Array.from({ length: seeds }, (_, i) => i + 1), []);
      const stored = new Map((await this.doors.store.runs()).map((record) => [JSON.stringify(record.config), record]));
      const runs = await Promise.all(configs.map(async (config): Promise<PlannedRun> => {
        const record = stored.get(JSON.stringify(config));
        return { config, pipeline: record ? await Pipeline.open(record, this.doors.engine(), this.doors) : null };
      }));
      this.experiment = experiment;
      this.runs = runs;
      await this.#look();
    });
  }

  /** Trains what is not finished, so many at a time; resolves when all are done, or stopped. */
  async train(workers: number): Promise<void> {
    await this.#line;
    if (this.isTraining) return;
    this.isTraining = true;
    this.#timer = setInterval(() => void this.#look(), EVERY);
    const waiting = this.runs.map((_, place) => place);
    const work = async () => {
      for (let place = waiting.shift(); place !== undefined && this.isTraining; place = waiting.shift()) await this.#trainOne(place);
    };
    await Promise.all(Array.from({ length: Math.min(workers, this.runs.length) }, work));
    clearInterval(this.#timer);
    this.isTraining = false;
    await this.#look();
  }

  /** What has been trained is stored; Train goes on from there. */
  async stop(): Promise<void> {
    this.isTraining = false;
    await Promise.all(this.runs.map(({ pipeline }) => pipeline?.pause()));
  }

  /** For a page that is being left. */
  abandon(): void {
    this.isTraining = false;
    clearInterval(this.#timer);
    for (const { pipeline } of this.runs) pipeline?.abandon();
  }

  /** One run that fails lets the others go on. */
  async #trainOne(place: number): Promise<void> {
    try {
      const pipeline = this.runs[place]!.pipeline ?? (await this.#begin(place)); // places are those of the runs
      await pipeline.train();
      await settled(pipeline);
    } catch (error) {
      this.doors.notice({ text: errorText(error), kind: 'error' });
    }
  }

  async #begin(place: number): Promise<Pipeline> {
    const { store, appVersion } = this.doors;
    const { config } = this.runs[place]!; // as above
    const record: RunRecord = { id: newRunId(), name: nameOf(config), config, created: Date.now(), appVersion, parents: [] };
    await store.putRun(record);
    const pipeline = await Pipeline.open(record, this.doors.engine(), this.doors);
    this.runs = this.runs.with(place, { config, pipeline });
    return pipeline;
  }

  /** Takes what has been measured, from which the report is made anew. */
  async #look(): Promise<void> {
    const results: RunResult[] = [];
    for (const { config, pipeline } of this.runs) {
      if (!pipeline) continue;
      await this.#learnSeconds(pipeline);
      results.push({ config, stages: pipeline.stages.map(({ id, history }) => ({ id, seconds: this.#seconds.get(`${pipeline.record.id} ${id}`), history })) });
    }
    this.#results = results;
  }

  /** How long stages took that have ended since the last look. */
  async #learnSeconds({ record, stages }: Pipeline): Promise<void> {
    const ended = stages.filter(({ id, isDone }) => isDone && !this.#seconds.has(`${record.id} ${id}`));
    if (ended.length === 0) return;
    const stored = await this.doors.store.stages(record.id);
    for (const { id } of ended) {
      const found = stored.find(({ stage }) => stage === id);
      if (found) this.#seconds.set(`${record.id} ${id}`, found.seconds);
    }
  }

  /** One thing at a time; what fails is told. */
  #inLine(work: () => Promise<void>): Promise<void> {
    this.#line = this.#line.then(work).catch((error: unknown) => this.doors.notice({ text: errorText(error), kind: 'error' }));
    return this.#line;
  }
}

/** Resolves when a run is finished, has failed or was paused. */
function settled(pipeline: Pipeline): Promise<void> {
  return new Promise((resolve) => {
    const stop = $effect.root(() => {
      $effect(() => {
        if (pipeline.phase === 'training') return;
        resolve();
        queueMicrotask(() => stop());
      });
    });
  });
}
