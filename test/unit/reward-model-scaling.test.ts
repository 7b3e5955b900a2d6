/** The experiment on size and labels: what it trains, and what its table says of runs. */
import { describe, expect, it } from 'vitest';
import { appendRow, emptyColumns, type MetricRow } from '../../src/contract/metrics';
import type { RunResult } from '../../src/experiments';
import { rewardModelScaling } from '../../src/experiments/reward-model-scaling';

const runs = rewardModelScaling.plan([1, 2], []);

/** Accuracy falls with the stage's place, and by a tenth more in the second seed. */
const resultOf = (index: number): RunResult => {
  const config = runs[index]!;
  return {
    config,
    stages: config.stages.map(({ id }, place) => {
      const history = emptyColumns();
      const row: MetricRow = id.startsWith('reward') ? { eval_seen_accuracy: 0.9 - 0.01 * place - 0.1 * index, eval_nll: 0.5 } : { loss: 1 };
      appendRow(history, 250, row);
      return { id, seconds: 1, history };
    }),
  };
};

describe('reward models by size and labels', () => {
  it('are three sizes times four numbers of labels, each from a policy of its own shape', () => {
    const [config] = runs;
    const judges = config!.stages.filter(({ train }) => train.algorithm === 'reward-model');
    expect(judges).toHaveLength(12);
    expect(new Set(judges.map(({ model }) => model?.width))).toEqual(new Set([16, 32, 64]));
    for (const { start, model } of judges) expect(config!.stages.find(({ id }) => id === start['trunk'])!.model).toEqual(model);
    expect(runs.map(({ seed }) => seed)).toEqual([1, 2]);
  });

  it('take settings, and refuse those that do not exist', () => {
    const [config] = rewardModelScaling.plan([1], ['reward-small-500.steps=10']);
    expect(config!.stages.find(({ id }) => id === 'reward-small-500')!.train.steps).toBe(10);
    expect(() => rewardModelScaling.plan([1], ['nothing.steps=1'])).toThrowError(expect.objectContaining({ code: 'unknown-knob' }));
  });

  it('make a row each, a mean over seeds with its interval', () => {
    const { tables: [table] } = rewardModelScaling.report([resultOf(0), resultOf(1)]);
    expect(table!.rows).toHaveLength(12);
    const [first] = table!.rows;
    expect(first!.name).toBe('width 16, 1 layer, 500 labels');
    const [accuracy, unseen, nll, , , steps] = first!.cells;
    expect(accuracy!.mean).toBeCloseTo(0.9 - 0.02 - 0.05, 12);
    expect(accuracy!.low).toBeLessThan(accuracy!.mean);
    expect(unseen).toBeNull();
    expect(nll!.mean).toBeCloseTo(0.5, 12);
    expect(steps!.mean).toBe(250);
  });

  it('of no runs have no table', () => {
    expect(rewardModelScaling.report([]).tables).toEqual([]);
  });
});
