/**
 * A stage being trained. Pulls the algorithm's generator one step at a time; pausing, stepping, saving and stopping all happen here, between steps
 * or where a long step gives way, so an algorithm never has to know that a user or a disk exists. When the engine is lost, the stage is loaded again from its last checkpoint and goes on
 * on another; requests that waited are answered by what comes then. Store, clock and the way out are given from outside: the page's worker, the batch door
 * and the tests run this same code.
 */
import type { TrainEvent } from '../../src/contract/api';
import { detail } from '../../src/contract/details';
import { Failure, toRecord } from '../../src/contract/failures';
import type { Answerer, Choice, PreferenceRecord, QuestionId } from '../../src/contract/preferences';
import type { CheckpointRef, RunEvent } from '../../src/contract/run';
import { Attempt, type Start } from './attempt';
import { EngineLost } from './engine-life';
import { infoOf, onEngine } from './engines';
import { Journal, type JournalParts } from './journal';
import { nextTask } from './next-task';
import { Round } from './round';
import type { Asking } from '../algorithms';
import { OutOfMemory } from '../kernels';

export interface SessionParts extends Start, JournalParts {
  /** The stage loaded anew, and another engine. @param isAgain nothing was saved since this was last asked for. Throws `device-lost`. */
  startAgain(reason: string, isAgain: boolean): Promise<Start>;
  emit(event: TrainEvent): void;
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
  readonly #journal: Journal;
  /** The page has been told of the end, or asked for it. */
  #hasEnded = false;
  #failure: unknown;
  #saved: CheckpointRef | undefined;
  /** The engine was lost, and no checkpoint has been written since. */
  #wasLost = false;
  #attempt: Attempt;
  /** Questions the step that comes next waits for. */
  #round: Round | undefined;
  /** All that was ever said in this stage; read from the store when first asked. */
  #said: PreferenceRecord[] | undefined;
  /** Settles when the session has ended, however it ended; never rejects. */
  readonly ended: Promise<void>;

  constructor(
    private readonly parts: SessionParts,
    { paused = false } = {},
  ) {
    this.#phase = paused ? 'paused' : 'training';
    this.#journal = new Journal(parts);
    this.#attempt = this.#begin(parts);
    if (!parts.stage.isFresh) this.#saved = { run: parts.run, stage: parts.config.id, step: this.step };
    this.#note(parts.stage.isFresh ? 'started' : 'resumed', onEngine(parts.engine));
    this.ended = this.#run().catch((error: unknown) => this.#fail(error));
  }

  get step(): number {
    return this.#attempt.stage.step;
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
    this.#allowed = 1;
    this.#wake?.();
    if (this.#isAsking) return { step: this.step };
    const stepped = new Promise<void>((done) => this.#stepped.push(done));
    await stepped;
    return { step: this.step };
  }

  /** Keeps what was said, and goes on once everything asked is answered. */
  answer({ step, question }: QuestionId, choice: Choice | 'undone', by: Answerer): void {
    if (!this.#isAsking || this.#round?.step !== step) return;
    const said = this.#round.answer(question, choice, by);
    if (!said) return;
    this.#said?.push(said);
    this.#journal.prefer(said);
    this.#wake?.();
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
    this.#attempt.telemetry.flush(); // a stage put aside may be looked at
    this.#hasEnded = true;
    this.#phase = 'ended';
    this.#wake?.();
    await this.ended;
  }

  async #run(): Promise<void> {
    try {
      for (let lost = await this.#train(); lost; lost = await this.#train()) await this.#startAgain(lost);
    } catch (error) {
      this.#failure ??= error; // before whoever waits is told
      throw error;
    } finally {
      this.#phase = 'ended';
      this.#tell(this.#idle);
      this.#tell(this.#stepped);
      for (const { reject } of this.#saves.splice(0)) reject(this.#failure ?? new Failure('missing-checkpoint', detail('ended-first')));
    }
  }

  /** Trains until the stage is done, or its end is asked for. @returns how the engine was lost, if it was */
  async #train(): Promise<EngineLost | undefined> {
    const attempt = this.#attempt;
    try {
      for (;;) {
        await nextTask(); // let requests in
        attempt.life.check();
        if (this.#journal.hasPreferences) await this.#journal.commitPreferences(attempt);
        await this.#answerSaves();
        if (this.#phase === 'ended') return undefined;
        if (this.#isResting) {
          await this.#wait();
          continue;
        }
        this.#allowed = 0;
        const made = await this.#advance();
        if (made === 'part') {
          if (this.#stepped.length > 0) this.#allowed = 1; // the step that was asked for is made to its end
          continue;
        }
        this.#tell(this.#stepped);
        if (made === 'nothing') break;
      }
      await this.#finish();
      return undefined;
    } catch (error) {
      if (!(error instanceof EngineLost)) throw error;
      return this.#phase === 'ended' ? undefined : error;
    } finally {
      await attempt.end();
    }
  }

  async #finish(): Promise<void> {
    await this.#commit(true);
    for (const { resolve } of this.#saves.splice(0)) resolve(this.#lastSaved()); // asked while that was being written
    this.#attempt.telemetry.flush();
    this.#phase = 'ended';
    this.#hasEnded = true;
    this.parts.emit({ kind: 'finished', stage: this.parts.config.id, step: this.step });
  }

  /** From the last checkpoint, on another engine. What was measured since is made again. */
  async #startAgain({ reason }: EngineLost): Promise<void> {
    const next = await this.parts.startAgain(reason, this.#wasLost);
    this.#wasLost = true;
    this.#attempt = this.#begin(next);
    this.#round = undefined; // asked again from there
    this.#journal.forget(this.step);
    if (this.#stepped.length > 0) this.#allowed = 1; // the step that was lost
    this.#note('resumed', `${onEngine(next.engine)}, after the GPU failed`);
    if (!this.#hasEnded) this.parts.emit({ kind: 'restarted', stage: this.parts.config.id, step: this.step, engine: infoOf(next.engine) });
  }

  /** @returns what was made of the next step: nothing when the algorithm is done, a part where it gave way in the middle */
  async #advance(): Promise<'step' | 'part' | 'nothing'> {
    this.#isStepping = true;
    try {
      const answers = this.#round?.answers;
      this.#round = undefined;
      const report = await this.#attempt.advance(answers);
      if (!report) return 'nothing';
      if ('isMidStep' in report) return 'part';
      if ('questions' in report) {
        await this.#ask(report);
        return 'step';
      }
      this.#journal.add(this.step, report);
      // The last step is saved together with the word that the stage is finished.
      if (this.step % this.parts.config.train.saveEvery === 0 && this.step < this.total) await this.#commit(false);
      return 'step';
    } finally {
      this.#isStepping = false;
      this.#tell(this.#idle);
    }
  }

  /** Everything so far is stored before anybody is asked, so that what they say is about a step that can be made again. */
  async #ask({ questions }: Asking): Promise<void> {
    const { store, run, config, emit, clock } = this.parts;
    this.#attempt.telemetry.flush();
    if (this.#journal.hasSteps || !this.#saved) await this.#commit(false);
    this.#said ??= (await store.history(run, config.id)).preferences ?? [];
    this.#round = new Round(this.step, questions, this.#said, clock);
    if (this.#stepped.length > 0) this.#allowed = 1; // the step that was asked for is made after the answers
    if (this.#isAsking) emit({ kind: 'asked', stage: config.id, step: this.step, questions, choices: this.#round.choices });
  }

  get #isAsking(): boolean {
    return this.#round !== undefined && this.#round.answers === undefined;
  }

  /** Nothing to do until something is asked or answered. */
  get #isResting(): boolean {
    return this.#isAsking || (this.#phase === 'paused' && this.#allowed === 0);
  }

  /** Paused or waiting for answers: nothing lost if the page is closed now, then sleep until something is asked. */
  async #wait(): Promise<void> {
    this.#attempt.telemetry.flush();
    if (this.#journal.hasSteps) await this.#commit(false);
    if (this.#phase === 'ended' || !this.#isResting || this.#journal.hasPreferences || this.#saves.length > 0 || this.#attempt.life.isLost) return;
    await new Promise<void>((wake) => (this.#wake = wake));
    this.#wake = undefined;
  }

  async #answerSaves(): Promise<void> {
    const waiting = this.#saves.splice(0);
    if (waiting.length === 0) return;
    try {
      if (this.#journal.hasSteps || !this.#saved) await this.#commit(false);
      for (const { resolve } of waiting) resolve(this.#lastSaved());
    } catch (error) {
      if (error instanceof EngineLost) {
        this.#saves.unshift(...waiting); // answered on the next engine
        throw error;
      }
      for (const { reject } of waiting) reject(error);
    }
  }

  async #commit(finished: boolean): Promise<void> {
    this.#saved = await this.#journal.commit(this.#attempt, finished);
    if (this.step > 0) this.#wasLost = false;
    this.parts.emit({ kind: 'saved', checkpoint: this.#saved });
  }

  /** Tells the page once. What was saved stays; nothing after it is written. */
  #fail(error: unknown): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#failure = error;
    this.#phase = 'ended';
    this.#wake?.();
    this.#attempt.telemetry.flush();
    this.parts.emit({ kind: 'failed', stage: this.parts.config.id, step: this.step, failure: toRecord(error instanceof OutOfMemory ? new Failure('model-too-large', detail('no-room', error.count)) : error) });
  }

  #note(kind: RunEvent['kind'], text: string): void {
    this.#journal.note(this.step, kind, text);
  }

  #begin(start: Start): Attempt {
    return new Attempt(start, this.parts.config, this.parts.emit, () => this.#wake?.());
  }

  #lastSaved(): CheckpointRef {
    if (this.#failure !== undefined) throw this.#failure;
    if (!this.#saved) throw new Failure('missing-checkpoint', detail('ended-unsaved'));
    return this.#saved;
  }

  #untilIdle(): Promise<void> {
    return this.#isStepping ? new Promise((idle) => this.#idle.push(idle)) : Promise.resolve();
  }

  #tell(waiting: (() => void)[]): void {
    for (const told of waiting.splice(0)) told();
  }
}
