/**
 * A run being trained, stage after stage: makes its record, holds its lock, gives orders to a worker and hears what comes back.
 * Every button is legal at every moment: requests stand in line, and one that makes no sense any more does nothing.
 */
import type { TrainEvent } from '../contract/api';
import { stageOf } from '../contract/config';
import type { EngineChoice, EngineInfo } from '../contract/engine';
import { detail } from '../contract/details';
import { Failure, toRecord, type FailureRecord } from '../contract/failures';
import type { RunId } from '../contract/ids';
import type { Choice, QuestionId } from '../contract/preferences';
import type { RunRecord } from '../contract/run';
import type { RunStore } from '../storage/run-store';
import { adapterText, engineNote, failureText, spokenDetail } from '../words/spoken';
import { words } from '../words/words.svelte';
import { LiveStage } from './live-stage.svelte';
import type { NoticeText } from './notices.svelte';
import { orSilence } from './patience';
import type { Connect, Trainer } from './trainer';

export type RunPhase = 'idle' | 'training' | 'paused' | 'finished' | 'failed';

export interface PipelineDoors {
  store: RunStore;
  connect: Connect;
  /** Holds a run against other tabs; throws `run-busy`. */
  holdRun(id: RunId): Promise<() => void>;
  /** Whether anybody holds it, here or in another tab; left out, nobody ever does. */
  isRunHeld?(id: RunId): Promise<boolean>;
  notice(notice: NoticeText): void;
}

/** Looks in a row that must find a run held: a browser hands a lock back in its own time, also that of a tab that was just reloaded. */
const SURE = 2;

export class Pipeline {
  phase = $state<RunPhase>('paused');
  /** What went wrong, one sentence; empty while all is well. */
  problem = $state('');
  engine = $state.raw<EngineInfo | null>(null);
  parameters = $state(0);
  /** Numbers of the adapters, where they alone are trained; else 0. */
  adapters = $state(0);
  /** A stage after whose end it waits for Train, where what follows should not follow by itself. */
  stopAfter = '';
  /** Another tab, or another screen of this one, trains it: what that has saved is shown. */
  isElsewhere = $state(false);
  /** What is being made ready before a stage begins, in words; empty while nothing is. */
  opening = $state('');
  #heldLooks = 0;
  /** What was told of the data. */
  #told = '';
  readonly stages: LiveStage[];
  #index = $state(0);
  readonly current = $derived.by(() => this.stages[this.#index]!); // a run has at least one stage, and the index is one of them
  #choice: EngineChoice;
  #trainer: Trainer | undefined;
  #letGo: (() => void) | undefined;
  #line: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  private constructor(
    /** As it was when opened; a name given since is the store's. */
    readonly record: RunRecord,
    choice: EngineChoice,
    private readonly doors: PipelineDoors,
  ) {
    this.#choice = choice;
    this.stages = record.config.stages.map((stage) => new LiveStage(stage));
  }

  /** Opens a run of the store as it stands there. */
  static async open(record: RunRecord, choice: EngineChoice, doors: PipelineDoors): Promise<Pipeline> {
    const pipeline = new Pipeline(record, choice, doors);
    await pipeline.#load();
    return pipeline;
  }

  train(): Promise<void> {
    return this.#inLine(async () => {
      if (this.phase === 'training' || this.phase === 'finished') return;
      this.problem = '';
      if (this.#trainer && this.#index === this.#unfinished) {
        await this.#trainer.resume();
        this.#setPhase('training');
      } else await this.#start('training');
    });
  }

  /**
   * Looks whether somebody else trains the run, and shows what is stored by now if so. To be asked again and again while the run is shown.
   * Does nothing while it is trained here. What cannot be read now is read the next time.
   */
  look(): Promise<void> {
    return this.#inLine(async () => {
      if (this.#trainer || this.#letGo || !this.doors.isRunHeld) return;
      const wasElsewhere = this.isElsewhere;
      try {
        this.#heldLooks = (await this.doors.isRunHeld(this.record.id)) ? this.#heldLooks + 1 : 0;
        this.isElsewhere = this.#heldLooks >= SURE;
        if (!this.isElsewhere && !wasElsewhere) return;
        this.problem = ''; // such as that it could not be had
        await this.#load(true);
      } catch {
        this.isElsewhere = wasElsewhere;
      }
    });
  }

  pause(): Promise<void> {
    return this.#inLine(async () => {
      if (this.phase !== 'training') return;
      this.#setPhase('paused');
      await this.#trainer?.pause();
    });
  }

  step(): Promise<void> {
    return this.#inLine(async () => {
      if (this.phase === 'finished') return;
      this.problem = '';
      if (this.#trainer && this.#index === this.#unfinished) this.#setPhase('paused');
      else await this.#start('paused');
      await this.#trainer?.step();
    });
  }

  /** Whether a stage has a step to make: nobody else trains the run, it is not done, and whatever it starts from has begun. It starts from the newest there is. */
  canStep(id: string): boolean {
    if (this.isElsewhere) return false;
    const { start } = stageOf(this.record.config, id);
    const begun = new Set(this.stages.filter(({ step }) => step > 0).map((stage) => stage.id));
    return Object.values(start).every((from) => begun.has(from)) && this.stages.some((stage) => stage.id === id && !stage.isDone);
  }

  /**
   * One step of one stage, wherever the others stand: saved, then paused. So a reward model and the policy it judges can take turns. Train and Step go on
   * with the first unfinished stage. Does nothing where there is no such step; rejects like `save`, and then stays with the stage it was at.
   */
  stepStage(id: string): Promise<void> {
    return this.#orRefused(async () => {
      if (!this.canStep(id)) return;
      this.problem = '';
      const index = this.stages.findIndex((stage) => stage.id === id);
      if (this.#trainer && this.#index === index) this.#setPhase('paused');
      else {
        if (this.#trainer) {
          this.#setPhase('paused');
          await this.#trainer.pause(); // whatever came after the save would be lost
          const refused = await this.#refusal();
          if (refused !== undefined || !this.#trainer) return refused; // the last is so when it failed meanwhile
        }
        await this.#start('paused', index);
      }
      await this.#trainer?.step();
      return this.#refusal();
    });
  }

  /** What the visitor says to the question that waits. */
  answer(choice: Choice): Promise<void> {
    const { questions } = this.current;
    return questions?.current ? this.#say(questions.answer(choice), choice) : Promise.resolve();
  }

  undo(): Promise<void> {
    const id = this.current.questions?.undo();
    return id ? this.#say(id, 'undone') : Promise.resolve();
  }

  #say(id: QuestionId, choice: Choice | 'undone'): Promise<void> {
    return this.#inLine(async () => this.#trainer?.answer(id, choice));
  }

  /** Everything so far is stored when this resolves. Rejects with what the storage says; training goes on all the same. */
  save(): Promise<void> {
    return this.#orRefused(() => this.#refusal());
  }

  /** What the next Train computes on. A worker is let go for it: an engine cannot be changed under a model. Rejects like `save`, and then keeps the engine. */
  setEngine(choice: EngineChoice): Promise<void> {
    return this.#orRefused(async () => {
      if (choice === this.#choice) return;
      const refused = await this.#refusal();
      if (refused !== undefined) return refused;
      if (this.phase === 'training') this.#setPhase('paused');
      this.#release();
      this.#choice = choice;
    });
  }

  /** Saves, ends the worker and lets the run go. Rejects, and stays as it is, when the last steps could not be saved. A worker that does not answer is not waited for. */
  async close(): Promise<void> {
    await orSilence(this.#orRefused(async () => {
      const refused = await this.#refusal();
      if (refused === undefined) this.abandon();
      return refused;
    }));
    this.abandon();
  }

  /** For a page that is being left: there is no time to save or to stand in line. */
  abandon(): void {
    this.#isClosed = true;
    this.#release();
  }

  /** Saves. @returns why it could not be done; nothing when it was, or when the failure has been told already */
  async #refusal(): Promise<unknown> {
    try {
      await this.#trainer?.save();
      return undefined;
    } catch (error) {
      return this.phase === 'failed' ? undefined : error;
    }
  }

  /** @param onlyNew leaves stages alone that nobody has written to since */
  async #load(onlyNew = false): Promise<void> {
    const { store } = this.doors;
    const records = new Map((await store.stages(this.record.id)).map((stage) => [stage.stage, stage]));
    for (const stage of this.stages) {
      const record = records.get(stage.id);
      if (!onlyNew || !stage.isOf(record)) stage.load(await store.history(this.record.id, stage.id), record);
    }
    const next = this.#unfinished;
    this.#index = next < 0 ? this.stages.length - 1 : next;
    this.engine = this.stages.map(({ id }) => records.get(id)?.engine).findLast((engine) => engine) ?? null;
    this.phase = next < 0 ? 'finished' : 'paused';
  }

  /** Place of the first unfinished stage, −1 when all are done. */
  get #unfinished(): number {
    return this.stages.findIndex(({ isDone }) => !isDone);
  }

  /** Orders the first unfinished stage, or the one wanted, from a fresh or the present worker. */
  async #start(phase: 'training' | 'paused', wanted?: number): Promise<void> {
    this.#letGo ??= await this.doors.holdRun(this.record.id);
    if (this.#isClosed) return this.#release();
    if (!this.#trainer) {
      if (!(await this.doors.store.run(this.record.id))) throw new Failure('run-elsewhere', detail('deleted-elsewhere'));
      await this.#load(); // another tab may have gone on with it; a failed worker's rows are gone
      if (this.phase === 'finished' || (wanted !== undefined && this.stages[wanted]!.isDone)) return this.#release(); // a place in the list
      const connected: Trainer = this.doors.connect((event) => {
        if (connected === this.#trainer) this.#hear(event);
      });
      this.#trainer = connected;
    }
    this.#index = wanted ?? this.#unfinished;
    const stage = this.current;
    stage.restPace();
    for (const each of this.stages) each.questions = null; // whatever still waits is asked again
    this.#setPhase(phase);
    const started = await this.#trainer.start({ run: this.record.id, config: this.record.config, stage: stage.id, engine: this.#choice, paused: phase === 'paused' });
    this.opening = '';
    const notes = started.notes ? spokenDetail(started.notes) : '';
    if (notes !== '' && notes !== this.#told) this.doors.notice({ text: words().lab.says.yourData(notes), kind: 'info' });
    this.#told = notes;
    this.engine = started.engine;
    this.parameters = started.parameters;
    this.adapters = started.adapters ?? 0;
    stage.step = Math.max(stage.step, started.step);
  }

  #hear(event: TrainEvent): void {
    const stage = event.kind === 'saved' ? this.current : (this.stages.find(({ id }) => id === event.stage) ?? this.current);
    stage.hear(event);
    if (event.kind === 'opening') this.opening = spokenDetail(event.says);
    if (event.kind === 'failed') this.#fail(event.failure);
    if (event.kind === 'restarted') {
      this.engine = event.engine;
      stage.goBack(event.step, words().lab.says.afterLoss(event.engine.engine, adapterText(event.engine.adapter)));
      this.doors.notice({ text: engineNote(event.engine), kind: 'info' });
    }
    if (event.kind === 'finished') {
      stage.step = event.step;
      stage.phase = 'finished';
      void this.#inLine(() => this.#goOn());
    }
  }

  /** The next stage, or the end. Paused stays paused: a single step may be a stage's last. */
  async #goOn(): Promise<void> {
    if (!this.current.isDone) return; // somebody asked for another stage meanwhile
    if (this.#unfinished < 0) {
      this.phase = 'finished';
      return this.#release();
    }
    if (this.current.id === this.stopAfter) this.#setPhase('paused');
    else await this.#start(this.phase === 'training' ? 'training' : 'paused');
  }

  #setPhase(phase: 'training' | 'paused'): void {
    if (this.phase !== phase && phase === 'paused') this.current.mark(words().lab.says.paused);
    this.phase = phase;
    if (!this.current.isDone) this.current.phase = phase;
    this.current.restPace();
  }

  #fail(failure: FailureRecord): void {
    this.problem = failureText(failure);
    this.phase = 'failed';
    this.current.phase = 'failed';
    this.#release();
  }

  #release(): void {
    this.opening = '';
    this.#trainer?.close();
    this.#trainer = undefined;
    this.current.questions = null; // nobody waits any more
    this.#letGo?.();
    this.#letGo = undefined;
  }

  /** As `#inLine`; what the work says it was refused is thrown to whoever asked, and the worker goes on. */
  async #orRefused(work: () => Promise<unknown>): Promise<void> {
    let refused: unknown;
    await this.#inLine(async () => {
      refused = await work();
    });
    if (refused !== undefined) throw refused;
  }

  /** One request at a time, in the order of asking; a request that throws ends the worker and is told. */
  #inLine(work: () => Promise<void>): Promise<void> {
    const done = this.#line.then(async () => {
      if (this.#isClosed) return;
      try {
        await work();
      } catch (error) {
        if (!this.#isClosed && this.problem === '') this.#fail(toRecord(error)); // else it was told already
      }
    });
    this.#line = done;
    return done;
  }
}
