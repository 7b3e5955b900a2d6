/** One stage of the open run as the page sees it. History grows in place and is not reactive; `points` is the one signal charts watch. */
import type { Asked, TrainEvent } from '../contract/api';
import { ALGORITHMS, type AlgorithmId } from '../contract/algorithms';
import { asksVisitor, type StageConfig } from '../contract/config';
import { appendRow, emptyColumns, lastRow, type MetricColumns, type MetricRow } from '../contract/metrics';
import type { RewardReport } from '../contract/reward-report';
import type { CheckpointRef, RunEvent, SampleSet, StageRecord } from '../contract/run';
import { Questions } from './questions.svelte';
import type { StageHistory } from '../storage/run-store';
import { adapterText } from '../words/spoken';
import { words } from '../words/words.svelte';

export type StagePhase = 'waiting' | 'training' | 'paused' | 'finished' | 'failed' | 'borrowed';

/** Weight of the newest step in the running mean of seconds per step. */
const NEWEST = 0.1;

export class LiveStage {
  readonly id: string;
  readonly algorithm: AlgorithmId;
  readonly total: number;
  /** The visitor is its judge. */
  readonly asks: boolean;
  phase = $state<StagePhase>('waiting');
  step = $state(0);
  points = $state(0);
  tokensPerSecond = $state(0);
  /** What the engine holds: bytes, and tensors. */
  memory = $state(0);
  tensors = $state(0);
  last = $state.raw<MetricRow>({});
  /** The checkpoint it was borrowed from, if it was not trained here. */
  origin: CheckpointRef | null = null;
  samples = $state.raw<SampleSet | null>(null);
  /** What it waits for the visitor to say. */
  questions = $state.raw<Questions | null>(null);
  /** The first samples of the stage, to compare with. */
  first = $state.raw<SampleSet | null>(null);
  /** What a reward model was found to be worth at the end of its stage. */
  report = $state.raw<RewardReport | null>(null);
  marks = $state.raw<{ step: number; text: string }[]>([]);
  secondsPerStep = $state(0);
  /** Of training so far. */
  seconds = $state(0);
  readonly title: string;
  history: MetricColumns = emptyColumns();
  #heard = { step: 0, at: NaN };
  #loaded: Pick<StageRecord, 'step' | 'updated'> | undefined;

  readonly isDone = $derived(this.phase === 'finished' || this.phase === 'borrowed');
  readonly progress = $derived.by(() => (this.isDone ? 1 : this.step / this.total));
  /** Seconds until the stage is done; null while nobody can know. */
  readonly secondsLeft = $derived.by(() => (this.phase === 'training' && this.secondsPerStep > 0 ? (this.total - this.step) * this.secondsPerStep : null));

  constructor(stage: StageConfig) {
    const { id, train } = stage;
    this.id = id;
    this.asks = asksVisitor(stage);
    this.algorithm = train.algorithm;
    this.total = train.steps;
    this.title = ALGORITHMS[train.algorithm].title;
  }

  /** Shows what is stored, and nothing else: rows after the last checkpoint are gone with the worker that made them. */
  load({ metrics, samples, events }: StageHistory, record: StageRecord | undefined): void {
    this.history = metrics;
    this.points += 1;
    this.last = lastRow(metrics);
    this.samples = samples.at(-1) ?? null;
    this.questions = null;
    this.first = samples[0] ?? null;
    this.marks = events.filter(isWorthAMark).map((event) => ({ step: event.step, text: markText(event) }));
    this.report = record?.report ?? null;
    this.#loaded = record && { step: record.step, updated: record.updated };
    this.step = record?.step ?? 0;
    this.seconds = record && !record.borrowed ? record.seconds : 0;
    this.origin = record?.borrowed && record.step > 0 ? record.borrowed : null;
    this.#heard = { step: this.step, at: NaN };
    this.phase = !record ? 'waiting' : record.borrowed ? 'borrowed' : record.finished ? 'finished' : 'paused';
  }

  /** Whether what was loaded last is what this record is about. */
  isOf(record: StageRecord | undefined): boolean {
    return this.#loaded?.step === record?.step && this.#loaded?.updated === record?.updated;
  }

  /** What its worker tells of it; what changes the run is its pipeline's. */
  hear(event: TrainEvent): void {
    if (event.kind === 'progress') this.#append(event, performance.now());
    if (event.kind === 'samples') this.showSamples(event.samples);
    if (event.kind === 'report') this.report = event.report;
    if (event.kind === 'asked') this.ask(event);
  }

  #append({ step, row, tokensPerSecond, memory, tensors }: Extract<TrainEvent, { kind: 'progress' }>, now: number): void {
    appendRow(this.history, step, row);
    this.points += 1;
    this.last = { ...this.last, ...row };
    this.tokensPerSecond = tokensPerSecond;
    this.memory = memory;
    this.tensors = tensors;
    this.#measurePace(step, now);
    this.step = step;
    if (this.questions && step > this.questions.step) this.questions = null; // learned from
  }

  showSamples(samples: SampleSet): void {
    this.first ??= samples;
    this.samples = samples;
  }

  ask(asked: Asked): void {
    this.questions = new Questions(asked);
    this.restPace();
  }

  /** Forgets what came after a step, because it is made again from there. @param why of the mark that stays */
  goBack(step: number, why: string): void {
    const { steps, columns } = this.history;
    const kept = steps.filter((each) => each <= step).length; // steps rise
    this.history = { steps: steps.slice(0, kept), columns: Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values.slice(0, kept)])) };
    this.points += 1;
    this.last = lastRow(this.history);
    if (this.first && this.first.step > step) this.first = null;
    if (this.samples && this.samples.step > step) this.samples = this.first;
    if (this.report && this.report.step > step) this.report = null;
    this.marks = this.marks.filter((mark) => mark.step <= step);
    this.questions = null; // asked again from there
    this.step = step;
    this.mark(why);
    this.restPace();
  }

  mark(text: string): void {
    this.marks = [...this.marks, { step: this.step, text }];
  }

  /** Forgets the pace: what follows is not comparable (a pause, a resume). */
  restPace(): void {
    this.#heard = { step: this.step, at: NaN };
  }

  #measurePace(step: number, now: number): void {
    const { step: from, at } = this.#heard;
    if (step > from && Number.isFinite(at)) {
      const pace = (now - at) / 1000 / (step - from);
      this.seconds += (now - at) / 1000;
      this.secondsPerStep = this.secondsPerStep === 0 ? pace : (1 - NEWEST) * this.secondsPerStep + NEWEST * pace;
    }
    this.#heard = { step, at: now };
  }
}

/** Checkpoints are routine; the rest tells why a curve looks as it does. */
/** As `onEngine` of the workers writes it, in English in every file. */
const ON_ENGINE = /^on (\w+), (.*?)(, after the GPU failed)?$/;

/** What a stored event says; words of an event that is not known here stay what they are. */
function markText({ kind, text }: RunEvent): string {
  const say = words().lab.says;
  const [, engine, adapter, afterLoss] = ON_ENGINE.exec(text) ?? [];
  if (kind === 'resumed' && engine !== undefined && adapter !== undefined) return (afterLoss ? say.afterLoss : say.resumed)(engine, adapterText(adapter));
  return kind === 'paused' && text === '' ? say.paused : text ? `${kind} ${text}` : kind;
}

const isWorthAMark = ({ kind }: RunEvent): boolean => kind !== 'saved' && kind !== 'finished' && kind !== 'started';
