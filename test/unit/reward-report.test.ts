/** A reward model's report: sections, biases and ties against what they must be for judges that are known. */
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { withSettings } from '../../src/contract/config';
import { Random } from '../../src/contract/random';
import { disagreementOf, rewardReport, tiesScore, type Scored, type ScoredPair, type ScoredTie } from '../../src/contract/reward-report';
import { TASK_OPTIONS } from '../../src/contract/tasks';
import { memoryStore } from '../../src/storage/memory-store';
import { exportRun, importRun } from '../../src/storage/transfer';
import { TASKS } from '../../src/tasks';
import { isOneLetterApart } from '../../src/tasks/names-benchmark';
import { bench, configFor, PPO, trainAll } from './session-bench';

const pair = (given: Partial<ScoredPair>): ScoredPair => ({ chosen: 1, rejected: 0, chosenLength: 5, rejectedLength: 5, chosenGold: 2, rejectedGold: 1, ...given });
const scored = (given: Partial<Scored>): Scored => ({ step: 10, pairs: [pair({})], unseen: [{ chosen: 1, rejected: 0 }], ceiling: 0.9, members: [], sections: [], ties: [], ...given });
const reportOf = (given: Partial<Scored>) => rewardReport(scored(given), Random.of(1, 'sides'));

describe('biases', () => {
  it('a judge that goes by length alone is right where the chosen side is longer, and only there', () => {
    const pairs = [[3, 7], [7, 3], [8, 2], [2, 9], [4, 4]].map(([chosenLength, rejectedLength]) => pair({ chosen: chosenLength!, rejected: rejectedLength!, chosenLength: chosenLength!, rejectedLength: rejectedLength!, chosenGold: -chosenLength!, rejectedGold: -rejectedLength! }));
    const { length } = reportOf({ pairs });
    expect(length.shorter).toMatchObject({ share: 0, n: 2 });
    expect(length.longer).toMatchObject({ share: 1, n: 2 });
    expect(length.equal).toMatchObject({ share: 0, n: 1 }); // a tie is wrong
    expect(length.reward).toBeCloseTo(1, 12);
    expect(length.gold).toBeCloseTo(-1, 12);
  });

  it('what cannot be measured is left out', () => {
    const report = reportOf({ pairs: [pair({ chosen: 1, rejected: 1 })] });
    expect(report.length).toEqual({ equal: expect.objectContaining({ n: 1 }) });
    expect(report).not.toHaveProperty('temperature');
    expect(report).not.toHaveProperty('ties');
    expect(report).not.toHaveProperty('disagreement');
  });

  it('a judge of each side alone prefers left about as often as right', () => {
    const random = Random.of(3, 'pairs');
    const { position } = reportOf({ pairs: Array.from({ length: 4000 }, () => pair({ chosen: random.next(), rejected: random.next() })) });
    for (const { low, high } of [position.chosen, position.preferred]) {
      expect(low).toBeLessThan(0.5);
      expect(high).toBeGreaterThan(0.5);
    }
  });
});

describe('ties', () => {
  const tie = (equal: number[], worse: number[], chosen: number, rejected: number): ScoredTie => ({ equal, worse, reference: { chosen, rejected } });

  it('score all parts where good answers lie close together and far above the worse', () => {
    expect(tiesScore([tie([5, 5.1], [0], 5, 0)])).toBeCloseTo(1 + 0.01 * Math.tanh(5 / 0.1 - 1), 6);
    expect(tiesScore([tie([5, 5], [0], 5, 0)])).toBeCloseTo(1.01, 12);
  });

  it('score nothing where worse answers are above', () => {
    expect(tiesScore([tie([0, 1], [5], 0, 5)])).toBeCloseTo(0.01 * Math.tanh(-5 - 1), 12);
  });

  it('lose the fifths for closeness where good answers lie further apart than above the worse', () => {
    // Gap 1, spread 3, plain margin 2.
    expect(tiesScore([tie([1, 4], [0], 2, 0)])).toBeCloseTo(0.6 + 0.01 * Math.tanh(1 / 3 - 1), 12);
    // Gap 4 is wider than spread 3, the plain margin 2 is not.
    expect(tiesScore([tie([4, 7], [0], 2, 0)])).toBeCloseTo(0.8 + 0.01 * Math.tanh(2 / 3 - 1), 12);
  });
});

it('members that agree do not disagree, and two that lie 2 apart have a deviation of √2', () => {
  expect(disagreementOf([[1, 2], [1, 2], [1, 2]])).toBe(0);
  expect(disagreementOf([[0, 5], [2, 7]])).toBeCloseTo(Math.SQRT2, 12);
});

describe('the benchmark of names', async () => {
  const { open, file, vocabulary } = TASKS.names;
  const text = await readFile(`public/${file}`, 'utf8');
  const config = v.parse(TASK_OPTIONS.names, { id: 'names' });
  const task = open(text, config);
  const { sections, ties } = task.benchmark();
  const spelled = (prompt: readonly number[], completion: readonly number[]) => [...prompt.slice(1), ...completion.slice(0, -1)].map((token) => vocabulary[token]).join('');

  it('has five sections of 50 pairs and 50 ties, the same each time', () => {
    expect(sections.map(({ id, pairs }) => [id, pairs.length])).toEqual([['easy', 50], ['hard-lexical', 50], ['length-adversarial', 50], ['repetition-adversarial', 50], ['unusual-prompts', 50]]);
    expect(ties).toHaveLength(50);
    expect(open(text, config).benchmark()).toEqual({ sections, ties });
  });

  it('holds names that stand in no training data, each side within the model’s reach', () => {
    const trained = new Set(task.corpus('train').map((tokens) => spelled(tokens.slice(0, 1), tokens.slice(1))));
    for (const { prompt, chosen, rejected } of sections.flatMap(({ pairs }) => pairs)) {
      expect(trained.has(spelled(prompt, chosen))).toBe(false);
      expect(trained.has(spelled(prompt, rejected))).toBe(false);
      expect(prompt.length + Math.max(chosen.length, rejected.length)).toBeLessThanOrEqual(task.context);
      expect(chosen).not.toEqual(rejected);
    }
  });

  it('chooses by true births', () => {
    const births = (prompt: readonly number[], completion: readonly number[]) => 10 ** task.gold(prompt, completion) - 1;
    const of = (id: string) => sections.find((section) => section.id === id)!.pairs;
    for (const { prompt, chosen, rejected } of of('easy')) expect(births(prompt, chosen)).toBeGreaterThanOrEqual(100 * births(prompt, rejected) * (1 - 1e-9));
    for (const { prompt, chosen, rejected } of of('hard-lexical')) {
      expect(births(prompt, chosen)).toBeGreaterThan(4 * births(prompt, rejected));
      expect(isOneLetterApart(spelled(prompt, chosen), spelled(prompt, rejected))).toBe(true);
    }
    for (const { chosen, rejected } of of('length-adversarial')) expect(chosen.length - rejected.length).toBeGreaterThanOrEqual(2); // longer names are rarer in the 1950s
    for (const { prompt, rejected } of of('repetition-adversarial')) expect(task.isReal(prompt, rejected)).toBe(false);
    for (const { prompt, equal, worse } of ties) {
      const [a, b] = equal.map((completion) => births(prompt, completion));
      expect(Math.max(a!, b!) / Math.min(a!, b!)).toBeLessThan(1.26);
      expect(Math.min(a!, b!)).toBeGreaterThanOrEqual(5 * births(prompt, worse[0]!) * (1 - 1e-9));
    }
  });

  it.each(['1880', '2020'])('can be made of the %ss too', (decade) => {
    const other = open(text, { ...config, decade } as typeof config).benchmark(); // one of the decades
    expect(other.sections.length).toBe(5);
    for (const { pairs } of other.sections) expect(pairs.length).toBeGreaterThan(10);
  });

  it.each([['mary', 'marie'], ['ann', 'anna'], ['jon', 'jan']])('%s and %s', (a, b) => {
    expect(isOneLetterApart(a, b)).toBe(a !== 'mary');
    expect(isOneLetterApart(b, a)).toBe(a !== 'mary');
  });
});

it('a stage’s report is kept with it and travels in its file; a stage resumed at its end does not lose it', async () => {
  const on = bench(withSettings(configFor('names-ppo', PPO), ['reward-model.evaluateOn=16', 'reward-model.ensemble=2']));
  await on.store.putRun({ id: on.run, name: 'reported', config: on.config, created: 1, appVersion: 'test', parents: [] });
  await trainAll(on);
  const recordIn = async (store: typeof on.store, run: typeof on.run) => (await store.stages(run)).find(({ stage }) => stage === 'reward-model')!;
  const { report } = await recordIn(on.store, on.run);
  expect(report).toMatchObject({ step: 6, accuracy: { n: 64 }, unseenAccuracy: { n: 64 }, position: { chosen: { n: 64 } } });
  expect(report!.disagreement).toBeGreaterThan(0);
  expect(report!.sections).toHaveLength(5);
  expect(on.events).toContainEqual({ kind: 'report', stage: 'reward-model', report });

  const { bytes } = await exportRun(on.store, on.run, { appVersion: 'test', vocabulary: TASKS.names.vocabulary });
  const elsewhere = memoryStore();
  const { id } = await importRun(elsewhere, bytes);
  expect((await recordIn(elsewhere, id)).report).toEqual(report);

  const there = bench(on.config, elsewhere, id);
  await there.start('reward-model');
  await there.training.ended();
  expect((await recordIn(elsewhere, id)).report).toEqual(report);
});
