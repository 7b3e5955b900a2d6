/**
 * The training worker's interface, spoken through Comlink. One worker trains one run, stage after stage;
 * two runs are two workers. Requests are answered between steps; events flow through a MessagePort at a bounded rate.
 */
import type { RunConfig } from './config';
import type { Detail } from './details';
import type { EngineChoice, EngineInfo, Measured } from './engine';
import type { FailureRecord } from './failures';
import type { RunId } from './ids';
import type { MetricRow } from './metrics';
import type { Choice, PairQuestion, QuestionId } from './preferences';
import type { RewardReport } from './reward-report';
import type { CheckpointRef, SampleSet } from './run';

export interface StageOrder {
  run: RunId;
  config: RunConfig;
  stage: string;
  engine: EngineChoice;
  /** Start paused (for Step). */
  paused?: boolean;
}

export interface StageStarted {
  engine: EngineInfo;
  parameters: number;
  /** Numbers of the adapters, where they are trained and the model is not. */
  adapters?: number;
  /** Step it goes on from: 0, or that of the last checkpoint. */
  step: number;
  total: number;
  /** What a visitor should know of how the data was made ready. */
  notes?: Detail;
}

export interface TrainApi {
  /**
   * Loads what the stage starts from (its own last checkpoint if it has one) and begins. Resolves once training has begun; ends are told by events.
   * `store`: where a browser that stores nothing keeps its runs, the page's own store behind a port; without it the worker opens the database itself.
   * Throws `Failure`.
   */
  start(order: StageOrder, events: MessagePort, store?: MessagePort): Promise<StageStarted>;
  /** The same for the visitor's data sets. To be called before the first stage. */
  useDatasets(store: MessagePort): Promise<void>;
  /** Always legal; resolves when no step is in flight. */
  pause(): Promise<{ step: number }>;
  resume(): Promise<void>;
  /** One step, then paused again. A step that asks a person is made once all questions are answered; this resolves when they are asked. */
  step(): Promise<{ step: number }>;
  /** Writes a checkpoint now (between steps). A stage at step 0 has none to write; what it says then is where the stage stands. */
  save(): Promise<CheckpointRef>;
  /** What a person says to a question that waits, or takes back. One that waits no longer changes nothing. */
  answer(id: QuestionId, choice: Choice | 'undone'): Promise<void>;
  /** Ends the stage without finishing it; what was saved stays. */
  stop(): Promise<void>;
}

/** Questions of one step. */
export interface Asked {
  step: number;
  questions: readonly PairQuestion[];
  choices: readonly (Choice | null)[];
}

/** How often a stage may speak, milliseconds between messages: at most 20 a second. */
export const TELEMETRY_INTERVAL = 50;

export type TrainEvent =
  /** Rows between two messages are merged (later values win), so nothing that was measured rarely is lost. The stored history has every row. Memory and tensors: what the engine holds, the first in bytes. */
  | { kind: 'progress'; stage: string; step: number; total: number; row: MetricRow; tokensPerSecond: number; memory: number; tensors: number }
  /** Before the stage begins, where making its data ready takes long. */
  | { kind: 'opening'; stage: string; says: Detail }
  | { kind: 'samples'; stage: string; samples: SampleSet }
  /** Of a reward model, at the end of its stage. */
  | { kind: 'report'; stage: string; report: RewardReport }
  /** The step that comes next waits for a person; every other request is legal meanwhile. Told again when the stage starts again before the last answer. Choices: those given before, null for the rest. */
  | ({ kind: 'asked'; stage: string } & Asked)
  | { kind: 'saved'; checkpoint: CheckpointRef }
  /** The engine was lost, and another goes on from this step, that of the last checkpoint: later rows are made again. The engine's note says why. */
  | { kind: 'restarted'; stage: string; step: number; engine: EngineInfo }
  | { kind: 'finished'; stage: string; step: number }
  | { kind: 'failed'; stage: string; step: number; failure: FailureRecord };

/** A second, short-lived worker interface: what could this browser train on? */
export interface ProbeApi {
  probe(choice: EngineChoice): Promise<EngineInfo>;
  /** Times the engines of this machine, in less than a second. Never throws. */
  measure(): Promise<Measured>;
}
