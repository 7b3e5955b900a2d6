/** Rows wherever they are from, in one shape: a stored data set, the pairs of a task or of a run's stage as text, or what people said in a run. */
import type { Described, RowSource, TokenPair } from '../../src/contract/data-api';
import { Failure } from '../../src/contract/failures';
import { asDatasetId } from '../../src/contract/ids';
import type { Sample } from '../../src/contract/sample';
import type { TaskConfig } from '../../src/contract/tasks';
import { saidSamples, Summing } from '../../src/formats';
import { eachSample, firstSamples, readSamples } from '../../src/storage/dataset-rows';
import type { DatasetStore } from '../../src/storage/dataset-store';
import { openTask, type Task } from '../../src/tasks';

export interface Rows extends Described {
  /** `count` of them from number `from`, 0 being the first. */
  some(from: number, count: number): Promise<Sample[]>;
  each(): AsyncIterable<Sample>;
}

export interface SourceDoors {
  store(): Promise<DatasetStore>;
  /** For tasks, whose files lie under public/. */
  readFile(name: string): Promise<string>;
}

function inMemory(samples: readonly Sample[]): Rows {
  const summing = new Summing();
  for (const sample of samples) summing.add(sample, 'keep');
  return {
    kind: 'preference', rows: samples.length, summary: summing.summary,
    some: async (from, count) => samples.slice(from, from + count),
    each: async function* () { yield* samples; },
  };
}

/** A completion as text is what the whole has more than the prompt. */
function textOf(task: Task, prompt: readonly number[], completion: readonly number[]): string {
  const [start, whole] = [task.tokenizer.decode(prompt), task.tokenizer.decode([...prompt, ...completion])];
  return whole.startsWith(start) ? whole.slice(start.length) : whole;
}

const asSamples = (task: Task, pairs: readonly TokenPair[]): Sample[] => pairs.map(({ prompt, chosen, rejected, probability }) => ({
  kind: 'preference', prompt: task.tokenizer.decode(prompt), chosen: textOf(task, prompt, chosen), rejected: textOf(task, prompt, rejected), extra: probability === undefined ? {} : { probability },
}));

/** Opens sources and remembers the last of each sort that was made here, since making a task's pairs takes a moment. */
export class Sources {
  #last: { key: string; rows: Promise<Rows> } | undefined;
  #task: { key: string; opened: Promise<Task> } | undefined;

  constructor(private readonly doors: SourceDoors) {}

  /** Throws `dataset-gone`, `no-task-data`. */
  async open(source: RowSource): Promise<Rows> {
    if ('dataset' in source) {
      const store = await this.doors.store();
      const record = await store.dataset(source.dataset);
      if (!record) throw new Failure('dataset-gone', source.dataset);
      const { kind, rows, summary } = record;
      return { kind, rows, summary, some: (from, count) => readSamples(store, record, from, count), each: () => eachSample(store, record) };
    }
    if ('said' in source) return inMemory(saidSamples(source.said));
    if ('pairs' in source) return inMemory(asSamples(await this.#taskOf(source.task), source.pairs));
    const key = JSON.stringify(source);
    if (this.#last?.key !== key) this.#last = { key, rows: this.#pairsOf(source.task, source.split) };
    const { rows } = this.#last;
    rows.catch(() => (this.#last = undefined)); // asked again, it is tried again
    return rows;
  }

  /** The last one is kept open: that of the visitor's own data learns its vocabulary first. */
  #taskOf(config: TaskConfig): Promise<Task> {
    const key = JSON.stringify(config);
    if (this.#task?.key !== key) {
      const { store, readFile } = this.doors;
      this.#task = { key, opened: openTask(config, { readFile, readDataset: async (id, rows) => firstSamples(await store(), asDatasetId(id), rows) }) };
      this.#task.opened.catch(() => (this.#task = undefined)); // a failed load may be tried again
    }
    return this.#task.opened;
  }

  async #pairsOf(config: TaskConfig, split: 'train' | 'seen' | 'unseen'): Promise<Rows> {
    const task = await this.#taskOf(config);
    return inMemory(asSamples(task, task.pairs(split)));
  }
}
