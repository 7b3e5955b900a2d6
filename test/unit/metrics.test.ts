/** The table that every chart, tooltip and file is made from, and the columns that a run's rows become. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ALGORITHMS } from '../../src/contract/algorithms';
import { bandOf, isOutside } from '../../src/contract/health';
import { appendColumns, appendRow, emptyColumns, FORMER_NAMES, lastRow, METRIC_NAMES, metricInfo, type MetricColumns, type MetricRow } from '../../src/contract/metrics';

const columnsOf = (rows: readonly MetricRow[], firstStep = 1): MetricColumns => {
  const columns = emptyColumns();
  rows.forEach((row, i) => appendRow(columns, firstStep + i, row));
  return columns;
};

describe('columns', () => {
  test('hold null wherever a row did not measure, before and after', () => {
    const history = columnsOf([{ loss: 3 }, { loss: 2, accuracy: 0.5 }, {}, { accuracy: 0.75, loss: 0 }], 10);
    expect(history).toEqual({ steps: [10, 11, 12, 13], columns: { loss: [3, 2, null, 0], accuracy: [null, 0.5, null, 0.75] } });
  });

  test('keep a measured zero and what is not a number: neither is a hole', () => {
    expect(columnsOf([{ loss: 0 }, { loss: NaN }, {}]).columns.loss).toEqual([0, NaN, null]);
  });

  test('a later piece brings its own metrics, and leaves holes in those it lacks', () => {
    const history = columnsOf([{ loss: 3 }, { loss: 2 }]);
    const later = columnsOf([{ entropy: 1 }, { loss: 1, entropy: 0 }], 3);
    const laterBefore = structuredClone(later);
    appendColumns(history, later);
    expect(history).toEqual({ steps: [1, 2, 3, 4], columns: { loss: [3, 2, null, 1], entropy: [null, null, 1, 0] } });
    expect(later).toEqual(laterBefore);
  });

  test('an empty piece changes nothing, and appended to nothing a piece is a copy', () => {
    const piece = columnsOf([{ loss: 3 }, { accuracy: 1 }]);
    const before = structuredClone(piece);
    appendColumns(piece, emptyColumns());
    expect(piece).toEqual(before);
    const copy = emptyColumns();
    appendColumns(copy, piece);
    expect(copy).toEqual(piece);
    appendRow(copy, 3, { loss: 9 });
    expect(piece).toEqual(before);
  });

  test('stored under the name a metric used to have are read under that of today', () => {
    const stored = { steps: [1, 2], columns: { loss: [2, 1], 'samples/real_name_fraction': [null, 0.25] } };
    const history = emptyColumns();
    appendColumns(history, stored);
    expect(history).toEqual({ steps: [1, 2], columns: { loss: [2, 1], 'samples/valid_fraction': [null, 0.25] } });
    for (const [former, name] of Object.entries(FORMER_NAMES)) {
      expect(METRIC_NAMES).toContain(name);
      expect(METRIC_NAMES).not.toContain(former);
    }
  });

  const row: fc.Arbitrary<MetricRow> = fc.record({ loss: fc.double(), accuracy: fc.double(), 'gold/reward': fc.double() }, { requiredKeys: [] });
  test('are the same however a history was cut into pieces, and every one as long as the steps', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), fc.nat(12), (rows, cut) => {
        const pieces = columnsOf(rows.slice(0, cut));
        appendColumns(pieces, columnsOf(rows.slice(cut), Math.min(cut, rows.length) + 1));
        expect(pieces).toEqual(columnsOf(rows));
        expect(pieces.steps).toEqual(rows.map((_, i) => i + 1));
        for (const column of Object.values(pieces.columns)) expect(column).toHaveLength(rows.length);
        rows.forEach((each, i) => {
          for (const name of ['loss', 'accuracy', 'gold/reward'] as const) expect(pieces.columns[name]?.[i] ?? undefined).toBe(each[name]);
        });
      }),
    );
  });
});

describe('the last row', () => {
  test('has the last measurement of each metric, however long ago', () => {
    expect(lastRow(columnsOf([{ 'gold/win_rate': 0.6, loss: 3 }, { loss: 2 }, { loss: 0 }, {}]))).toEqual({ 'gold/win_rate': 0.6, loss: 0 });
  });

  test('leaves out what was never measured', () => {
    expect(lastRow(emptyColumns())).toEqual({});
    expect(lastRow({ steps: [1, 2], columns: { loss: [null, null], accuracy: [0.5, null] } })).toEqual({ accuracy: 0.5 });
  });
});

describe('the table of metrics', () => {
  test.each(METRIC_NAMES)('%s has a unit and says in one sentence what it means', (name) => {
    const { unit, means, healthy } = metricInfo(name);
    expect(unit.trim()).not.toBe('');
    expect(means).toMatch(/^[A-Zβ].*[^.]\.$/);
    if (!healthy) return;
    const { low, high, leaving } = healthy;
    expect([low, high].some((bound) => bound !== undefined)).toBe(true);
    expect(leaving).toMatch(/^[A-Z].*[^.]\.$/);
    const numbers = [low, high].filter((bound) => typeof bound === 'number');
    expect(numbers.every(Number.isFinite)).toBe(true);
    // Whatever the stage began with, there is somewhere to be.
    for (const start of [0.01, 1, 100]) {
      const band = bandOf(healthy, start);
      expect(band.low).toBeLessThan(band.high);
      expect(isOutside(start, band) && numbers.length === 0).toBe(false);
    }
    // A share cannot leave [0, 1], so a band beyond it would never warn.
    if (unit === 'fraction') for (const bound of numbers) expect(bound > 0 && bound < 1).toBe(true);
  });

  test.each(Object.values(ALGORITHMS).map(({ id, charts }) => [id, charts] as const))('%s charts only metrics that are in it, each once', (_, charts) => {
    expect(charts.length).toBeGreaterThan(0);
    expect(METRIC_NAMES).toEqual(expect.arrayContaining([...charts]));
    expect(new Set(charts).size).toBe(charts.length);
  });
});
