/** What is asked about, who answers, and what becomes of the answers. */
import { beforeAll, describe, expect, it } from 'vitest';
import { parseRunConfig } from '../../src/contract/config';
import type { MetricColumns } from '../../src/contract/metrics';
import { memoryStore } from '../../src/storage/memory-store';
import type { RunBundle } from '../../src/storage/run-store';
import { openTask, type Task } from '../../src/tasks';
import { pairsIn } from '../../src/tasks/pair-lists';
import type { PreferencePair } from '../../src/tasks/task';
import { implicitGaps, picked, promptEntropy } from '../../workers/stage/acquisition';
import { TASK_DOORS } from '../../scripts/task-doors';
import { goldAgreement } from '../../workers/stage/questions';
import { bench } from './session-bench';

describe('which candidates are asked about', () => {
  const scores = [0.5, 2, 0, 2, 1];

  it('random takes the first drawn, whatever is known of them', () => {
    expect(picked('random', scores, 3)).toEqual([0, 1, 2]);
  });

  it('entropy and certainty take the largest, uncertainty the smallest, and the first drawn of those that score alike', () => {
    expect(picked('entropy', scores, 3)).toEqual([1, 3, 4]);
    expect(picked('certainty', scores, 3)).toEqual([1, 3, 4]);
    expect(picked('uncertainty', scores, 2)).toEqual([2, 0]);
    for (const strategy of ['entropy', 'certainty', 'uncertainty'] as const) expect(picked(strategy, [0, 0, 0, 0], 2)).toEqual([0, 1]);
  });

  it('asks about all there are where there are fewer, and about nothing where there is nothing', () => {
    expect(picked('certainty', [1, 3], 5)).toEqual([1, 0]);
    expect(picked('random', [], 5)).toEqual([]);
  });

  it('the gap between implicit rewards has no sign and no scale: which side stands first changes nothing', () => {
    expect(implicitGaps([1, -2, 0, -3, 2, 0])).toEqual([4, 4, 0]);
    expect(implicitGaps([-3, 2, 0, 1, -2, 0])).toEqual([4, 4, 0]);
    expect(implicitGaps([])).toEqual([]);
  });

  it('the entropy of a prompt is minus the mean log-probability of its answers', () => {
    expect(promptEntropy(Float32Array.of(-1, -2, -6))).toBe(3);
    const fair = Math.log(1 / 8); // each of eight answers as likely as any other
    expect(promptEntropy(new Float32Array(5).fill(fair))).toBeCloseTo(Math.log(8), 6);
  });
});

const SIZE = { evaluateOn: 16, batchSize: 8 };
const configWith = (last: Record<string, unknown>, ...after: object[]) =>
  parseRunConfig({
    recipe: 'labels', seed: 1, task: { id: 'names', pairs: 256 }, model: { width: 16, layers: 1, heads: 2 },
    stages: [
      { id: 'pretrain', start: {}, train: { algorithm: 'pretrain', steps: 6, ...SIZE } },
      { id: 'sft', start: { policy: 'pretrain' }, train: { algorithm: 'sft', steps: 6, ...SIZE } },
      { id: 'labels', start: { policy: 'sft' }, train: { algorithm: 'labels', steps: 4, questions: 6, ...last } },
      ...after,
    ],
  });

let base: RunBundle;
let task: Task;

beforeAll(async () => {
  const config = configWith({});
  const on = bench(config);
  await on.store.putRun({ id: on.run, name: 'base', config, created: 0, appVersion: 'test', parents: [] });
  for (const id of ['pretrain', 'sft']) {
    await on.start(id);
    await on.training.ended();
  }
  base = (await on.store.bundle(on.run))!; // put there above
  task = await openTask(config.task, TASK_DOORS);
}, 60_000);

interface Labelled {
  pairs: PreferencePair[];
  metrics: MetricColumns;
  failure: string;
}

/** Trains all stages after the base. @returns the last that made pairs */
async function labelled(config: ReturnType<typeof configWith>): Promise<Labelled & { of(stage: string): Promise<MetricColumns> }> {
  const store = memoryStore();
  await store.putBundle(base);
  const on = bench(config, store, base.record.id);
  for (const { id } of config.stages.slice(2)) {
    await on.start(id);
    await on.training.ended();
  }
  const failed = on.events.find((event) => event.kind === 'failed');
  const last = config.stages.findLast(({ train }) => train.algorithm === 'labels')!.id; // there is one
  const [ref] = await store.checkpoints(on.run, last);
  const of = async (stage: string) => (await store.history(on.run, stage)).metrics;
  return { pairs: ref ? pairsIn((await store.checkpoint(ref))!.state) : [], metrics: await of(last), failure: failed ? failed.failure.code : '', of };
}

const keyOf = ({ prompt, chosen, rejected }: PreferencePair) => [prompt.join(), ...[chosen.join(), rejected.join()].sort()].join('|');
const lastOf = ({ columns }: MetricColumns, name: keyof MetricColumns['columns']) => columns[name]?.at(-1) ?? null;

describe('a stage that asks for labels', () => {
  it('asks so many, keeps a pair for each answer, and counts what it sampled', async () => {
    const { pairs, metrics, failure } = await labelled(configWith({}));
    expect(failure).toBe('');
    expect(metrics.steps).toEqual([1, 2, 3, 4]);
    expect(metrics.columns['labels/asked']).toEqual([6, 12, 18, 24]);
    expect(metrics.columns['labels/kept']).toEqual([6, 12, 18, 24]);
    expect(pairs).toHaveLength(24);
    for (const { chosen, rejected } of pairs) expect(chosen).not.toEqual(rejected);
    expect(lastOf(metrics, 'tokens/generated')).toBeGreaterThan(4 * 24);
    expect(lastOf(metrics, 'labels/first_chosen')).toBeGreaterThan(0.1);
    expect(lastOf(metrics, 'labels/first_chosen')).toBeLessThan(0.9);
  });

  it('the true reward chooses the better side, and what it cannot tell apart makes no pair', async () => {
    const { pairs, metrics } = await labelled(configWith({ judge: 'gold' }));
    for (const pair of pairs) expect(goldAgreement(task, pair)).toBe(1);
    expect(lastOf(metrics, 'labels/kept')).toBe(pairs.length);
    expect(pairs.length).toBeLessThan(24); // most of what so young a model writes is nobody's name
  });

  it('pairs of the data are asked about once each, and raters say of them what the data says', async () => {
    const { pairs } = await labelled(configWith({ source: 'data', steps: 16, questions: 16, overGenerate: 2, strategy: 'certainty' }));
    expect(pairs).toHaveLength(256);
    const all = task.pairs('train');
    const byKey = new Map(all.map((pair) => [keyOf(pair), pair]));
    expect(new Set(pairs.map(keyOf)).size).toBe(byKey.size);
    for (const pair of pairs) expect(all).toContainEqual(pair);
  });

  it('a later round stands behind the earlier ones and asks nothing of theirs again', async () => {
    const config = configWith({ source: 'data', steps: 8, questions: 16 }, { id: 'labels-2', start: { policy: 'sft', reference: 'sft', pairs: 'labels' }, train: { algorithm: 'labels', source: 'data', steps: 8, questions: 8, strategy: 'uncertainty' } });
    const { pairs, metrics } = await labelled(config);
    expect(metrics.columns['labels/asked']!.at(-1)).toBe(64);
    expect(metrics.columns['labels/kept']!.at(-1)).toBe(192);
    expect(new Set(pairs.map(keyOf)).size).toBe(192);
  });

  it('a policy that is its own reference is equally sure of everything: certainty asks about the first drawn', async () => {
    const ofStrategy = async (strategy: string) => (await labelled({ ...configWith({ strategy, overGenerate: 2 }), stages: configWith({ strategy, overGenerate: 2 }).stages.map((stage) => (stage.id === 'labels' ? { ...stage, start: { policy: 'sft', reference: 'sft' } } : stage)) })).pairs;
    expect(await ofStrategy('certainty')).toEqual(await ofStrategy('random'));
    expect(await ofStrategy('entropy')).not.toEqual(await ofStrategy('random'));
  });

  it('says so where there are not that many pairs, and where there is nothing to learn from', async () => {
    expect((await labelled(configWith({ source: 'data', steps: 100 }))).failure).toBe('invalid-config');
    const learning = { id: 'dpo', start: { policy: 'sft', pairs: 'labels' }, train: { algorithm: 'dpo', steps: 2, evaluateOn: 16 } };
    const nothing = configWith({ steps: 1, questions: 1, judge: 'gold' }, learning); // the first pair is a tie
    expect(await labelled(nothing)).toMatchObject({ pairs: [], failure: 'no-pairs' });
  });

  it.each(['dpo', 'reward-model', 'kto'])('%s learns from fewer pairs than a batch holds', async (algorithm) => {
    const start = { [algorithm === 'reward-model' ? 'trunk' : 'policy']: 'sft', pairs: 'labels' };
    const { failure, of } = await labelled(configWith({ steps: 1, questions: 5 }, { id: 'learn', start, train: { algorithm, steps: 2, evaluateOn: 16, batchSize: 32 } }));
    expect(failure).toBe('');
    expect((await of('learn')).steps).toEqual([1, 2]);
  });
});
