/** What a list of runs shows: what a run came to, in which order runs stand, what the filter finds, and in what configurations differ. Pure. */
import { describe, expect, test } from 'vitest';
import { partsOf, withSettings } from '../../src/contract/config';
import { appendRow, emptyColumns, type MetricRow } from '../../src/contract/metrics';
import { configDifferences } from '../../src/state/config-differences';
import { comparedOf, stagesOf } from '../../src/state/final-values';
import { outcomeOf } from '../../src/state/outcome';
import { shortName } from '../../src/state/short-name';
import { configOf, recipeOf } from '../../src/recipes';
import { inOrder, matching } from '../../src/views/run-order';
import { asRunId } from '../../src/contract/ids';
import { recordOf } from './made-runs';

const columns = (rows: readonly MetricRow[]) => {
  const metrics = emptyColumns();
  rows.forEach((row, step) => appendRow(metrics, step, row));
  return metrics;
};

describe('what a run came to', () => {
  test('is its gold reward where there is one, and the next best number', () => {
    expect(outcomeOf('ppo', columns([{ loss: 3, 'gold/reward': 1 }, { loss: 2 }, { eval_loss: 4, 'gold/reward': 2 }]))).toEqual({
      stage: 'ppo', metric: 'gold/reward', curve: [1, 2], finals: [{ metric: 'gold/reward', value: 2 }, { metric: 'eval_loss', value: 4 }], gold: 2,
    });
  });

  test.each<[MetricRow, string | null]>([
    [{ loss: 1, eval_loss: 2, eval_unseen_accuracy: 0.7 }, 'eval_unseen_accuracy'],
    [{ loss: 1, 'eval_unseen_rewards/accuracies': 0.7 }, 'eval_unseen_rewards/accuracies'],
    [{ loss: 1, eval_loss: 2 }, 'eval_loss'],
    [{ loss: 1 }, 'loss'],
    [{ grad_norm: 1 }, null],
  ])('of %j alone is %s', (row, metric) => expect(outcomeOf('sft', columns([row]))).toMatchObject({ metric, gold: null }));

  test('has a curve no longer than can be seen, with both ends', () => {
    const { curve } = outcomeOf('sft', columns(Array.from({ length: 2000 }, (_, i) => ({ loss: i }))));
    expect([curve.length <= 129, curve[0], curve.at(-1)]).toEqual([true, 0, 1999]);
    expect(outcomeOf('', emptyColumns())).toEqual({ stage: '', metric: null, curve: [], finals: [], gold: null });
  });
});

/** As the list has them, of what order and filter look at. */
const run = (name: string, created: number, bytes: number, tags: string[] = []) => ({
  record: { ...recordOf(asRunId(name), created), name, tags }, stages: [], checkpoints: [], settings: [], bytes, isFinished: true, words: `${name} ${tags.join(' ')}`,
});
const [ten, two, last] = [run('seed 10', 3, 5, ['good', 'long']), run('seed 2', 2, 9), run('other', 1, 7, ['goodness'])];
const RUNS = [two, last, ten];
const namesOf = (placed: readonly { run: { record: { name: string } } }[]) => placed.map(({ run: { record } }) => record.name);

test('orders: newest, by name with numbers as numbers, largest, best; runs without a gold reward last', () => {
  const gold = new Map([[ten, NaN], [last, -1]]);
  const goldOf = (each: (typeof RUNS)[number]) => gold.get(each) ?? null;
  expect(namesOf(inOrder(RUNS, 'newest', () => null))).toEqual(['seed 10', 'seed 2', 'other']);
  expect(namesOf(inOrder(RUNS, 'name', () => null))).toEqual(['other', 'seed 2', 'seed 10']);
  expect(namesOf(inOrder(RUNS, 'size', () => null))).toEqual(['seed 2', 'other', 'seed 10']);
  expect(namesOf(inOrder(RUNS, 'gold', (each) => goldOf(each as (typeof RUNS)[number])))[0]).toBe('other'); // they are those
  expect(namesOf(inOrder(RUNS, 'gold', () => null))).toEqual(['seed 10', 'seed 2', 'other']);
});

describe('lineage', () => {
  const from = (name: string, created: number, ...parents: string[]) => {
    const made = run(name, created, 1);
    return { ...made, record: { ...made.record, id: asRunId(name), parents: parents.map((parent) => ({ run: asRunId(parent), stage: 'sft', step: 1 })) } };
  };
  const drawn = (runs: Parameters<typeof inOrder>[0]) => inOrder(runs, 'lineage', () => null).map((placed) => `${'-'.repeat(placed.depth)}${placed.run.record.name}`);

  test('draws each run below the one it comes from, branches in the order they were made', () => {
    expect(drawn([from('d', 5, 'b', 'a'), from('c', 4, 'gone', 'a'), from('e', 6), from('b', 3, 'a'), from('a', 2), from('f', 1, 'gone')])).toEqual(['e', 'a', '-b', '--d', '-c', 'f']);
  });

  test('takes what is not shown for not there, and ends where files claim a circle', () => {
    expect(drawn([from('d', 5, 'b'), from('a', 2)])).toEqual(['d', 'a']);
    expect(drawn([from('x', 1, 'y'), from('y', 2, 'x'), from('z', 3, 'z')])).toEqual(['z', 'x', '-y']);
    expect(drawn([])).toEqual([]);
  });
});

test.each([['', 3], ['seed', 2], ['SEED 2', 1], ['#good', 2], ['#goodn', 1], ['#ood', 0], ['good', 2], ['#long seed', 1], ['#', 3]])('the filter %j finds %d', (filter, count) =>
  expect(matching(RUNS, filter)).toHaveLength(count));

describe('in what configurations differ', () => {
  const dpo = configOf(recipeOf('names-dpo'), 1);
  const beta = String(partsOf(dpo).get('dpo')?.values['beta']);

  test('is nothing where they do not, and whatever was set where they do', () => {
    expect(configDifferences([dpo, structuredClone(dpo)])).toEqual([]);
    expect(configDifferences([dpo])).toEqual([]);
    expect(configDifferences([dpo, withSettings({ ...dpo, seed: 3 }, ['dpo.beta=0.7', 'model.width=32'])])).toEqual([
      { setting: 'seed', values: ['1', '3'] },
      { setting: 'model.width', values: [String(dpo.model.width), '32'] },
      { setting: 'dpo.beta', values: [beta, '0.7'] },
    ]);
  });

  test('leaves out what a single one has, and shows a hole where another has none', () => {
    const ppo = configOf(recipeOf('names-ppo'), 1);
    const found = configDifferences([dpo, ppo, withSettings(dpo, ['dpo.beta=0.7'])]);
    expect(found).toContainEqual({ setting: 'dpo.beta', values: [beta, undefined, '0.7'] });
    expect(found.filter(({ setting }) => setting.startsWith('ppo') || setting.startsWith('reward-model'))).toEqual([]);
    expect(found.find(({ setting }) => setting === 'stages')?.values[1]).toBe('pretrain → sft → reward-model → ppo');
  });
});

test('each run is compared at its own last stage, also beside one that skipped its first', () => {
  const config = configOf(recipeOf('names-dpo'), 1);
  const of = (id: string, stages: readonly string[]) => ({ record: { id: asRunId(id), name: id, config }, histories: new Map(config.stages.map((stage) => [stage.id, columns(stages.includes(stage.id) ? [{ loss: 1 }] : [])])) });
  const runs = [of('branch', ['dpo']), of('whole', ['pretrain', 'sft', 'dpo']), of('begun', ['pretrain'])];
  expect(stagesOf(runs)).toEqual(['pretrain', 'sft', 'dpo']);
  expect(comparedOf(runs, '').map(({ stage }) => stage)).toEqual(['dpo', 'dpo', 'pretrain']);
});

test.each([['short', 'short'], ['x'.repeat(60), 'x'.repeat(60)], ['x'.repeat(61), `${'x'.repeat(59)}…`]])('in a sentence %j is %j', (name, short) => expect(shortName(name)).toBe(short));
