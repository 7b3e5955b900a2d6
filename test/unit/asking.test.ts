/** A stage that asks a person: nothing is stuck while it waits, nothing said is lost, and what is asked again is the same. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { TrainEvent } from '../../src/contract/api';
import type { Choice } from '../../src/contract/preferences';
import { memoryStore } from '../../src/storage/memory-store';
import type { RunBundle } from '../../src/storage/run-store';
import { exportRun, importRun } from '../../src/storage/transfer';
import { TASKS } from '../../src/tasks';
import { bench, configFor, ONLINE_DPO, type Bench } from './session-bench';

const STAGE = 'online-dpo';
const SETTINGS = [...ONLINE_DPO, 'online-dpo.judge=visitor', 'online-dpo.questions=3', 'online-dpo.refreshEvery=2', 'online-dpo.evaluateOn=16', 'online-dpo.evaluateEvery=6'];
const config = configFor('names-online-dpo', SETTINGS);

type AskedEvent = Extract<TrainEvent, { kind: 'asked' }>;
const asked = ({ events }: Bench) => events.filter((event): event is AskedEvent => event.kind === 'asked');

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 2));
}

let trained: RunBundle;

beforeAll(async () => {
  const first = bench(config);
  await first.store.putRun({ id: first.run, name: 'asked', config, created: 0, appVersion: 'test', parents: [] });
  for (const id of ['pretrain', 'sft', 'reward-model']) {
    await first.start(id);
    await first.training.ended();
  }
  trained = (await first.store.bundle(first.run))!; // put there above
});

/** A run whose earlier stages are trained, and what opens it again and again. */
async function runUpToAsking() {
  const store = memoryStore();
  await store.putBundle(trained);
  const run = trained.record.id;
  return { store, run, open: () => bench(config, store, run) };
}

/** Answers what is asked until the stage has ended. */
async function answerAll(on: Bench, choice: (round: AskedEvent, i: number) => Choice = () => 'a'): Promise<void> {
  let heard = 0;
  let hasEnded = false;
  void on.training.ended().then(() => (hasEnded = true));
  while (!hasEnded) {
    await until(() => hasEnded || asked(on).length > heard);
    const round = asked(on)[heard++];
    if (!round) return;
    for (const [i, given] of round.choices.entries()) if (given === null) await on.training.answer({ step: round.step, question: i }, choice(round, i));
  }
}

const preferences = async ({ store, run }: Pick<Bench, 'store' | 'run'>) => (await store.history(run, STAGE)).preferences ?? [];

describe('a stage that asks', () => {
  it('asks so many questions every refresh, learns, and keeps every answer', async () => {
    const on = (await runUpToAsking()).open();
    await on.start(STAGE);
    await answerAll(on, (_, i) => (['a', 'b', 'skip'] as const)[i]!);
    expect(on.events.at(-1)).toEqual({ kind: 'finished', stage: STAGE, step: 6 });
    expect(asked(on).map(({ step, questions, choices }) => [step, questions.length, choices])).toEqual([0, 2, 4].map((step) => [step, 3, [null, null, null]]));
    for (const { a, b, prompt } of asked(on).flatMap(({ questions }) => questions)) {
      expect(a.tokens).not.toEqual(b.tokens);
      expect(prompt.tokens.length).toBeGreaterThan(0);
    }
    const { metrics } = await on.store.history(on.run, STAGE);
    expect(metrics.columns['pairs/used']).toEqual([2, 2, 2, 2, 2, 2]);
    expect(metrics.columns.loss![0]).toBeCloseTo(Math.LN2, 5);
    const said = await preferences(on);
    expect(said.map(({ step, question, choice, by }) => [step, question, choice, by])).toEqual([0, 2, 4].flatMap((step) => [[step, 0, 'a', 'visitor'], [step, 1, 'b', 'visitor'], [step, 2, 'skip', 'visitor']]));
    expect(said[0]).toMatchObject(asked(on)[0]!.questions[0]!);
  });

  it('shows neither side first more often', async () => {
    const many = configFor('names-online-dpo', [...SETTINGS, 'online-dpo.questions=64', 'online-dpo.steps=1']);
    const { store, run } = await runUpToAsking();
    const on = bench(many, store, run);
    await on.start(STAGE);
    await until(() => asked(on).length === 1);
    const longer = asked(on)[0]!.questions.filter(({ a, b }) => a.tokens.length > b.tokens.length).length;
    const shorter = asked(on)[0]!.questions.filter(({ a, b }) => a.tokens.length < b.tokens.length).length;
    expect(Math.abs(longer - shorter)).toBeLessThan(3 * Math.sqrt(longer + shorter));
    await on.training.stop();
  });

  it('makes no update where nobody decided, and says so', async () => {
    const on = (await runUpToAsking()).open();
    await on.start(STAGE);
    await answerAll(on, (_, i) => (i === 0 ? 'tie' : 'skip'));
    const { metrics } = await on.store.history(on.run, STAGE);
    expect(metrics.columns['pairs/used']).toEqual([0, 0, 0, 0, 0, 0]);
    expect(metrics.columns.loss).toBeUndefined();
    expect(metrics.columns['objective/kl']!.filter((kl) => kl !== null)).toEqual([0, 0, 0]);
  });

  it('pauses, saves, steps and stops at once while it waits', async () => {
    const on = (await runUpToAsking()).open();
    await on.start(STAGE);
    await until(() => asked(on).length === 1);
    expect(await on.training.pause()).toEqual({ step: 0 });
    expect(await on.training.save()).toEqual({ run: on.run, stage: STAGE, step: 0 });
    expect(await on.training.step()).toEqual({ step: 0 }); // made after the answers
    for (const question of [0, 1, 2]) await on.training.answer({ step: 0, question }, 'a');
    await until(() => on.events.some((event) => event.kind === 'progress' && event.step === 1));
    expect(await on.training.pause()).toEqual({ step: 1 }); // one step, then paused again
    expect(asked(on)).toHaveLength(1);
    expect(await on.training.step()).toEqual({ step: 2 });
    expect(await on.training.step()).toEqual({ step: 2 }); // asks
    await until(() => asked(on).length === 2);
    await on.training.stop();
    expect((await on.store.checkpoints(on.run, STAGE))[0]).toMatchObject({ step: 2 });
  });

  it('paused with the last answer given, learns when it is resumed', async () => {
    const on = (await runUpToAsking()).open();
    await on.start(STAGE);
    await until(() => asked(on).length === 1);
    await on.training.pause();
    for (const question of [0, 1, 2]) await on.training.answer({ step: 0, question }, 'b');
    expect(await on.training.save()).toMatchObject({ step: 0 });
    await on.training.resume();
    await until(() => asked(on).length === 2);
    expect(asked(on)[1]!.step).toBe(2);
    await on.training.stop();
  });

  it('hears nothing about questions that do not wait', async () => {
    const on = (await runUpToAsking()).open();
    await on.training.answer({ step: 0, question: 0 }, 'a');
    await on.start(STAGE);
    await until(() => asked(on).length === 1);
    await on.training.answer({ step: 2, question: 0 }, 'a');
    await on.training.answer({ step: 0, question: 3 }, 'a');
    await on.training.answer({ step: 0, question: -1 }, 'a');
    await on.training.save();
    expect(await preferences(on)).toEqual([]);
    await on.training.stop();
  });

  it('takes an answer back, and keeps that it was given', async () => {
    const on = (await runUpToAsking()).open();
    await on.start(STAGE);
    await until(() => asked(on).length === 1);
    for (const choice of ['a', 'undone', 'b'] as const) await on.training.answer({ step: 0, question: 0 }, choice);
    await on.training.answer({ step: 0, question: 1 }, 'undone'); // of one that was not given
    await answerAllOfFirst(on);
    await until(() => asked(on).length === 2);
    expect((await preferences(on)).map(({ question, choice }) => [question, choice])).toEqual([[0, 'a'], [0, 'undone'], [0, 'b'], [1, 'undone'], [1, 'a'], [2, 'a']]);
    await on.training.stop();

    async function answerAllOfFirst(bench: Bench) {
      for (const question of [1, 2]) await bench.training.answer({ step: 0, question }, 'a');
    }
  });

  it('opened again in the middle of its questions, asks the same ones and remembers what was said, before the first step and later', async () => {
    const { open, store, run } = await runUpToAsking();
    for (const step of [0, 2]) {
      const before = open();
      await before.start(STAGE);
      await until(() => asked(before).length === 1);
      await before.training.answer({ step, question: 1 }, 'b');
      await until(async () => (await preferences({ store, run })).some((said) => said.step === step)); // the worker is killed here: nothing is saved by asking for it
      const after = open();
      await after.start(STAGE);
      await until(() => asked(after).length === 1);
      expect(asked(after)[0]).toEqual({ ...asked(before)[0], choices: [null, 'b', null] });
      await before.training.stop();
      for (const question of [0, 2]) await after.training.answer({ step, question }, 'a');
      await until(() => asked(after).length === 2);
      await after.training.stop();
    }
  });

  it('stopped and opened again at every question, it is the run that was never stopped, bit for bit', async () => {
    const choose = ({ step }: AskedEvent, i: number): Choice => (['a', 'b', 'tie', 'b'] as const)[(step + i) % 4]!;
    const whole = (await runUpToAsking()).open();
    await whole.start(STAGE);
    await answerAll(whole, choose);

    const { open, store, run } = await runUpToAsking();
    for (let isDone = false; !isDone; ) {
      const on = open();
      await on.start(STAGE);
      await until(() => asked(on).length > 0 || on.events.at(-1)?.kind === 'finished');
      const [round] = asked(on);
      isDone = !round;
      const next = round?.choices.indexOf(null) ?? -1;
      if (round) await on.training.answer({ step: round.step, question: next }, choose(round, next));
      if (round && next < 2) await on.training.stop();
      else if (round) await until(() => asked(on).length > 1 || on.events.at(-1)?.kind === 'finished').then(() => on.training.stop());
    }
    const outcomeOf = async (of: Pick<Bench, 'store' | 'run'>) => {
      const [ref] = await of.store.checkpoints(of.run, STAGE);
      const { tensors, state } = (await of.store.checkpoint(ref!))!;
      return { metrics: (await of.store.history(of.run, STAGE)).metrics, state, tensors: Array.from(tensors), said: (await preferences(of)).map(({ choice, step, question }) => [step, question, choice]) };
    };
    expect(await outcomeOf({ store, run })).toEqual(await outcomeOf(whole));
  });

  it('keeps preferences in the run file, and the run goes on from it', async () => {
    const { open, store, run } = await runUpToAsking();
    const on = open();
    await on.start(STAGE);
    await until(() => asked(on).length === 1);
    await on.training.answer({ step: 0, question: 0 }, 'b');
    await on.training.save();
    await on.training.stop();
    const { bytes } = await exportRun(store, run, { appVersion: 'test', vocabulary: TASKS.names.vocabulary });
    const elsewhere = memoryStore();
    const record = await importRun(elsewhere, bytes);
    expect(await preferences({ store: elsewhere, run: record.id })).toEqual(await preferences({ store, run }));
    const again = bench(config, elsewhere, record.id);
    await again.start(STAGE);
    await until(() => asked(again).length === 1);
    expect(asked(again)[0]).toEqual({ ...asked(on)[0], choices: ['b', null, null] });
    await again.training.stop();
  });
});
