/** What a stage has measured since its last commit. It is written together with a checkpoint, or, when the engine is lost before that, forgotten. */
import type { StageConfig } from '../../src/contract/config';
import type { RunId } from '../../src/contract/ids';
import { appendRow, emptyColumns } from '../../src/contract/metrics';
import type { PreferenceRecord } from '../../src/contract/preferences';
import type { RewardReport } from '../../src/contract/reward-report';
import type { CheckpointRef, RunEvent, SampleSet, StageRecord } from '../../src/contract/run';
import type { RunStore } from '../../src/storage/run-store';
import type { StepReport } from '../algorithms';
import type { Attempt } from './attempt';
import { infoOf } from './engines';
import { checkpointOf } from './stage-files';

export interface JournalParts {
  run: RunId;
  config: StageConfig;
  store: RunStore;
  /** Milliseconds since 1970. */
  clock(): number;
  /** Of an earlier session of this stage. */
  report?: RewardReport | undefined;
}

export class Journal {
  #metrics = emptyColumns();
  #samples: SampleSet[] = [];
  #events: RunEvent[] = [];
  #report: RewardReport | undefined;
  /** What people said is kept whatever becomes of the steps around it. */
  #preferences: PreferenceRecord[] = [];
  /** There are steps that no commit has written. */
  hasSteps = false;

  constructor(private readonly parts: JournalParts) {
    this.#report = parts.report;
  }

  add(step: number, { row, samples, report }: StepReport): void {
    appendRow(this.#metrics, step, row);
    if (samples) this.#samples.push(samples);
    if (report) this.#report = report;
    this.hasSteps = true;
  }

  note(step: number, kind: RunEvent['kind'], text: string): void {
    this.#events.push({ time: this.parts.clock(), stage: this.parts.config.id, step, kind, text });
  }

  prefer(said: PreferenceRecord): void {
    this.#preferences.push(said);
  }

  get hasPreferences(): boolean {
    return this.#preferences.length > 0;
  }

  /** Writes what was said since the last commit, between two steps. The stage stands where its last commit left it. */
  async commitPreferences(attempt: Attempt): Promise<void> {
    const preferences = this.#preferences.splice(0);
    try {
      await this.parts.store.commit({ stage: this.#recordOf(attempt, false), metrics: emptyColumns(), samples: [], events: [], preferences });
    } catch (error) {
      this.#preferences.unshift(...preferences);
      throw error;
    }
  }

  /** Forgets the steps, and what happened after the given one, which is that of the last commit: all of it will be made again. */
  forget(step: number): void {
    this.#metrics = emptyColumns();
    this.#samples = [];
    this.#events = this.#events.filter((event) => event.step <= step);
    if (this.#report && this.#report.step > step) this.#report = undefined;
    this.hasSteps = false;
  }

  /** Writes the stage as it is now, with rows, samples and events since the last commit, in one transaction. A checkpoint is whole before the store hears of it. */
  async commit(attempt: Attempt, finished: boolean): Promise<CheckpointRef> {
    const { run, config, store, clock } = this.parts;
    const { step } = attempt.stage;
    // Before its first step a stage has nothing of its own, and what it starts from is stored already.
    const checkpoint = step === 0 ? undefined : checkpointOf(run, config.id, await attempt.save(), clock());
    const ref = { run, stage: config.id, step };
    const record = this.#recordOf(attempt, finished);
    if (finished) this.note(step, 'finished', '');
    // Only what is handed over is forgotten: a pause may be noted while the store writes.
    const eventCount = this.#events.length;
    await store.commit({ stage: record, ...(checkpoint && { checkpoint }), metrics: this.#metrics, samples: this.#samples, events: this.#events.slice(0, eventCount) });
    this.#metrics = emptyColumns();
    this.#samples = [];
    this.#events.splice(0, eventCount);
    this.hasSteps = false;
    return ref;
  }

  #recordOf({ stage: { step }, engine, seconds }: Attempt, finished: boolean): StageRecord {
    const { run, config, clock } = this.parts;
    return { run, stage: config.id, step, total: config.train.steps, finished, engine: infoOf(engine), updated: clock(), seconds, ...(this.#report && { report: this.#report }) };
  }
}
