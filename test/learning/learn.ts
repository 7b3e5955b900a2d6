/** What every learning test stands on: stages of one run trained on the WASM engine, each when it is first asked for, and what was measured on the way. */
import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { RunConfig } from '../../src/contract/config';
import { newRunId } from '../../src/contract/ids';
import { lastRow, type MetricColumns, type MetricName, type MetricRow } from '../../src/contract/metrics';
import type { StageRecord } from '../../src/contract/run';
import { memoryStore } from '../../src/storage/memory-store';
import type { TaskDoors } from '../../src/tasks';
import { Training } from '../../workers/session/train-api';

/** A learning test takes less than 60 s on a core of its own, and so does what they start from (LOG.md); tests share cores, so one hangs only after this, milliseconds. */
export const LIMIT = 240_000;

/** A stage that has been trained. */
export class Learned {
  constructor(readonly record: StageRecord, readonly columns: MetricColumns['columns'], readonly last: MetricRow) {}

  /** Its first value. */
  first(name: MetricName): number {
    return this.columns[name]!.find((value) => value !== null)!; // a test asks for what its stage measures
  }

  /** Mean of its first or its last five values. */
  around(name: MetricName, end: 'first' | 'last'): number {
    const values = this.columns[name]!.filter((value) => value !== null); // as above
    const part = end === 'first' ? values.slice(0, 5) : values.slice(-5);
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  }

  /** How much the mean of five values has risen from the beginning to the end. */
  rise(name: MetricName): number {
    return this.around(name, 'last') - this.around(name, 'first');
  }
}

/** @returns trains a stage of the run, after those it starts from; the second time it is there already */
export function learner(config: RunConfig, doors: Pick<TaskDoors, 'readDataset'> = {}): (stage: string) => Promise<Learned> {
  const store = memoryStore();
  const run = newRunId();
  const training = new Training({ openStore: async () => store, readFile: (name) => readFile(`public/${name}`, 'utf8'), readBytes: (name) => readFile(`public/${name}`), ...doors, clock: Date.now });
  const learned = new Map<string, Learned>();

  return async function learn(stage) {
    const known = learned.get(stage);
    if (known) return known;
    for (const before of Object.values(config.stages.find(({ id }) => id === stage)!.start)) await learn(before); // a test names its own stages
    let failure = '';
    await training.start({ run, config, stage, engine: 'wasm' }, (event) => event.kind === 'failed' && (failure = event.failure.detail || event.failure.code));
    await training.ended();
    expect(failure).toBe('');
    const { metrics } = await store.history(run, stage);
    const record = (await store.stages(run)).find((each) => each.stage === stage)!; // it has just been trained
    const result = new Learned(record, metrics.columns, lastRow(metrics));
    learned.set(stage, result);
    return result;
  };
}
