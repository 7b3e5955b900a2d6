/** Promises that every algorithm of the list keeps, whatever it does: the same run for the same seed, resuming that changes no bit, nothing left in memory, nothing but numbers. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunConfig } from '../../src/contract/config';
import { memoryStore } from '../../src/storage/memory-store';
import { readRunFile } from '../../src/storage/run-file';
import { exportRun } from '../../src/storage/transfer';
import { panelsOf } from '../../src/state/panels';
import { TASKS } from '../../src/tasks';
import { ALGORITHM_IDS, configOf, LAST, runOnBaseOf } from '../each-algorithm';
import { bench, outcome, trainAll, type Bench } from './session-bench';

const STEPS = 5;
const LONG = 24;

/** One store and one worker for everything: opening the task takes longer than these trainings do. */
const store = memoryStore();
const shared = bench(configOf('sft', STEPS), store);

beforeAll(() => trainAll(shared));

/** A run in which all but the last stage stands finished. */
async function begun(config: RunConfig): Promise<Bench> {
  const run = await runOnBaseOf(shared.run, store);
  return { ...shared, run, config, start: (stage, paused = false) => shared.training.start({ run, config, stage, engine: 'wasm', paused }, (event) => shared.events.push(event)) };
}

async function trained(config: RunConfig): Promise<Bench> {
  const on = await begun(config);
  await on.start(LAST);
  await on.training.ended();
  expect(on.events.find((event) => event.kind === 'failed')).toBeUndefined();
  return on;
}

const lastOf = async (on: Pick<Bench, 'store' | 'run' | 'config'>) => (await outcome(on)).at(-1)!; // a configuration has stages

const LEARNING = ['test/learning', 'test/slow'].flatMap((folder) => readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))).join('\n');

describe.each(ALGORITHM_IDS)('%s', (algorithm) => {
  it('has a test that it learns', () => {
    expect(LEARNING).toContain(`'${algorithm}'`);
  });

  it('is the same run for the same seed and another for another', async () => {
    const [first, again, other] = [await trained(configOf(algorithm, STEPS)), await trained(configOf(algorithm, STEPS)), await trained(configOf(algorithm, STEPS, 2))];
    const found = await lastOf(first);
    expect(await lastOf(again)).toEqual(found);
    expect((await lastOf(other)).metrics).not.toEqual(found.metrics);
    for (const { series } of panelsOf(algorithm, { lacks: ['base'] })) for (const name of series) expect(found.metrics.columns[name]?.some((value) => value !== null), `${name} is charted, so it is measured`).toBe(true);
    for (const [name, column] of Object.entries(found.metrics.columns)) expect(column.every((value) => value === null || Number.isFinite(value)), name).toBe(true);
  });

  it('stopped and resumed by another worker, it is the run that was never stopped; its file is read again', async () => {
    const whole = await trained(configOf(algorithm, STEPS));
    const on = await begun(whole.config);
    await on.start(LAST, true);
    for (let i = 0; i < 2; i++) await on.training.step();
    await on.training.save();
    await on.training.stop();
    const after = bench(whole.config, store, on.run);
    expect(await after.start(LAST)).toMatchObject({ step: 2 });
    await after.training.ended();
    expect(await lastOf(on)).toEqual(await lastOf(whole));

    await store.putRun({ id: on.run, name: algorithm, config: whole.config, created: 1, appVersion: 'test', parents: [] });
    const { bytes } = await exportRun(store, on.run, { appVersion: 'test', vocabulary: TASKS.names.vocabulary });
    expect((await readRunFile(bytes)).stages.map(({ stage }) => stage.stage)).toEqual(whole.config.stages.map(({ id }) => id));
  });

  it('leaves no tensor behind, between steps or at its end', async () => {
    const on = await begun(configOf(algorithm, LONG));
    const before = tf.memory().numTensors;
    await on.start(LAST, true);
    const counts: number[] = [];
    for (let step = 1; step <= LONG - 2; step++) {
      await on.training.step();
      counts.push(tf.memory().numTensors);
    }
    expect(counts.at(-1), `at step ${LONG - 2}`).toBe(counts[5]);
    on.training.resume();
    await on.training.ended();
    expect(tf.memory().numTensors, 'at its end').toBe(before);
  });
});
