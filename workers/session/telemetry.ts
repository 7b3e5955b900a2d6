/** What the page hears of training: at most one message per interval. Rows in between are merged, so a rare measurement is never lost. */
import { TELEMETRY_INTERVAL, type TrainEvent } from '../../src/contract/api';
import type { StepReport } from '../algorithms';

type Progress = Extract<TrainEvent, { kind: 'progress' }>;
type Samples = Extract<TrainEvent, { kind: 'samples' }>;
type Report = Extract<TrainEvent, { kind: 'report' }>;

/** Weight of the newest speed in the running mean: steadies the number a person reads. */
const NEWEST = 0.2;

export class Telemetry {
  #progress: Progress | undefined;
  #samples: Samples | undefined;
  #report: Report | undefined;
  #sent = -Infinity;
  #tokensPerSecond = 0;
  #tokens = NaN;

  constructor(
    private readonly stage: string,
    private readonly total: number,
    private readonly emit: (event: TrainEvent) => void,
    /** Milliseconds, only differences matter. */
    private readonly clock: () => number,
    /** What the engine holds now: bytes, and tensors. */
    private readonly held: () => Pick<Progress, 'memory' | 'tensors'>,
  ) {}

  /** @param seconds time the step took */
  push(step: number, { row, samples, report }: StepReport, seconds: number): void {
    this.#measureSpeed(row.num_tokens, seconds);
    this.#progress = { kind: 'progress', stage: this.stage, step, total: this.total, row: { ...this.#progress?.row, ...row }, tokensPerSecond: this.#tokensPerSecond, ...this.held() };
    if (samples) this.#samples = { kind: 'samples', stage: this.stage, samples };
    if (report) this.#report = { kind: 'report', stage: this.stage, report };
    if (this.clock() - this.#sent >= TELEMETRY_INTERVAL) this.flush();
  }

  flush(): void {
    if (this.#progress) this.emit(this.#progress);
    if (this.#samples) this.emit(this.#samples);
    if (this.#report) this.emit(this.#report);
    if (this.#progress) this.#sent = this.clock();
    this.#progress = undefined;
    this.#samples = undefined;
    this.#report = undefined;
  }

  #measureSpeed(tokens: number | undefined, seconds: number): void {
    if (tokens === undefined) return;
    const speed = (tokens - this.#tokens) / seconds;
    this.#tokens = tokens;
    if (!Number.isFinite(speed)) return; // the first row says where counting begins; a clock too coarse for a step says nothing
    this.#tokensPerSecond = this.#tokensPerSecond === 0 ? speed : (1 - NEWEST) * this.#tokensPerSecond + NEWEST * speed;
  }
}
