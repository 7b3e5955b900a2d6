/** What the page needs of a training worker: its API with events by callback, and an end. `client/train-client.ts` is the real one, tests script their own. */
import type { StageOrder, StageStarted, TrainApi, TrainEvent } from '../contract/api';

export interface Trainer extends Omit<TrainApi, 'start' | 'useDatasets'> {
  start(order: StageOrder): Promise<StageStarted>;
  /** Ends the worker at once, whatever it is doing. */
  close(): void;
}

/** Makes a fresh worker. A worker that dies says so with a `failed` event. */
export type Connect = (onEvent: (event: TrainEvent) => void) => Trainer;
