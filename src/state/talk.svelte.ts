/** A talk with one stored model or two: who speaks, what was asked, what is being said, and what was said. The worker lives while somebody looks. */
import type { ModelDesk } from '../client/model-client';
import type { EngineChoice } from '../contract/engine';
import { Failure } from '../contract/failures';
import type { Answer, Opened, Question, Side } from '../contract/model-api';
import type { CheckpointRef } from '../contract/run';
import type { RunStore } from '../storage/run-store';
import { errorText } from '../words/spoken';
import { isSame, judgeOf, readRef, readsAlike, referenceOf, speakablesOf, written, type Speakable } from './speakables';

export interface TalkParts {
  store: Pick<RunStore, 'overview'>;
  desk: ModelDesk;
  engine: () => EngineChoice;
}

export type TalkPhase = 'idle' | 'opening' | 'saying';

const NOTHING: Readonly<Record<Side, readonly string[]>> = { left: [], right: [] };

export class Talk {
  /** Null until read. */
  runs = $state.raw<Speakable[] | null>(null);
  left = $state.raw<CheckpointRef | null>(null);
  right = $state.raw<CheckpointRef | null>(null);
  reward = $state.raw<CheckpointRef | null>(null);
  question = $state<Question>({ prompt: '', seed: 1, temperature: 1, topK: 0, length: 64 });
  /** Null while no model is loaded. */
  opened = $state.raw<Opened | null>(null);
  phase = $state<TalkPhase>('idle');
  /** Tokens as they are drawn, before anything is known of them. */
  heard = $state.raw(NOTHING);
  answer = $state.raw<Answer | null>(null);
  /** What went wrong, in a sentence. */
  problem = $state('');
  /** Counts what was asked, so that an answer that comes too late is nobody's. */
  #asked = 0;

  constructor(private readonly parts: TalkParts) {}

  readonly run = $derived((this.runs ?? []).find(({ record }) => record.id === this.left?.run));
  /** Runs whose models read the same tokens as the left one. */
  readonly alike = $derived((this.runs ?? []).filter(({ record }) => this.run !== undefined && readsAlike(record.config.task, this.run.record.config.task)));
  readonly link = $derived(`#/model${this.left ? `?left=${written(this.left)}${this.right ? `&right=${written(this.right)}` : ''}` : ''}`);

  /** Reads what is stored, and opens what an address names: `left` and `right`, or `run` for its last policy beside what that began from; else what was open, else the newest. */
  async follow(params: URLSearchParams): Promise<void> {
    await this.look();
    const all = this.runs ?? [];
    const isKept = (ref: CheckpointRef | null): ref is CheckpointRef => all.some(({ policies }) => policies.some((each) => isSame(each, ref)));
    const [left, right, run] = [readRef(params.get('left')), readRef(params.get('right')), params.get('run')];
    if (isKept(left)) return this.#choose(left, isKept(right) ? right : null);
    const asked = run === null ? undefined : all.find(({ record, policies }) => record.id === run && policies.length > 0);
    if (!asked && isKept(this.left)) return this.#open();
    const [first] = (asked ?? all.find(({ policies }) => policies.length > 0))?.policies ?? [];
    if (first) return this.choose(first);
    this.left = null;
  }

  /** Reads anew which runs there are. */
  async look(): Promise<void> {
    try {
      this.runs = speakablesOf(await this.parts.store.overview());
    } catch (error) {
      this.#fail(error);
      this.runs ??= [];
    }
  }

  /** Another left side; the right one becomes what it began from. */
  choose(left: CheckpointRef): Promise<void> {
    return this.#choose(left, referenceOf(left, this.runs ?? []));
  }

  chooseRight(right: CheckpointRef | null): Promise<void> {
    this.right = right;
    return this.#open();
  }

  chooseReward(reward: CheckpointRef | null): Promise<void> {
    this.reward = reward;
    return this.#open();
  }

  /** Both sides complete the prompt. */
  async say(): Promise<void> {
    if (!this.opened) await this.#open();
    if (!this.opened) return; // it says why
    const asked = this.#begin('saying');
    this.heard = NOTHING;
    this.answer = null;
    try {
      const answer = await this.parts.desk.say({ ...this.question }, ({ side, at, text }) => {
        if (asked === this.#asked) this.heard = { ...this.heard, [side]: [...this.heard[side].slice(0, at), text] };
      });
      if (asked === this.#asked) this.answer = answer;
    } catch (error) {
      if (asked === this.#asked) this.#fail(error);
    } finally {
      if (asked === this.#asked) this.phase = 'idle';
    }
  }

  /** What was said so far stays, and is looked at. */
  async stop(): Promise<void> {
    await this.parts.desk.stop().catch(() => {}); // what is being said tells why it broke off
  }

  /** Where tokens of a side's text look. Null where it could not be asked; the problem says why. */
  async attention(side: Side, layer: number, head: number): Promise<Float32Array | null> {
    const said = this.answer?.[side];
    if (!said) return null;
    try {
      return await this.parts.desk.attention({ side, tokens: said.tokens, layer, head });
    } catch (error) {
      if (said === this.answer?.[side]) this.#fail(error);
      return null;
    }
  }

  /** Nobody looks any more: the worker goes, what was said stays. */
  leave(): void {
    this.#asked += 1;
    this.phase = 'idle';
    this.opened = null;
    this.parts.desk.close();
  }

  async #choose(left: CheckpointRef, right: CheckpointRef | null): Promise<void> {
    this.left = left;
    this.right = right;
    this.reward = judgeOf(left, this.runs ?? []);
    await this.#open();
  }

  async #open(): Promise<void> {
    const { left, right, reward } = this;
    if (!left) return;
    const asked = this.#begin('opening');
    this.opened = null;
    this.heard = NOTHING;
    this.answer = null;
    try {
      const opened = await this.parts.desk.open({ engine: this.parts.engine(), left, right, reward });
      if (asked === this.#asked) this.opened = opened;
    } catch (error) {
      if (asked === this.#asked) this.#fail(error);
    } finally {
      if (asked === this.#asked) this.phase = 'idle';
    }
  }

  #begin(phase: TalkPhase): number {
    this.problem = '';
    this.phase = phase;
    return ++this.#asked;
  }

  #fail(error: unknown): void {
    this.problem = errorText(error);
    if (error instanceof Failure && error.code === 'model-worker-stopped') this.opened = null; // another one has nothing open
  }
}
