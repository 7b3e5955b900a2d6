/** A knob is one schema line; everything else about it is read back from there. */
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { ALGORITHMS } from '../../src/contract/algorithms';
import { ModelConfig } from '../../src/contract/config';
import { choiceKnob, knob, knobsOf, parseKnob, wholeKnob, type Knob } from '../../src/contract/knobs';
import { TASK_OPTIONS } from '../../src/contract/tasks';

const about = { title: 'Rate', help: 'How fast.', source: 'A paper.' };
const schema = v.object({
  algorithm: v.literal('x'),
  rate: knob(0.1, 0.001, 2, { ...about, essential: true }),
  count: wholeKnob(3, 1, 10, about),
  kind: choiceKnob('a', ['a', 'b'], about),
});
const [rate, count, kind] = knobsOf(schema) as [Knob, Knob, Knob]; // three knobs, as the next test says

test('knobs come in the order written, without fields that are none', () => {
  expect(knobsOf(schema)).toEqual([
    { ...about, name: 'rate', kind: 'number', initial: 0.1, min: 0.001, max: 2, whole: false, essential: true },
    { ...about, name: 'count', kind: 'number', initial: 3, min: 1, max: 10, whole: true, essential: false },
    { ...about, name: 'kind', kind: 'choice', initial: 'a', options: ['a', 'b'], essential: false },
  ]);
});

test('a slider lies within its knob', () => {
  const sliding = Object.values(ALGORITHMS).flatMap(({ config }) => knobsOf(config)).flatMap((each) => (each.kind === 'number' && each.slider ? [{ ...each, slider: each.slider }] : []));
  expect(sliding.length).toBeGreaterThan(0);
  for (const { min, max, initial, slider: [low, high] } of sliding) expect([min <= low, low <= Number(initial), Number(initial) <= high, high <= max]).toEqual([true, true, true, true]);
});

test('a schema completes what is missing and refuses what is out of range', () => {
  expect(v.parse(schema, { algorithm: 'x' })).toEqual({ algorithm: 'x', rate: 0.1, count: 3, kind: 'a' });
  for (const wrong of [{ rate: 0 }, { rate: 2.1 }, { rate: NaN }, { count: 1.5 }, { count: 0 }, { count: 11 }, { kind: 'c' }]) {
    expect(v.is(schema, { algorithm: 'x', ...wrong }), JSON.stringify(wrong)).toBe(false);
  }
});

describe('text becomes a value', () => {
  test.each([
    [rate, '0.5', 0.5], [rate, '1e-3', 0.001], [rate, ' 2 ', 2], [rate, '2.01', undefined], [rate, '0', undefined], [rate, '', undefined], [rate, ' ', undefined],
    [rate, 'NaN', undefined], [rate, 'Infinity', undefined], [rate, '1,5', undefined], [rate, '0.5x', undefined],
    [count, '10', 10], [count, '2.5', undefined], [count, '-1', undefined], [count, '1e1', 10],
    [kind, 'b', 'b'], [kind, 'B', undefined], [kind, '', undefined],
  ] as const)('$0.name = %j', (each, text, value) => {
    expect(parseKnob(each, text)).toBe(value);
  });

  test('exactly when the schema accepts it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0.001, 2, 1, 10)), (value) => {
        expect(parseKnob(rate, String(value)) !== undefined).toBe(v.is(schema.entries.rate, value));
        expect(parseKnob(count, String(value)) !== undefined).toBe(v.is(schema.entries.count, value));
      }),
    );
  });
});

describe.each([...Object.entries(TASK_OPTIONS), ['model', ModelConfig], ...Object.values(ALGORITHMS).map((algorithm) => [algorithm.id, algorithm.config] as const)] as const)('knobs of %s', (_, part) => {
  test('each has a default within its range, words on what it does and where its default is from', () => {
    const knobs = knobsOf(part);
    expect(knobs.length).toBeGreaterThan(0);
    for (const each of knobs) {
      expect(parseKnob(each, String(each.initial)), each.name).toBe(each.initial);
      for (const words of [each.title, each.help, each.source]) expect(words.trim(), each.name).not.toBe('');
    }
    expect(new Set(knobs.map(({ title }) => title)).size).toBe(knobs.length);
  });

  test('some are essential, so that a card shows something, and never a wall of them', () => {
    const essential = knobsOf(part).filter((each) => each.essential);
    expect(essential.length).toBeGreaterThanOrEqual(1);
    expect(essential.length).toBeLessThanOrEqual(3);
  });
});
