/** Slow motion shows the very step that training makes: the same metrics, weights, moments, streams and counters, bit for bit, and nothing is stored or left behind by looking. */
import { backend, memory } from '@tensorflow/tfjs-core';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { stageOf } from '../../src/contract/config';
import type { RunId } from '../../src/contract/ids';
import type { MetricRow } from '../../src/contract/metrics';
import { WATCHED, type UnrolledStep, type WatchedId, type WatchedToken } from '../../src/contract/slow-motion';
import { memoryStore } from '../../src/storage/memory-store';
import type { RunStore } from '../../src/storage/run-store';
import { openTask } from '../../src/tasks';
import { trainingSteps } from '../../workers/algorithms';
import { checkpointOf, loadStage } from '../../workers/session/stage-files';
import { SlowMotion } from '../../workers/session/slow-motion/slow-motion';
import { watchStep } from '../../workers/session/slow-motion/watched-step';
import { configOf, LAST, runOnBaseOf } from '../each-algorithm';
import { bench, configFor, outcome, PPO, trainAll, type Bench } from './session-bench';

const FILES = { readFile: (name: string) => readFile(`public/${name}`, 'utf8'), readBytes: (name: string) => readFile(`public/${name}`) };
const slowMotionOver = (store: RunStore) => new SlowMotion({ ...FILES, openStore: async () => store, clock: () => 1 });

/** The page's part of a run. */
const known = ({ store, run, config }: Pick<Bench, 'store' | 'run' | 'config'>) => store.putRun({ id: run, name: 'a run', config, created: 1, appVersion: 'test', parents: [] });

const sum = (numbers: readonly number[]): number => numbers.reduce((all, x) => all + x, 0);
const meanOf = (numbers: readonly number[]): number => sum(numbers) / numbers.length;
const column = (tokens: readonly WatchedToken[], name: keyof WatchedToken['numbers']): number[] => tokens.map(({ numbers }) => numbers[name]!);

/** The row of the newest step. */
async function lastRowOf(store: RunStore, run: RunId, stage: string): Promise<MetricRow> {
  const { columns } = (await store.history(run, stage)).metrics;
  return Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values.at(-1)]).filter(([, value]) => value !== null));
}

let base: Bench;
beforeAll(async () => {
  base = bench(configOf('dpo', 4));
  for (const { id } of base.config.stages.slice(0, -1)) {
    await base.start(id);
    await base.training.ended();
  }
}, 120_000);

/** A stage of the algorithm, paused after so many steps, looked at, and then trained on by one. */
async function looked(algorithm: WatchedId, steps: number) {
  const { store } = base;
  const run = await runOnBaseOf(base.run, store);
  const config = configOf(algorithm, 6);
  await known({ store, run, config });
  const on = bench(config, store, run);
  await on.start(LAST, true);
  for (let step = 0; step < steps; step++) await on.training.step();
  await on.training.save();
  await on.training.stop();

  const stored = await outcome({ store, run, config });
  const slow = slowMotionOver(store);
  const first = await slow.unroll({ engine: 'wasm', run, stage: LAST, from: null });
  const tensors = memory().numTensors;
  const shown = await slow.unroll({ engine: 'wasm', run, stage: LAST, from: null });
  expect(memory().numTensors, 'tensors').toBe(tensors);
  expect(shown, 'looked at twice').toEqual(first);
  expect(await outcome({ store, run, config }), 'what is stored').toEqual(stored);

  const task = await openTask(config.task, FILES);
  const stage = await loadStage(store, run, config, LAST, task, FILES);
  await watchStep(stage, stageOf(config, LAST).train);
  const watched = checkpointOf(run, LAST, await stage.save(), 1);
  stage.dispose();

  const after = bench(config, store, run);
  await after.start(LAST, true);
  await after.training.step();
  await after.training.save();
  await after.training.stop();
  const trained = (await store.checkpoint({ run, stage: LAST, step: steps + 1 }))!;
  return { shown, row: await lastRowOf(store, run, LAST), watched, trained };
}

/** Numbers that a display is made of agree with those that training reports of the whole batch. */
const AGREES: Partial<Record<WatchedId, (step: UnrolledStep) => void>> = {
  sft: ({ watched, row }) => {
    if (watched.kind !== 'texts') throw new Error(watched.kind);
    expect(-meanOf(watched.texts.flatMap(({ tokens }) => column(tokens, 'before')))).toBeCloseTo(row.loss!, 5);
    expect(-meanOf(watched.texts.flatMap(({ tokens }) => column(tokens, 'after')))).toBeLessThan(row.loss!);
  },
  'reward-model': ({ watched, row, train }) => {
    if (watched.kind !== 'scores' || train.algorithm !== 'reward-model') throw new Error(watched.kind);
    expect(meanOf(watched.pairs.map(({ before }) => before.loss))).toBeCloseTo(row.loss!, 5);
    expect(meanOf(watched.pairs.map(({ before }) => before.margin))).toBeCloseTo(row.margin!, 5);
    expect(meanOf(watched.pairs.map(({ after }) => after.loss))).toBeLessThan(row.loss!);
    for (const { before, chosen, rejected, pull } of watched.pairs) {
      expect([chosen.at(-1)!.numbers.score, rejected.at(-1)!.numbers.score]).toEqual([expect.closeTo(before.chosen, 5), expect.closeTo(before.rejected, 5)]);
      expect(pull).toBeCloseTo(1 / (1 + Math.exp(before.margin)) - 2 * train.centring * (before.chosen + before.rejected), 5); // σ(−m), and what centring takes
    }
  },
  dpo: ({ watched, row, train }) => {
    if (watched.kind !== 'pairs' || train.algorithm !== 'dpo') throw new Error(watched.kind);
    expect(meanOf(watched.pairs.map(({ before }) => before.loss))).toBeCloseTo(row.loss!, 5);
    expect(meanOf(watched.pairs.map(({ before }) => before.margin))).toBeCloseTo(row['rewards/margins']!, 5);
    expect(meanOf(watched.pairs.map(({ chosen }) => sum(column(chosen, 'before'))))).toBeCloseTo(row['logps/chosen']!, 4);
    for (const { before, sums, chosen, pull } of watched.pairs) {
      expect(pull).toBeCloseTo(train.beta / (1 + Math.exp(before.margin)), 5); // β·σ(−m)
      expect(before.chosen).toBeCloseTo(train.beta * (sums!.chosen.policy - sums!.chosen.reference!), 5);
      expect(sum(column(chosen, 'reference'))).toBeCloseTo(sums!.chosen.reference!, 3);
    }
  },
  simpo: ({ watched, row }) => {
    if (watched.kind !== 'pairs') throw new Error(watched.kind);
    expect(meanOf(watched.pairs.map(({ before }) => before.chosen))).toBeCloseTo(row['rewards/chosen']!, 5);
  },
  ppo: ({ watched, row, train, updates }) => {
    if (watched.kind !== 'rollout' || train.algorithm !== 'ppo') throw new Error(watched.kind);
    const { texts } = watched;
    expect(texts).toHaveLength(train.batchSize);
    expect(updates).toHaveLength(train.epochs * train.minibatches);
    expect(meanOf(updates.map((update) => update['loss/policy_avg']!))).toBe(row['loss/policy_avg']);
    expect(meanOf(texts.map(({ tokens }) => sum(column(tokens, 'reward'))))).toBeCloseTo(row['objective/rlhf_reward']!, 5);
    expect(meanOf(texts.map(({ kl }) => kl))).toBeCloseTo(row['objective/kl']!, 5);
    expect(meanOf(texts.map(({ judged }) => judged))).toBeCloseTo(row['objective/raw_scores']!, 5);
    const weights = texts.flatMap(({ tokens }) => column(tokens, 'weight'));
    expect(meanOf(weights)).toBeCloseTo(0, 5);
    for (const { tokens } of texts) {
      tokens.forEach(({ numbers: { used, reward, value, advantage, weight, return: returned } }, t) => {
        const next = tokens[t + 1]?.numbers;
        const delta = (used ?? reward!) + train.gamma * (next?.value ?? 0) - value!;
        expect(advantage).toBeCloseTo(delta + train.gamma * train.gaeLambda * (next?.advantage ?? 0), 5);
        expect(weight).toBeCloseTo((advantage! - watched.spread!.mean) / watched.spread!.deviation, 5);
        expect(returned).toBeCloseTo(advantage! + value!, 5);
      });
    }
  },
  rloo: ({ watched, row }) => {
    if (watched.kind !== 'rollout') throw new Error(watched.kind);
    expect(meanOf(watched.texts.map(({ compared }) => compared!.advantage))).toBeCloseTo(0, 5);
    expect(meanOf(watched.texts.map(({ score }) => score))).toBeCloseTo(row['objective/scores']!, 5);
    for (const { compared, tokens } of watched.texts) expect(compared!.reward).toBeCloseTo(sum(column(tokens, 'reward')), 5);
  },
  'reinforce-plus-plus': ({ watched }) => {
    if (watched.kind !== 'rollout') throw new Error(watched.kind);
    const tokens = watched.texts.flatMap((text) => text.tokens);
    for (const { numbers } of tokens) expect(numbers.weight).toBeCloseTo((numbers.return! - watched.spread!.mean) / watched.spread!.deviation, 5);
  },
};

describe.each(WATCHED)('a step of %s', (algorithm) => {
  test('is the one that training makes, bit for bit, and its parts fit together', async () => {
    const { shown, row, watched, trained } = await looked(algorithm, 2);
    expect(shown.from).toBe(2);
    expect(shown.starts).toEqual([0, 2]);
    expect(shown.row).toEqual(row);
    expect(row.grad_norm).toBeGreaterThan(0);
    expect(watched.state).toEqual(trained.state);
    expect(Array.from(watched.tensors)).toEqual(Array.from(trained.tensors));
    AGREES[algorithm]?.(shown);
    const rows = 'pairs' in shown.watched ? shown.watched.pairs.flatMap(({ chosen, rejected }) => [chosen, rejected]) : shown.watched.texts.map(({ tokens }) => tokens);
    expect(rows.length).toBeGreaterThan(0);
    for (const tokens of rows) for (const { numbers } of tokens) expect(Object.values(numbers).every(Number.isFinite)).toBe(true);
    if (shown.watched.kind !== 'scores') {
      for (const { numbers, odds, text } of rows.flat()) {
        const own = odds!.find((other) => other.text === text);
        if (own) expect([own.before, own.after]).toEqual([expect.closeTo(Math.exp(numbers.before!), 4), expect.closeTo(Math.exp(numbers.after!), 4)]);
        expect(sum(odds!.map(({ before }) => before))).toBeLessThan(1.0001);
      }
    }
  }, 120_000);
});

test.each(['sft', 'reward-model', 'simpo'] as const)('a step of %s that nobody looks at reads its measures back, once, and nothing else', async (algorithm) => {
  const run = await runOnBaseOf(base.run, base.store);
  const config = configOf(algorithm, 9, 1, { evaluateEvery: 9 });
  const stage = await loadStage(base.store, run, config, LAST, await openTask(config.task, FILES), FILES);
  const steps = trainingSteps(stage, stageOf(config, LAST).train);
  await steps.next([]); // the first is evaluated
  const reads = vi.spyOn(backend(), 'read');
  await steps.next([]);
  expect(reads).toHaveBeenCalledTimes(1);
  reads.mockRestore();
  await steps.return();
  stage.dispose();
});

describe('a finished run', () => {
  let on: Bench;
  beforeAll(async () => {
    on = bench(configFor('names-ppo', PPO));
    await trainAll(on);
    await known(on);
  }, 120_000);

  test('is shown from the beginning of its stage, since only its end is kept; what it made then is made again', async () => {
    const shown = await slowMotionOver(on.store).unroll({ engine: 'wasm', run: on.run, stage: 'ppo', from: 6 });
    expect([shown.from, shown.starts]).toEqual([0, [0]]);
    const { columns } = (await on.store.history(on.run, 'ppo')).metrics;
    expect(shown.row['objective/scores']).toBe(columns['objective/scores']![0]);
    expect(shown.watched).toMatchObject({ kind: 'rollout', hasPolicy: false }); // the critic warms up
  });

  test('its policy and its reward model are held against what each was before, without a trace', async () => {
    const slow = slowMotionOver(on.store);
    const order = { engine: 'wasm', run: on.run, policy: 'ppo', reward: 'reward-model' } as const;
    const first = await slow.turns(order);
    const before = [await outcome(on), memory().numTensors];
    const turns = await slow.turns(order);
    expect([await outcome(on), memory().numTensors]).toEqual(before);
    expect(turns).toEqual(first);
    expect([turns.policySteps, turns.rewardSteps]).toEqual([[0, 6], [6]]);
    expect(turns.means).toEqual([0, 1].map((p) => [meanOf(turns.prompts.map(({ texts }) => texts[p]!.scores[0]!))]));
    // The showcase of training itself, by the same reward model.
    const samples = (await on.store.history(on.run, 'ppo')).samples.at(-1)!;
    expect(samples.step).toBe(6);
    samples.prompts.forEach(({ before: was, now }, i) => {
      expect(turns.prompts[i]!.texts.map(({ text }) => text)).toEqual([was.text, now.text]);
      expect(turns.prompts[i]!.texts.map(({ scores }) => scores[0])).toEqual([expect.closeTo(was.proxy!, 5), expect.closeTo(now.proxy!, 5)]);
    });
  });

  test('what is no step says so', async () => {
    const slow = slowMotionOver(memoryStore());
    await expect(slow.unroll({ engine: 'wasm', run: on.run, stage: 'ppo', from: null })).rejects.toMatchObject({ code: 'run-elsewhere' });
    const labels = { ...on, config: configOf('labels', 2), store: memoryStore() };
    await known(labels);
    await expect(slowMotionOver(labels.store).unroll({ engine: 'wasm', run: on.run, stage: LAST, from: null })).rejects.toMatchObject({ code: 'unwatched-step' });
    await expect(slowMotionOver(labels.store).unroll({ engine: 'wasm', run: on.run, stage: 'sft', from: null })).rejects.toMatchObject({ code: 'missing-checkpoint' });
  });
});
