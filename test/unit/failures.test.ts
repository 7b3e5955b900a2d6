/** What a visitor is told when something goes wrong, and that nothing of it is lost on the way between threads. */
import { describe, expect, test } from 'vitest';
import { Failure, FAILURES, fromRecord, sentenceOf, toRecord, type FailureCode } from '../../src/contract/failures';

const CODES = Object.keys(FAILURES) as FailureCode[]; // its keys by construction
/** The batch door's own, whose detail lists what would have been right. */
const BY_TYPING: readonly FailureCode[] = ['unknown-recipe', 'unknown-knob'];
const VERBS = ['open', 'choose', 'press', 'lower', 'reload', 'train', 'import', 'export', 'copy', 'get', 'delete', 'correct', 'pause'];

describe('sentences', () => {
  test.each(CODES)('%s is one sentence', (code) => {
    expect(FAILURES[code]).toMatch(/^[A-Z][^]*[^.\s]\.$/);
    expect(FAILURES[code].replace('.nudge', '')).not.toMatch(/\.\s/);
  });

  test.each(CODES.filter((code) => !BY_TYPING.includes(code)))('%s ends with what to do', (code) => {
    const advice = FAILURES[code].split('; ').slice(1).join('; ');
    expect(VERBS).toContain(advice.split(/[\s,]/)[0]);
  });

  test('no two are the same', () => {
    expect(new Set(Object.values(FAILURES)).size).toBe(CODES.length);
  });

  test('the fact behind one follows it, and nothing does where there is none', () => {
    expect(sentenceOf(toRecord(new Failure('non-finite-loss', 'step 12')))).toBe(`${FAILURES['non-finite-loss']} (step 12)`);
    expect(sentenceOf(toRecord(new Failure('non-finite-loss')))).toBe(FAILURES['non-finite-loss']);
  });

  test('an error nobody foresaw is told with its own words and what to do', () => {
    expect(sentenceOf(toRecord(new TypeError('x is not a function')))).toMatch(/x is not a function.*; press Train .*\.$/);
  });
});

describe('records', () => {
  test.each(CODES)('%s survives being cloned and sent as JSON', (code) => {
    const failure = new Failure(code, 'step 12');
    for (const record of [structuredClone(toRecord(failure)), JSON.parse(JSON.stringify(toRecord(failure)))]) {
      const back = fromRecord(record);
      expect(back).toBeInstanceOf(Failure);
      expect(back).toMatchObject({ name: 'Failure', code, detail: 'step 12', message: failure.message, stack: failure.stack });
      expect(toRecord(back)).toEqual(toRecord(failure));
    }
  });

  test('a message shows the sentence even to those who only print errors', () => {
    expect(String(new Failure('disk-full', 'no room'))).toBe(`Failure: ${FAILURES['disk-full']} (no room)`);
  });

  test('an unforeseen error keeps its message and stack but claims no code of ours', () => {
    const error = new RangeError('want 3, got 4');
    const back = fromRecord(structuredClone(toRecord(error)));
    expect(back).not.toBeInstanceOf(Failure);
    expect(back).toMatchObject({ message: 'want 3, got 4', stack: error.stack });
    expect(toRecord(back)).toEqual({ code: 'unexpected', detail: 'want 3, got 4', stack: error.stack });
  });

  test.each([['a word', 'a word'], [undefined, 'undefined'], [null, 'null'], [0, '0']])('%j thrown becomes a record too', (thrown, detail) => {
    expect(toRecord(thrown)).toEqual({ code: 'unexpected', detail, stack: undefined });
  });

  test('without a stack the error gets its own rather than none', () => {
    expect(fromRecord({ code: 'disk-full', detail: '', stack: undefined }).stack).toContain('Failure');
  });
});
