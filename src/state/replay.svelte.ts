/** A finished run as it was at any moment of its training: played in some seconds, or moved by hand. It is shown by the same stages as a run that trains, and belongs to no store. */
import { stageOf } from '../contract/config';
import { newRunId } from '../contract/ids';
import type { MetricColumns } from '../contract/metrics';
import type { StageRecord } from '../contract/run';
import type { ExampleRun, ExampleStage } from '../storage/example-run';
import type { StageHistory } from '../storage/run-store';
import { LiveStage } from './live-stage.svelte';

/** Seconds that the whole run is played in. */
export const SECONDS = 10;
/** Milliseconds between two moments while it plays: as often as a worker speaks. */
const INTERVAL = 50;

/** Everything up to a step, as if training had got no further. */
export function upTo({ metrics, samples, events }: StageHistory, step: number): StageHistory {
  const count = metrics.steps.filter((each) => each <= step).length; // steps rise
  const columns: MetricColumns['columns'] = Object.fromEntries(Object.entries(metrics.columns).map(([name, values]) => [name, values.slice(0, count)]));
  return { metrics: { steps: metrics.steps.slice(0, count), columns }, samples: samples.filter((set) => set.step <= step), events };
}

export class Replay {
  readonly stages: readonly LiveStage[];
  /** Steps of all stages. */
  readonly total: number;
  #at = $state(0);
  isPlaying = $state(false);
  readonly #sources: readonly ExampleStage[];
  /** Nobody's: no store has it. */
  readonly #run = newRunId();
  /** Step of each stage that is shown. */
  readonly #shown: number[];
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Begins at its end: that is what there is to see. */
  constructor({ config, stages }: ExampleRun) {
    this.#sources = stages;
    this.stages = stages.map(({ id }) => new LiveStage(stageOf(config, id)));
    this.total = this.stages.reduce((sum, { total }) => sum + total, 0);
    this.#shown = stages.map(() => -1);
    this.seek(this.total);
  }

  /** Steps since the beginning of the first stage. */
  get at(): number {
    return this.#at;
  }

  /** The stage that trains at this moment, the last one at the end. */
  readonly current = $derived.by(() => {
    let left = this.#at;
    for (const stage of this.stages) {
      if (left <= stage.total) return stage;
      left -= stage.total;
    }
    return this.stages.at(-1)!; // a run has a stage
  });

  seek(at: number): void {
    this.#at = Math.max(0, Math.min(Math.round(at), this.total));
    let begin = 0;
    this.stages.forEach((stage, i) => {
      const step = Math.max(0, Math.min(this.#at - begin, stage.total));
      begin += stage.total;
      if (this.#shown[i] === step) return;
      this.#shown[i] = step;
      stage.load(upTo(this.#sources[i]!.history, step), step === 0 ? undefined : this.#recordOf(stage, step)); // a source a stage
    });
  }

  #recordOf({ id, total }: LiveStage, step: number): StageRecord {
    return { run: this.#run, stage: id, step, total, finished: step === total, engine: null, updated: step, seconds: 0 };
  }

  /** From where it stands; from the beginning, where that is the end. */
  play(): void {
    this.pause();
    const from = this.#at >= this.total ? 0 : this.#at;
    const began = performance.now();
    this.isPlaying = true;
    const move = () => {
      this.seek(from + (this.total * (performance.now() - began)) / (1000 * SECONDS));
      if (this.#at >= this.total) this.pause();
    };
    this.#timer = setInterval(move, INTERVAL);
    move();
  }

  pause(): void {
    clearInterval(this.#timer);
    this.isPlaying = false;
  }
}
