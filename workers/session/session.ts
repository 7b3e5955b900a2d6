/**
 * A stage being trained. Pulls the algorithm's generator one step at a time; pausing, stepping, saving and stopping all happen here, between steps,
 * so an algorithm never has to know that a user or a disk exists. Store, clock and the way out are given from outside: the page's worker,
 * the batch door and the tests run this same code.
 */
import type { TrainEvent } from '../../src/contract/api';
import { Failure, toRecord } from '../../src/contract/failures';
import type { RunId } from '../../src/contract/ids';
import { appendRow, emptyColumns } from '../../src/contract/metrics';
import type { CheckpointRef, RunEvent, SampleSet, StageRecord } from '../../src/contract/run';
import type { StageConfig } from '../../src/contract/config';
import type { RunStore } from '../../src/storage/run-store';
import { trainingSteps } from '../algorithms';
import type { EngineStart } from '../engine/engine';
import type { Stage } from '../stage/stage';
import { nextTask } from './next-task';
import { checkpointOf } from './stage-files';
import { Telemetry } from './telemetry';

export interface SessionParts {
  run: RunId;
  config: StageConfig;
  stage: Stage;
  engine: EngineStart;
  store: RunStore;
  /** Seconds trained before this session. */
  seconds: number;
  emit(event: TrainEvent): void;
  /** Milliseconds since 1970. */
  clock(): number;
}

type Phase = 'training' | 'paused' | 'ended';

export class Session {
  #phase: Phase;
  /** Steps that may still be made although paused. */
  #allowed = 0;
  #wake: (() => void) | undefined;
  #idle: (() => void)[] = [];
  /** Told when the next step is done, or will never be. */
  #stepped: (() => void)[] = [];
  #saves: { resolve(ref: CheckpointRef): void; reject(error: unknown): void }[] = [];
  #isStepping = false;
  #metrics = emptyColumns();
  #samples: SampleSet[] = [];
  #events: RunEvent[] = [];
  #unsaved = false;
  /** The page has been told of the end, or asked for it. */
  #hasEnded = false;
  #failure: unknown;
  #saved: CheckpointRef | undefined;
  #seconds: number;
  readonly #telemetry: Telemetry;
  /** Settles when the session has ended, however it ended; never rejects. */
  readonly ended: Promise<void>;

  constructor(
    private readonly parts: SessionParts,
    { paused = false } = {},
  ) {
    const { config, emit, stage, engine } = parts;
    this.#phase = paused ? 'paused' : 'training';
    this.#seconds = parts.seconds;
    if (!stage.isFresh) this.#saved = { run: parts.run, stage: config.id, step: stage.step };
    this.#telemetry = new Telemetry(config.id, this.total, emit, () => performance.now());
    this.#note(stage.isFresh ? 'started' : 'resumed', `on ${engine.engine}, ${engine.adapter}`);
    engine.lost.then((reason) => this.#fail(new Failure('device-lost', reason)));
    this.ended = this.#run().catch((error: unknown) => this.#fail(error));
  }

  get step(): number {
    return this.parts.stage.step;
  }

  get total(): number {
    return this.parts.config.train.steps;
  }

  /** Resolves when no step is in flight. */
  async pause(): Promise<{ step: number }> {
    if (this.#phase === 'training') {
      this.#phase = 'paused';
      this.#note('paused', '');
    }
    await this.#untilIdle();
    return { step: this.step };
  }

  resume(): void {
    if (this.#phase !== 'paused') return;
    this.#phase = 'training';
    this.#note('resumed', '');
    this.#wake?.();
  }

  /** One step, then paused again. */
  async stepOnce(): Promise<{ step: number }> {
    await this.pause();
    if (this.#phase !== 'paused') return { step: this.step };
    const stepped = new Promise<void>((done) => this.#stepped.push(done));
    this.#allowed = 1;
    this.#wake?.();
    await stepped;
    return { step: this.step };
  }

  /** Writes a checkpoint between steps. Once the stage has ended, everything it will ever write is written; what broke it is thrown again. */
  save(): Promise<CheckpointRef> {
    if (this.#phase === 'ended') return this.ended.then(() => this.#lastSaved());
    return new Promise((resolve, reject) => {
      this.#saves.push({ resolve, reject });
      this.#wake?.();
    });
  }

  async stop(): Promise<void> {
    this.#hasEnded = true;
    this.#phase = 'ended';
    this.#wake?.();
    await this.ended;
  }

  async #run(): Promise<void> {
    const { stage, config, emit } = this.parts;
    const steps = trainingSteps(stage, config.train);
    try {
      for (;;) {
        await nextTask(); // let requests in
        await this.#answerSaves();
        if (this.#phase === 'ended') return;
        if (this.#phase === 'paused' && this.#allowed === 0) {
          await this.#wait();
          continue;
        }
        this.#allowed = 0;
        const isDone = !(await this.#advance(steps));
        this.#tell(this.#stepped);
        if (isDone) break;
      }
      await this.#commit(true);
      for (const { resolve } of this.#saves.splice(0)) resolve(this.#lastSaved()); // asked while that was being written
      this.#telemetry.flush();
      this.#phase = 'ended';
      this.#hasEnded = true;
      emit({ kind: 'finished', stage: config.id, step: this.step });
    } catch (error) {
      this.#failure ??= error; // before whoever waits is told
      throw error;
    } finally {
      this.#phase = 'ended';
      this.#tell(this.#idle);
      this.#tell(this.#stepped);
      await steps.return(); // the algorithm's own clean-up, if it has any
      stage.dispose();
      for (const { reject } of this.#saves.splice(0)) reject(this.#failure ?? new Failure('missing-checkpoint', 'the stage ended before it could be saved'));
    }
  }

  /** @returns false when the algorithm is done */
  async #advance(steps: ReturnType<typeof trainingSteps>): Promise<boolean> {
    const { stage, config } = this.parts;
    this.#isStepping = true;
    const began = performance.now();
    try {
      const { done, value } = await steps.next();
      if (done) return false;
      const seconds = (performance.now() - began) / 1000;
      this.#seconds += seconds;
      appendRow(this.#metrics, stage.step, value.row);
      if (value.samples) this.#samples.push(value.samples);
      this.#unsaved = true;
      this.#telemetry.push(stage.step, value, seconds);
      // The last step is saved together with the word that the stage is finished.
      if (stage.step % config.train.saveEvery === 0 && stage.step < this.total) await this.#commit(false);
      return true;
    } finally {
      this.#isStepping = false;
      this.#tell(this.#idle);
    }
  }

  /** Paused: nothing lost if the page is closed now, then sleep until something is asked. */
  async #wait(): Promise<void> {
    this.#telemetry.flush();
    if (this.#unsaved) await this.#commit(false);
    if (this.#phase !== 'paused' || this.#allowed > 0 || this.#saves.length > 0) return;
    await new Promise<void>((wake) => (this.#wake = wake));
    this.#wake = undefined;
  }

  async #answerSaves(): Promise<void> {
    const waiting = this.#saves.splice(0);
    if (waiting.length === 0) return;
    try {
      if (this.#unsaved || !this.#saved) await this.#commit(false);
      for (const { resolve } of waiting) resolve(this.#lastSaved());
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }

  /** Checkpoint, rows, samples and events since the last commit, in one transaction. */
  async #commit(finished: boolean): Promise<void> {
    const { run, config, stage, engine, store, emit, clock } = this.parts;
    // Before its first step a stage has nothing of its own, and what it starts from is stored already.
    const checkpoint = this.step === 0 ? undefined : checkpointOf(run, config.id, stage.shape, await stage.save(), clock());
    const { engine: name, adapter, note } = engine;
    const record: StageRecord = {
      run, stage: config.id, step: this.step, total: this.total, finished,
      engine: { engine: name, adapter, note }, updated: clock(), seconds: this.#seconds,
    };
    if (finished) this.#note('finished', '');
    // Only what is handed over is forgotten: a pause may be noted while the store writes.
    const eventCount = this.#events.length;
    await store.commit({ stage: record, ...(checkpoint && { checkpoint }), metrics: this.#metrics, samples: this.#samples, events: this.#events.slice(0, eventCount) });
    this.#metrics = emptyColumns();
    this.#samples = [];
    this.#events.splice(0, eventCount);
    this.#unsaved = false;
    this.#saved = { run, stage: config.id, step: this.step };
    emit({ kind: 'saved', checkpoint: this.#saved });
  }

  /** Tells the page once. What was saved stays; nothing after it is written. */
  #fail(error: unknown): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#failure = error;
    this.#phase = 'ended';
    this.#wake?.();
    this.#telemetry.flush();
    this.parts.emit({ kind: 'failed', stage: this.parts.config.id, step: this.step, failure: toRecord(error) });
  }

  #note(kind: RunEvent['kind'], text: string): void {
    this.#events.push({ time: this.parts.clock(), stage: this.parts.config.id, step: this.step, kind, text });
  }

  #lastSaved(): CheckpointRef {
    if (this.#failure !== undefined) throw this.#failure;
    if (!this.#saved) throw new Failure('missing-checkpoint', 'the stage ended before it was saved');
    return this.#saved;
  }

  #untilIdle(): Promise<void> {
    return this.#isStepping ? new Promise((idle) => this.#idle.push(idle)) : Promise.resolve();
  }

  #tell(waiting: (() => void)[]): void {
    for (const told of waiting.splice(0)) told();
  }
}
