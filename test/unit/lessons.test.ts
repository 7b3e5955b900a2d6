/** Lessons are data: each must speak of knobs, stages, curves and claims that there are, in both languages; and what is read off a run is what stands in its history. */
import { describe, expect, test } from 'vitest';
import { partsOf } from '../../src/contract/config';
import { appendRow, emptyColumns, wordsIn, type MetricName } from '../../src/contract/metrics';
import { LESSONS } from '../../src/lessons';
import { pagesOf, type Claim, type Lesson, type Range, type Reading } from '../../src/lessons/lesson';
import { checked, hasCome, isIn, measurementOf, readingOf, type Seen } from '../../src/lessons/measuring';
import { configOf, recipeOf } from '../../src/recipes';
import { panelsOf } from '../../src/state/panels';
import { parseRoute } from '../../src/state/route.svelte';
import { taskDefinition } from '../../src/tasks';

const blocksOf = (lesson: Lesson) => pagesOf(lesson).flatMap(({ blocks }) => [...blocks]);
const rangesOf = ({ holds, prediction }: Claim): Range[] => [holds, ...(prediction.kind === 'choice' ? prediction.choices.map((choice) => choice.if) : [])];
const readingsOf = (claim: Claim): Reading[] => [claim.measured.of, claim.measured.minus, ...rangesOf(claim).flatMap(({ low, high }) => [low, high])].filter((end) => typeof end === 'object');

/** Every sentence that has two languages, wherever it stands. */
function textsIn(value: unknown): { en: string; de: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('en' in value && 'de' in value) return [{ en: String(value.en), de: String(value.de) }];
  return Object.values(value).flatMap(textsIn);
}

test('there are eight, each under a name of its own', () => {
  expect(LESSONS).toHaveLength(8);
  expect(new Set(LESSONS.map(({ id }) => id)).size).toBe(8);
});

describe.each(LESSONS.map((lesson) => [lesson.id, lesson] as const))('%s', (_, lesson) => {
  const config = configOf(recipeOf(lesson.recipe), lesson.seed, lesson.settings);
  const stages = new Map(config.stages.map((stage) => [stage.id, stage]));
  const task = wordsIn(taskDefinition(config.task.id), config.stages.map(({ train }) => train));
  const isCharted = (stage: string, metric: MetricName) => panelsOf(stages.get(stage)!.train.algorithm, task).some(({ series }) => series.some((name) => name === metric));
  const hasKnob = (part: string, name: string) => partsOf(config).get(part)?.knobs.some((knob) => knob.name === name) === true;

  test('is plain data', () => {
    expect(JSON.parse(JSON.stringify(lesson))).toEqual(lesson);
  });

  test('says everything in both languages', () => {
    const texts = textsIn(lesson);
    expect(texts.length).toBeGreaterThan(40);
    expect(texts.filter(({ en, de }) => en.trim() === '' || de.trim() === '' || (en === de && en.length > 20))).toEqual([]);
  });

  test('sets what can be set, on every page', () => {
    for (const block of blocksOf(lesson)) if (block.kind === 'set') expect(() => configOf(recipeOf(lesson.recipe), lesson.seed, [...lesson.settings, ...block.settings])).not.toThrow();
  });

  test('takes over, waits for and points at what there is', () => {
    for (const block of blocksOf(lesson)) {
      if (block.kind === 'set') expect([...stages.keys()]).toEqual(expect.arrayContaining([...block.keeps]));
      if (block.kind === 'train') expect(stages.has(block.until.stage)).toBe(true);
      if (block.kind === 'look' && block.at.kind === 'knob') expect(hasKnob(block.at.part, block.at.name), block.at.name).toBe(true);
      if (block.kind === 'look' && block.at.kind === 'chart') expect(isCharted(block.at.stage, block.at.metric), block.at.metric).toBe(true);
    }
  });

  test('ties every symbol of its formulas to knobs and curves that there are', () => {
    expect(lesson.formulas.length).toBeGreaterThan(0);
    for (const { id, symbols, maths } of lesson.formulas) {
      expect(blocksOf(lesson)).toContainEqual({ kind: 'formula', formula: id });
      for (const [name, { knob, curve }] of Object.entries(symbols)) {
        expect(JSON.stringify(maths)).toContain(JSON.stringify({ symbol: name }));
        if (knob) expect(hasKnob(knob.part, knob.name), `${name}: ${knob.name}`).toBe(true);
        if (curve) expect(isCharted(curve.stage, curve.metric), `${name}: ${curve.metric}`).toBe(true);
      }
      const used = [...JSON.stringify(maths).matchAll(/"symbol":"(\w+)"/g)].map(([, name]) => name);
      expect(Object.keys(symbols)).toEqual(expect.arrayContaining([...new Set(used)]));
    }
  });

  test('asks for each prediction before it trains, and then checks it', () => {
    const order = blocksOf(lesson).flatMap((block) => (block.kind === 'predict' ? [`predict ${block.claim}`] : block.kind === 'check' ? block.claims.map((claim) => `check ${claim}`) : block.kind === 'train' ? ['train'] : []));
    for (const { id } of lesson.claims) {
      const [asked, told] = [order.indexOf(`predict ${id}`), order.indexOf(`check ${id}`)];
      expect(asked, id).toBeGreaterThanOrEqual(0);
      expect(order.slice(asked, told), id).toContain('train');
    }
    expect(order.filter((each) => each !== 'train')).toHaveLength(2 * lesson.claims.length);
  });

  test('claims something of stages there are, beside what a source reports', () => {
    for (const claim of lesson.claims) {
      for (const reading of readingsOf(claim)) {
        if ('claim' in reading) expect(lesson.claims.map(({ id }) => id)).toContain(reading.claim);
        else expect(stages.has(reading.stage)).toBe(true);
      }
      expect(claim.field.source.length).toBeGreaterThan(8);
      expect(claim.field.source).not.toContain('2410.01789'); // nobody here has read its numbers
    }
  });

  test('ends by breaking something', () => {
    expect(lesson.breakIt?.blocks.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['set', 'predict', 'train', 'check']));
    expect(lesson.questions).toHaveLength(3);
  });
});

describe('measuring', () => {
  const history = emptyColumns();
  appendRow(history, 1, { loss: 3, eval_loss: 3.5 });
  appendRow(history, 4, { loss: 2 });
  appendRow(history, 9, { loss: 1.5, eval_loss: 2 });
  const seen: Seen = { stages: new Map([['sft', { history, isDone: false }]]), found: { before: 7 } };
  const of = (metric: MetricName, at: 'first' | 'last' | number): Reading => ({ stage: 'sft', metric, at });

  test.each([
    [of('eval_loss', 'first'), 3.5],
    [of('eval_loss', 'last'), 2],
    [of('loss', 4), 2],
    [of('loss', 8), 2],
    [of('eval_loss', 4), 3.5],
    [of('loss', 10), undefined],
    [of('accuracy', 'last'), undefined],
    [{ stage: 'dpo', metric: 'loss', at: 'last' } satisfies Reading, undefined],
    [{ claim: 'before' } satisfies Reading, 7],
    [{ claim: 'never' } satisfies Reading, undefined],
  ])('%o reads %s', (reading, value) => {
    expect(readingOf(reading, seen)).toBe(value);
  });

  test('a difference needs both of its numbers', () => {
    expect(measurementOf({ of: of('loss', 'last'), minus: of('loss', 'first') }, seen)).toBe(-1.5);
    expect(measurementOf({ of: of('loss', 'last'), minus: of('accuracy', 'first') }, seen)).toBeUndefined();
  });

  test('a range holds its ends, and is not known while one of them is not', () => {
    expect([isIn(2, { low: 2 }, seen), isIn(2, { high: 2 }, seen), isIn(2, { low: 2.1 }, seen), isIn(2, {}, seen)]).toEqual([true, true, false, true]);
    expect(isIn(6.9, { high: { claim: 'before' } }, seen)).toBe(true);
    expect(isIn(6.9, { high: { claim: 'never' } }, seen)).toBeUndefined();
  });

  test('the last number is settled when its stage is over, the first at once', () => {
    const holds = { low: 0 };
    expect(checked({ measured: { of: of('loss', 'last') }, holds }, seen)).toEqual({ measured: 1.5, holds: true, isSettled: false });
    expect(checked({ measured: { of: of('loss', 'first') }, holds }, seen)).toEqual({ measured: 3, holds: true, isSettled: true });
    const over: Seen = { ...seen, stages: new Map([['sft', { history, isDone: true }]]) };
    expect(checked({ measured: { of: of('loss', 'last') }, holds: { high: 1 } }, over)).toEqual({ measured: 1.5, holds: false, isSettled: true });
  });

  test('a moment comes at its step, where its metric arrives, or with the end of its stage', () => {
    expect([9, 10].map((step) => hasCome({ stage: 'sft', step }, seen))).toEqual([true, false]);
    expect([2, 1.9].map((high) => hasCome({ stage: 'sft', reaches: { metric: 'eval_loss', range: { high } } }, seen))).toEqual([true, false]);
    expect(hasCome({ stage: 'sft' }, seen)).toBe(false);
    expect(hasCome({ stage: 'sft', step: 99 }, { ...seen, stages: new Map([['sft', { history, isDone: true }]]) })).toBe(true);
    expect(hasCome({ stage: 'dpo' }, seen)).toBe(false);
  });
});

test('a page of a lesson is an address of the Lab, the gallery one of its own', () => {
  expect(parseRoute('#/lessons')).toEqual({ view: 'lessons', params: new URLSearchParams() });
  expect(parseRoute('#/lessons/dpo')).toEqual({ view: 'lab', params: new URLSearchParams(), lesson: { id: 'dpo', page: '' } });
  expect(parseRoute('#/lessons/dpo/margins')).toMatchObject({ view: 'lab', lesson: { id: 'dpo', page: 'margins' } });
});
