/** Trainers without a model: they count steps at a steady pace and keep them in the store as a worker would. */
import type { StageOrder, TrainEvent } from '../../src/contract/api';
import { ALGORITHMS } from '../../src/contract/algorithms';
import { stageOf } from '../../src/contract/config';
import { Failure, toRecord, type FailureCode } from '../../src/contract/failures';
import { appendRow, emptyColumns, type MetricColumns } from '../../src/contract/metrics';
import type { Choice, PairQuestion, QuestionId } from '../../src/contract/preferences';
import type { CheckpointRef } from '../../src/contract/run';
import type { Trainer } from '../../src/state/trainer';
import type { RunStore } from '../../src/storage/run-store';

export interface Behaviour {
  /** Milliseconds a step takes. */
  pace: number;
  /** Breaks once, at this step of this stage. */
  breaks?: { stage: string; step: number; code: FailureCode } | undefined;
  /** Loses its engine once, at this step of this stage, and goes on from what was stored. */
  loses?: { stage: string; step: number; note: string } | undefined;
  /** Asks a person before so many steps of this stage, again and again. */
  asks?: { stage: string; every: number; questions: readonly PairQuestion[] } | undefined;
  /** All that was answered so far. */
  answers: { id: QuestionId; choice: Choice | 'undone' }[];
  /** Every order so far. */
  orders: StageOrder[];
  /** Trainers that were made and not closed. */
  alive: Set<FakeTrainer>;
}

export const behaviour = (given: Partial<Behaviour> = {}): Behaviour => ({ pace: 4, answers: [], orders: [], alive: new Set(), ...given });

export class FakeTrainer implements Trainer {
  #order: StageOrder | undefined;
  #step = 0;
  #stored = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #rows: MetricColumns = emptyColumns();
  #working: Promise<void> = Promise.resolve();
  #isClosed = false;
  #isFinished = false;
  /** What waits for a person, and what was said. */
  #asked: { step: number; choices: (Choice | null)[] } | undefined;

  constructor(private readonly store: RunStore, private readonly how: Behaviour, private readonly emit: (event: TrainEvent) => void) {
    how.alive.add(this);
  }

  async start(order: StageOrder) {
    clearTimeout(this.#timer);
    this.how.orders.push(structuredClone(order)); // throws what could not be sent to a worker
    this.#order = order;
    const [own] = await this.store.checkpoints(order.run, order.stage);
    this.#stored = this.#step = own?.step ?? 0;
    this.#rows = emptyColumns();
    this.#asked = undefined;
    this.#isFinished = false;
    if (!order.paused) this.#goOn();
    return { engine: { engine: 'wasm' as const, adapter: 'none at all', note: '' }, parameters: 1234, step: this.#step, total: this.#total };
  }

  async pause() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#working;
    await this.#commit(false);
    return { step: this.#step };
  }

  async resume() {
    this.#goOn();
  }

  async step() {
    await this.pause();
    if (this.#step < this.#total) await this.#advance();
    return { step: this.#step };
  }

  async save(): Promise<CheckpointRef> {
    await this.#working;
    return this.#commit(false);
  }

  async answer(id: QuestionId, choice: Choice | 'undone') {
    this.how.answers.push({ id, choice });
    if (this.#asked?.step === id.step) this.#asked.choices[id.question] = choice === 'undone' ? null : choice;
  }

  async stop() {
    clearTimeout(this.#timer);
  }

  close() {
    clearTimeout(this.#timer);
    this.#isClosed = true;
    this.how.alive.delete(this);
  }

  get #total(): number {
    return stageOf(this.#order!.config, this.#order!.stage).train.steps;
  }

  #goOn(): void {
    if (this.#isClosed) return;
    const timer = setTimeout(async () => {
      this.#working = this.#advance();
      await this.#working;
      // Paused meanwhile, or the next stage goes on by itself.
      if (this.#timer === timer && this.#step < this.#total) this.#goOn();
    }, this.how.pace);
    this.#timer = timer;
  }

  async #advance(): Promise<void> {
    const { stage } = this.#order!;
    const { breaks, loses, asks } = this.how;
    if (asks?.stage === stage && this.#step % asks.every === 0) {
      if (this.#asked?.step !== this.#step) {
        this.#asked = { step: this.#step, choices: asks.questions.map(() => null) };
        this.emit({ kind: 'asked', stage, step: this.#step, questions: asks.questions, choices: [...this.#asked.choices] });
      }
      if (this.#asked.choices.includes(null)) return;
    }
    if (breaks?.stage === stage && breaks.step === this.#step + 1) {
      this.how.breaks = undefined;
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.emit({ kind: 'failed', stage, step: this.#step, failure: toRecord(new Failure(breaks.code)) });
      return;
    }
    if (loses?.stage === stage && loses.step === this.#step + 1) {
      this.how.loses = undefined;
      this.#step = this.#stored;
      this.#rows = emptyColumns();
      this.emit({ kind: 'restarted', stage, step: this.#step, engine: { engine: 'wasm', adapter: 'in its place', note: loses.note } });
      return;
    }
    if (this.#step >= this.#total) return this.#finish(stage); // stored with its last step made, but not yet as finished
    this.#step += 1;
    const row = Object.fromEntries(ALGORITHMS[stageOf(this.#order!.config, stage).train.algorithm].charts.map((name) => [name, 1 / this.#step]));
    appendRow(this.#rows, this.#step, row);
    if (this.#isClosed) return;
    this.emit({ kind: 'progress', stage, step: this.#step, total: this.#total, row, tokensPerSecond: 1000, memory: 32 * 2 ** 20, tensors: 12 });
    if (this.#step >= this.#total) await this.#finish(stage);
  }

  async #finish(stage: string): Promise<void> {
    await this.#commit(true);
    this.#isFinished = true;
    this.emit({ kind: 'finished', stage, step: this.#step });
  }

  async #commit(finished: boolean): Promise<CheckpointRef> {
    const { run, stage } = this.#order!;
    const ref = { run, stage, step: this.#step };
    if (this.#isFinished) return ref; // as a session that has ended: nothing is written any more
    this.#stored = this.#step;
    const metrics = this.#rows;
    this.#rows = emptyColumns();
    await this.store.commit({
      stage: { ...ref, total: this.#total, finished, engine: { engine: 'wasm', adapter: 'none at all', note: '' }, updated: 0, seconds: 1 },
      checkpoint: { ...ref, created: 0, state: { random: {}, counters: {} }, tensors: new Uint8Array(8) },
      metrics, samples: [], events: [],
    });
    return ref;
  }
}
