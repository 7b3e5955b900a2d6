/** The experiment on what to ask about: what it trains, and how many labels its report says are needed. */
import { describe, expect, it } from 'vitest';
import { STRATEGIES } from '../../src/contract/algorithms/labels';
import { appendRow, emptyColumns, type MetricRow } from '../../src/contract/metrics';
import type { RunResult } from '../../src/experiments';
import { activeLabels } from '../../src/experiments/active-labels';
import { labelsTo, meanPath, neededBy, type Path } from '../../src/experiments/labels-needed';

const pathOf = (...values: number[]): Path => values.map((value, i) => ({ labels: 10 * i, value }));

describe('labels to a target', () => {
  it('lie on the straight line between two rounds, and are the first that get there', () => {
    expect(labelsTo(pathOf(0, 1, 3), 2)).toBe(15);
    expect(labelsTo(pathOf(0, 1, 3), 1)).toBe(10);
    expect(labelsTo(pathOf(0, 4, 2, 4), 3)).toBe(7.5);
  });

  it('are none where it is there from the beginning, and unknown where it never is', () => {
    expect(labelsTo(pathOf(2, 3), 1)).toBe(0);
    expect(labelsTo(pathOf(0, 1), 1.1)).toBeUndefined();
    expect(labelsTo([], 0)).toBeUndefined();
  });

  it('a mean over seeds is one point by point', () => {
    expect(meanPath([pathOf(0, 1), pathOf(2, 5)])).toEqual(pathOf(1, 3));
  });
});

describe('labels needed over seeds', () => {
  const random = [pathOf(0, 1, 2), pathOf(0, 2, 4)];

  it('twice as fast saves half, surely where every seed says so', () => {
    const { fast, random: itself } = neededBy({ fast: [pathOf(0, 2, 4), pathOf(0, 4, 8)], random }, 'random');
    expect(itself).toMatchObject({ labels: { mean: 20, low: 20, high: 20 }, saved: null, reaches: 1 });
    expect(fast).toMatchObject({ labels: { mean: 10, low: 10, high: 10, values: [10, 10] }, saved: { mean: 0.5, low: 0.5, high: 0.5 }, reaches: 1 });
  });

  it('seeds that disagree leave an interval, the same each time', () => {
    const mixed = { mixed: [pathOf(0, 4, 4), pathOf(0, 1, 4)], random };
    const { mixed: once } = neededBy(mixed, 'random');
    expect(neededBy(mixed, 'random').mixed).toEqual(once);
    expect(once.labels!.values).toEqual([5, 20]);
    expect(once.labels!.low).toBe(5);
    expect(once.labels!.high).toBe(20);
    expect(once.saved!.low).toBe(0);
  });

  it('what never gets there has no number, and says how seldom it might', () => {
    expect(neededBy({ slow: [pathOf(0, 0, 1), pathOf(0, 1, 3)], random }, 'random').slow).toEqual({ labels: null, saved: null, reaches: 0 });
  });

  it('one seed has no interval', () => {
    expect(neededBy({ fast: [pathOf(0, 2, 4)], random: [random[0]!] }, 'random').fast).toMatchObject({ labels: { mean: 10, low: 10, high: 10 }, reaches: 1 });
  });
});

describe('the experiment', () => {
  const runs = activeLabels.plan([1, 2], []);
  const [config] = runs;
  const asking = config!.stages.filter(({ train }) => train.algorithm === 'labels');
  const learning = config!.stages.filter(({ train }) => train.algorithm === 'dpo');

  /** Certainty is ahead by as much as others gain in a round. */
  const resultOf = (index: number): RunResult => ({
    config: runs[index]!,
    stages: config!.stages.map(({ id }) => {
      const history = emptyColumns();
      const round = Number(/\d+$/.exec(id)?.[0] ?? 0);
      const row: MetricRow = id.startsWith('dpo') ? { 'gold/win_rate': 0.5 + 0.01 * (round + (id.includes('-certainty') ? 1 : 0)), 'eval_seen_rewards/accuracies': 0.6 + 0.01 * round } : id.startsWith('labels') ? { 'labels/kept': 50 * round, 'tokens/generated': 10, 'tokens/scored': 20 } : { loss: 1 };
      appendRow(history, 1, row);
      return { id, seconds: 1, history };
    }),
  });

  it('shares its first round, then asks by each strategy what the newest policy writes and learns from the supervised model again', () => {
    const rounds = (asking.length - 1) / STRATEGIES.length;
    expect(learning).toHaveLength(asking.length);
    for (const { start } of learning) expect(start['policy']).toBe('sft');
    for (const strategy of STRATEGIES) {
      const own = asking.filter(({ train }, i) => i > 0 && 'strategy' in train && train.strategy === strategy);
      expect(own).toHaveLength(rounds);
      own.forEach(({ start }, i) => expect(start).toEqual({ policy: i === 0 ? 'dpo-1' : `dpo-${strategy}-${i + 1}`, reference: 'sft', pairs: i === 0 ? 'labels-1' : `labels-${strategy}-${i + 1}` }));
    }
  });

  it('says what each strategy needs, reaches and costs', () => {
    const { tables: [needed, accuracy, cost], curves } = activeLabels.report([resultOf(0), resultOf(1)]);
    const cells = Object.fromEntries(needed!.rows.map(({ name, cells: [labels, saved, , final] }) => [name, { labels, saved, final }]));
    const most = cells['random']!.labels!.mean;
    const round = most / ((asking.length - 1) / STRATEGIES.length + 1);
    expect(cells['certainty']!.labels!.mean).toBeCloseTo(most - round, 9);
    expect(cells['certainty']!.saved!.mean).toBeCloseTo(round / most, 9);
    expect(cells['entropy']!.saved!.mean).toBeCloseTo(0, 12);
    expect(accuracy!.rows[0]!.cells[0]!.mean).toBeCloseTo(most, 9);
    expect(cost!.rows.map(({ cells: [kept] }) => kept!.mean)).toEqual(STRATEGIES.map(() => (50 * most) / round));
    expect(curves.map(({ curves: each }) => each.map(({ points }) => points.at(-1)!.at))).toEqual([[1, 1, 1, 1], [1, 1, 1, 1]]);
  });

  it('of runs that are not done says nothing', () => {
    const [first, second] = [resultOf(0), resultOf(1)];
    expect(activeLabels.report([]).tables).toEqual([]);
    expect(activeLabels.report([{ ...first, stages: first.stages.slice(0, -1) }]).tables).toEqual([]);
    expect(activeLabels.report([{ ...first, stages: first.stages.slice(0, -1) }, second]).tables).toHaveLength(3);
  });
});
