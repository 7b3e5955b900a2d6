/** The experiment on raters: what it trains, and what its table says of runs. */
import { describe, expect, it } from 'vitest';
import { appendRow, emptyColumns } from '../../src/contract/metrics';
import type { RunResult } from '../../src/experiments';
import { raters } from '../../src/experiments/raters';

const runs = raters.plan([1, 2], []);

describe('the experiment on raters', () => {
  it('trains one reward model an arm and seed, which differ in who labelled and in nothing else', () => {
    expect(runs).toHaveLength(20);
    expect(new Set(runs.map(({ recipe }) => recipe)).size).toBe(10);
    expect(runs.map(({ seed, task }) => [seed, 'panel' in task && task.panel])).toEqual(runs.map(({ seed }) => [seed, seed]));
    for (const { stages, model } of runs) expect({ stages, model }).toEqual({ stages: runs[0]!.stages, model: runs[0]!.model });
    const [first] = runs;
    expect(new Set(runs.slice(0, 10).map(({ task }) => JSON.stringify(task))).size).toBe(10);
    expect(first!.task).toMatchObject({ raters: 1, raterNoise: 1, bias: 0, disagreement: 0, labels: 'votes' });
  });

  it('takes settings for every arm, and refuses those that do not exist', () => {
    expect(raters.plan([1], ['reward-model.steps=3', 'task.pairs=100']).every(({ stages, task }) => stages[1]!.train.steps === 3 && 'pairs' in task && task.pairs === 100)).toBe(true);
    expect(() => raters.plan([1], ['nothing.steps=1'])).toThrowError(expect.objectContaining({ code: 'unknown-knob' }));
  });

  it('makes a row of each arm that was trained, with means over its seeds alone', () => {
    const resultOf = (index: number): RunResult => {
      const config = runs[index]!; // ten arms of two seeds
      const history = emptyColumns();
      appendRow(history, 62, { label_accuracy: 0.6 + 0.01 * index, eval_nll: 0.5 });
      return { config, stages: [{ id: 'base', seconds: 1, history: emptyColumns() }, { id: 'reward-model', seconds: 1, history }] };
    };
    const { tables: [table] } = raters.report([resultOf(1), resultOf(11), resultOf(6)]);
    expect(table!.rows.map(({ name }) => name)).toEqual(['noise ×4', 'noise ×4, votes of five']);
    expect(table!.rows.map(({ cells: [labels] }) => labels!.mean)).toEqual([expect.closeTo(0.66, 12), expect.closeTo(0.66, 12)]);
    expect(table!.rows[0]!.cells[1]).toBeNull();
    expect(raters.report([]).tables).toEqual([]);
  });
});
