/** The table of methods, made from made-up runs: which number stands where, and how sure it is. */
import { describe, expect, test } from 'vitest';
import { appendRow, emptyColumns, type MetricRow } from '../../src/contract/metrics';
import { compare } from '../../src/experiments/compare';
import type { RunResult } from '../../src/experiments';

const [planned] = compare.plan([1], []);
const config = planned!;

const historyOf = (...rows: [step: number, row: MetricRow][]) => {
  const history = emptyColumns();
  for (const [step, row] of rows) appendRow(history, step, row);
  return history;
};

const resultOf = (seed: number, stages: Record<string, { seconds?: number; rows: [number, MetricRow][] }>): RunResult => ({
  config: { ...config, seed },
  stages: Object.entries(stages).map(([id, { seconds = 1, rows }]) => ({ id, seconds, history: historyOf(...rows) })),
});

const tableOf = (results: readonly RunResult[]) => compare.report(results).tables[0]!;
const cell = (results: readonly RunResult[], row: string, column: string) => {
  const { rows, columns } = tableOf(results);
  return rows.find(({ name }) => name === row)!.cells[columns.findIndex(({ name }) => name === column)];
};

const runs = [1, 2].map((seed) =>
  resultOf(seed, {
    sft: { rows: [[1, { 'gold/reward': 0.3, 'samples/distinct': 1, 'samples/valid_fraction': 0.2, 'gold/win_rate': 0.6 }]] },
    'reward-model': { seconds: 20, rows: [[1, { eval_seen_accuracy: 0.5 }], [2, { eval_seen_accuracy: 0.7 + seed / 10, eval_unseen_accuracy: 0.6 }]] },
    dpo: { seconds: 30, rows: [[1, { 'gold/win_rate': 0.1, 'eval_seen_rewards/accuracies': 0.8 }], [2, { 'gold/win_rate': 0.5 + seed / 100 }]] },
    'best-of-n': { rows: [1, 2, 4, 8, 16].map((n): [number, MetricRow] => [n, { 'gold/win_rate': 0.5 + n / 100, 'gold/ceiling_win_rate': 0.5 + n / 50 }]) },
    ppo: { seconds: 10, rows: [[1, { 'gold/win_rate': 0.6, 'objective/kl': 3, 'samples/valid_fraction': 0.5 }]] },
  }),
);

test('has a line for where the methods start and one for each method, in the recipe’s order', () => {
  const names = tableOf(runs).rows.map(({ name }) => name);
  expect(names[0]).toBe('sft');
  expect(names).toEqual(expect.arrayContaining(['dpo', 'ipo', 'kto', 'ppo']));
});

describe('a cell', () => {
  test('is the mean over seeds of the last value, with Student’s interval and the seeds’ own values', () => {
    const win = cell(runs, 'dpo', 'gold win rate')!;
    expect(win.mean).toBeCloseTo(0.515, 10);
    expect(win.values).toEqual([0.51, 0.52]);
    expect(win.high - win.mean).toBeCloseTo(12.7062 * 0.005, 6); // standard error of 0.51 and 0.52
  });

  test('of accuracy is the policy’s own where it has one, else that of the reward model it learned from', () => {
    expect(cell(runs, 'dpo', 'accuracy, seen')!.mean).toBe(0.8);
    expect(cell(runs, 'ppo', 'accuracy, seen')!.values).toEqual([0.7999999999999999, 0.8999999999999999]);
    expect(cell(runs, 'sft', 'accuracy, seen')).toBeNull();
  });

  test('of the most a method could win counts its real names as wins and what neither answers as ties', () => {
    expect(cell(runs, 'ppo', 'most for its real names')!.mean).toBeCloseTo(0.5 + 0.5 * 0.5 * 0.8, 10);
    expect(cell(runs, 'dpo', 'most for its real names')).toBeNull();
  });

  test('of time counts the reward model for a method that needs it, and nothing for the start', () => {
    expect(cell(runs, 'ppo', 'time')!.mean).toBe(30);
    expect(cell(runs, 'dpo', 'time')!.mean).toBe(30);
    expect(cell(runs, 'sft', 'time')).toBeNull();
  });

  test('of the start says what it is like, but no win rate: that is against another model', () => {
    expect(cell(runs, 'sft', 'gold reward')!.mean).toBe(0.3);
    expect(cell(runs, 'sft', 'gold win rate')).toBeNull();
  });

  test('is empty for a method that has not run', () => {
    expect(cell(runs, 'kto', 'gold win rate')).toBeNull();
  });
});

test('best-of-n is looked at where n is 16, and held against the most that choosing could give', () => {
  expect(cell(runs, 'best-of-16', 'gold win rate')!.mean).toBeCloseTo(0.66, 10);
  const { rows } = compare.report(runs).tables[1]!;
  expect(rows.map(({ name }) => name)).toEqual(['1', '4', '16']);
  const [win, ceiling] = rows[2]!.cells;
  expect(win!.mean).toBeCloseTo(0.66, 10);
  expect(ceiling!.mean).toBeCloseTo(0.82, 10);
});

test('of no runs is an empty table', () => {
  expect(tableOf([]).rows).toEqual([]);
});

test('counts gold in what the task counts it in', () => {
  for (const { columns } of compare.report(runs).tables) for (const { name, unit } of columns) if (/^gold.(reward|ceiling)$/.test(name)) expect(unit, name).toBe('log10 births');
});

test('draws each measure along training and every method by distance, and nothing of no runs', () => {
  const { curves, frontiers } = compare.report(runs);
  const win = curves.find(({ title }) => title === 'gold/win_rate')!;
  expect(win.curves.find(({ name }) => name === 'dpo')!.points.map(({ value }) => value.mean)).toEqual([0.1, expect.closeTo(0.515, 10)]);
  expect(win.curves.map(({ name }) => name)).not.toContain('best-of-n'); // its steps are no training
  expect(frontiers).toEqual([]); // a single point is no way
  expect(compare.report([])).toMatchObject({ curves: [], frontiers: [] });
});
