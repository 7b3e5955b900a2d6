/** The report on the perplexity filter, made from made-up runs: each task by itself, arms beside each other, and differences seed by seed. */
import { expect, test } from 'vitest';
import { ARMS } from '../../src/contract/algorithms/perplexity-filter';
import { appendRow, emptyColumns, type MetricRow } from '../../src/contract/metrics';
import { perplexityFilter } from '../../src/experiments/perplexity-filter';
import type { RunResult, Table } from '../../src/experiments';

const planned = perplexityFilter.plan([1, 2], []);

const resultOf = (config: (typeof planned)[number]): RunResult => ({
  config,
  stages: config.stages.map(({ id }) => {
    const place = ARMS.findIndex((arm) => id.endsWith(`-${arm}`));
    const row: MetricRow = id.startsWith('pairs-') ? { 'filter/kept': 100, 'labels/asked': 100 + place, 'filter/nll_kept': 3 + place, 'filter/kept_people': 0.4 }
      : id.startsWith('judge-') ? { eval_seen_accuracy: 0.6, eval_unseen_accuracy: 0.5 + place / 100 }
        : { 'gold/win_rate': 0.6 - place / 100 + config.seed / 1000, 'objective/kl': 1 };
    const history = emptyColumns();
    appendRow(history, 1, row);
    return { id, seconds: 1, history };
  }),
});

const cell = ({ columns, rows }: Table, row: string, column: string) => rows.find(({ name }) => name === row)!.cells[columns.findIndex(({ name }) => name === column)];

test('every seed is a run of each task, with all arms from one beginning', () => {
  expect(planned.map(({ task, seed }) => `${task.id} ${seed}`)).toEqual(['sentences 1', 'stories 1', 'sentences 2', 'stories 2']);
  for (const { stages } of planned) for (const arm of ARMS) expect(stages.find(({ id }) => id === `dpo-${arm}`)).toMatchObject({ start: { policy: 'sft', pairs: `pairs-${arm}` } });
});

test('win rates, accuracies and costs of all five arms, with intervals; the filter against each control in the same run', () => {
  const { tables } = perplexityFilter.report(planned.map(resultOf));
  expect(tables).toHaveLength(6);
  const [arms, paired, sources] = tables as [Table, Table, Table]; // three a task
  expect(arms.rows.map(({ name }) => name)).toEqual([...ARMS]);
  expect(cell(arms, 'filtered', 'gold win rate')).toMatchObject({ mean: expect.closeTo(0.6015, 10), values: [0.601, 0.602] });
  expect(cell(arms, 'on-policy', 'labels asked')!.mean).toBe(104);
  expect(cell(arms, 'random', 'reward model, unseen')!.mean).toBeCloseTo(0.52, 10);
  // The seeds' own differences are the same, so the difference is sure although each rate is not.
  const difference = cell(paired, 'filtered − random', 'gold win rate')!;
  expect(difference.mean).toBeCloseTo(0.02, 10);
  expect(difference.high - difference.low).toBeCloseTo(0, 10);
  expect(cell(sources, 'People', 'kept')!.mean).toBe(0.4);
});

test('of nothing trained yet there is nothing to report, and half a run is left out', () => {
  expect(perplexityFilter.report([]).tables).toEqual([]);
  const half = resultOf(planned[0]!);
  const { tables } = perplexityFilter.report([{ ...half, stages: half.stages.slice(0, 4) }]);
  expect(tables[0]!.rows.every(({ cells }) => cells.every((each) => each === null))).toBe(true);
});
