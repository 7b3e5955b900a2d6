/** Best-of-n draws its pool before its first step. What is asked meanwhile is heard between two blocks of it, and changes no number. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { parseRunConfig } from '../../src/contract/config';
import { memoryStore } from '../../src/storage/memory-store';
import { nextTask } from '../../workers/session/next-task';
import { configOf, LAST, runOnBaseOf } from '../each-algorithm';
import { bench, outcome, trainAll, type Bench } from './session-bench';

/** 512 prompts, 24 completions of each: a pool of 24 blocks. */
const plain = configOf('best-of-n', 24);
const config = parseRunConfig({ ...plain, stages: plain.stages.map((stage) => (stage.id === LAST ? { ...stage, train: { ...stage.train, evaluateOn: 512, evaluateEvery: 24 } } : stage)) });

const store = memoryStore();
const whole = bench(config, store);

beforeAll(() => trainAll(whole));

/** The stage under way, its models made: it is drawing. */
async function drawing(): Promise<Bench> {
  const on = bench(config, store, await runOnBaseOf(whole.run, store));
  const before = tf.memory().numTensors;
  await on.start(LAST);
  while (tf.memory().numTensors === before) await nextTask();
  return on;
}

const numbersOf = async (on: Bench) => (await outcome(on)).at(-1);

it('a pause is heard before the pool is whole, again and again, and the run is the one that was never paused', async () => {
  const on = await drawing();
  for (let i = 0; i < 4; i++) {
    expect(await on.training.pause()).toEqual({ step: 0 });
    expect(on.events.filter(({ kind }) => kind === 'progress')).toEqual([]);
    await on.training.resume();
    await nextTask();
    await nextTask();
  }
  await on.training.ended();
  expect(await numbersOf(on)).toEqual(await numbersOf(whole));
});

it('a stop is heard too, leaves no tensor behind, and another worker makes the same run', async () => {
  const before = tf.memory().numTensors;
  const on = await drawing();
  await on.training.stop();
  expect(tf.memory().numTensors).toBe(before);
  expect(on.events.filter(({ kind }) => kind === 'progress' || kind === 'failed')).toEqual([]);
  const after = bench(config, store, on.run);
  expect(await after.start(LAST)).toMatchObject({ step: 0 });
  await after.training.ended();
  expect(await numbersOf(after)).toEqual(await numbersOf(whole));
});

it('a save while it draws has nothing to write yet, and one step asked for is made to its end', async () => {
  const on = await drawing();
  expect(await on.training.save()).toMatchObject({ stage: LAST, step: 0 });
  expect(await on.store.checkpoints(on.run, LAST)).toEqual([]);
  expect(await on.training.step()).toEqual({ step: 1 });
  expect(await on.training.pause()).toEqual({ step: 1 });
  await on.training.resume();
  await on.training.ended();
  expect((await numbersOf(on))!.metrics).toEqual((await numbersOf(whole))!.metrics);
});
