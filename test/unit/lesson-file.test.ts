/** A lesson survives its file; what is not known in one is left out and named; what cannot be read is refused with the place. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { brokenAt, placeOf } from '../../src/storage/json-place';
import { LESSONS } from '../../src/lessons';
import { pagesOf, type Lesson } from '../../src/lessons/lesson';
import { HandoutDraft } from '../../src/state/handout-draft.svelte';
import { isLessonFile, lessonFileName, readLesson, writeLesson } from '../../src/state/lesson-file';
import { MOST_LESSON_FILE } from '../../src/storage/limits';

const dpo = LESSONS.find(({ id }) => id === 'dpo')!; // it is one of them

type Change = (lesson: Record<string, unknown>) => void;
/** A file of the DPO lesson with something changed in it. */
const changed = (change: Change): string => {
  const file = JSON.parse(writeLesson(dpo, 'test')) as { lesson: Record<string, unknown> }; // what was just written
  change(file.lesson);
  return JSON.stringify(file);
};
const minimal = (more: object = {}, version: object = { major: 1, minor: 0 }): string => JSON.stringify({ format: 'nudge-lesson', version, app: 'test', lesson: { id: 'rope', title: 'Rope', recipe: 'names-dpo', pages: [{ id: 'one', title: 'One', blocks: [{ kind: 'text', text: 'Pull.' }] }], ...more } });
const withBlocks = (...blocks: unknown[]): string => minimal({ pages: [{ id: 'one', title: 'One', blocks }] });
const codeOf = (text: string): unknown => {
  try {
    readLesson(text);
    return 'read';
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
};

test.each(LESSONS.map((lesson) => [lesson.id, lesson] as const))('%s comes back from its file as it was', (_, lesson) => {
  const text = writeLesson(lesson, 'test');
  expect(readLesson(text)).toEqual({ lesson, leftOut: [] });
  expect(text.length).toBeLessThan(MOST_LESSON_FILE / 4);
  expect(JSON.parse(text)).toMatchObject({ format: 'nudge-lesson', version: { major: 1, minor: 0 }, app: 'test' });
});

test('a file is known by its ending, also under one that a program put behind', () => {
  const named = (name: string) => isLessonFile(new File([], name));
  expect([lessonFileName('dpo'), 'a.nudge-lesson.txt', 'A.NUDGE-LESSON', 'a.nudge', 'nudge-lesson.json'].map(named)).toEqual([true, true, true, false, false]);
});

describe('a short file', () => {
  test('is a lesson: what it leaves out has a default', () => {
    expect(readLesson(minimal()).lesson).toEqual({
      id: 'rope', title: { en: 'Rope', de: 'Rope' }, learns: { en: '', de: '' }, minutes: 0, recipe: 'names-dpo', seed: 1, settings: [], claims: [], formulas: [], questions: [],
      pages: [{ id: 'one', title: { en: 'One', de: 'One' }, blocks: [{ kind: 'text', text: { en: 'Pull.', de: 'Pull.' } }] }],
    } satisfies Lesson);
  });

  test('in one language is shown in that one, whichever is spoken', () => {
    expect(readLesson(minimal({ title: { de: 'Seil' } })).lesson.title).toEqual({ en: 'Seil', de: 'Seil' });
    expect(readLesson(minimal({ title: { en: 'Rope', de: 'Seil', fr: 'Corde' } })).lesson.title).toEqual({ en: 'Rope', de: 'Seil' });
  });

  test('holds markup as the text that it is', () => {
    const text = '<script>alert(1)</script><img src=x onerror=alert(1)>';
    expect(readLesson(withBlocks({ kind: 'text', text })).lesson.pages[0]?.blocks).toEqual([{ kind: 'text', text: { en: text, de: text } }]);
  });

  test('may lock and hide controls', () => {
    expect(readLesson(minimal({ controls: { seed: 'hidden', 'dpo.beta': 'locked', 'sft.*': 'hidden' } })).lesson.controls).toEqual({ seed: 'hidden', 'dpo.beta': 'locked', 'sft.*': 'hidden' });
  });
});

describe('what is not known is left out, and named with its place', () => {
  const leftOutOf = (text: string) => readLesson(text).leftOut.map(({ kind, name, where }) => `${where}: ${kind} ${name}`);
  const says = { en: 'a', de: 'b' };

  test.each<[string, string, string[]]>([
    ['a kind of block', withBlocks({ kind: 'video', of: 'x' }, 'words'), ['pages[0].blocks[0]: block video', 'pages[0].blocks[1]: block words']],
    ['a target', withBlocks({ kind: 'look', at: { kind: 'moon' }, says }), ['pages[0].blocks[0]: target moon']],
    ['a knob', withBlocks({ kind: 'look', at: { kind: 'knob', part: 'dpo', name: 'mood' }, says }), ['pages[0].blocks[0]: knob dpo.mood']],
    ['a metric', withBlocks({ kind: 'look', at: { kind: 'chart', stage: 'dpo', metric: 'joy' }, says }), ['pages[0].blocks[0]: metric joy']],
    ['a stage', withBlocks({ kind: 'train', until: { stage: 'ppo' }, says }), ['pages[0].blocks[0]: stage ppo']],
    ['a metric to wait for', withBlocks({ kind: 'train', until: { stage: 'dpo', reaches: { metric: 'joy', range: { low: 1 } } }, says }), ['pages[0].blocks[0]: metric joy']],
    ['a claim', withBlocks({ kind: 'predict', claim: 'none' }, { kind: 'check', claims: ['none'] }), ['pages[0].blocks[0]: claim none', 'pages[0].blocks[1]: claim none']],
    ['a formula', withBlocks({ kind: 'formula', formula: 'none' }), ['pages[0].blocks[0]: formula none']],
    ['a setting, or one out of range', minimal({ settings: ['dpo.beta=0.2', 'dpo.mood=3', 'dpo.beta=900'] }), ['settings: setting dpo.mood=3', 'settings: setting dpo.beta=900']],
    ['a setting of a page', withBlocks({ kind: 'set', says, settings: ['dpo.mood=3'], keeps: ['sft', 'ppo'] }), ['pages[0].blocks[0]: setting dpo.mood=3', 'pages[0].blocks[0]: stage ppo']],
    ['a control', minimal({ controls: { telepathy: 'hidden', charts: 'locked', seed: 'gone', 'dpo.mood': 'hidden', 'a b': 'hidden', engine: 'hidden' } }), ['controls: control charts: locked', 'controls: control seed: gone', 'controls: control a b: hidden', 'controls: control telepathy', 'controls: control dpo.mood']],
    ['a block that is not as it should be', withBlocks({ kind: 'text', txt: 'Pull.' }), ['pages[0].blocks[0]: unreadable text: Invalid key: Expected "text" but received undefined']],
  ])('%s', (_, text, leftOut) => {
    expect(leftOutOf(text)).toEqual(leftOut);
  });

  test('all else of the page stays', () => {
    const { pages } = readLesson(withBlocks({ kind: 'text', text: 'a' }, { kind: 'video' }, { kind: 'text', text: 'b' })).lesson;
    expect(pages[0]?.blocks.map((block) => block.kind === 'text' && block.text.en)).toEqual(['a', 'b']);
  });

  test('a setting that only fits beside another is kept with it', () => {
    expect(readLesson(minimal({ settings: ['model.width=30', 'model.heads=3'] })).lesson.settings).toEqual(['model.width=30', 'model.heads=3']);
  });

  test('a claim of an unknown metric goes, and with it what speaks of it', () => {
    const { lesson, leftOut } = readLesson(changed(({ claims }) => {
      const kl = (claims as { id: string; measured: { of: { metric: string } } }[]).find(({ id }) => id === 'kl')!; // the file has it
      kl.measured.of.metric = 'distance';
    }));
    expect(lesson.claims.map(({ id }) => id)).toEqual(['first', 'rejected', 'accuracy']); // "loose" is held against it
    expect(leftOut.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['metric distance', 'claim kl', 'claim kl', 'claim kl', 'claim loose', 'claim loose']);
    expect(pagesOf(lesson).flatMap(({ blocks }) => blocks.flatMap((block) => (block.kind === 'predict' ? [block.claim] : block.kind === 'check' ? block.claims : []))).toSorted()).toEqual(['accuracy', 'accuracy', 'first', 'first', 'rejected', 'rejected']);
  });

  test('a symbol may lose its knob or its curve; a formula with a sign that is none is left out', () => {
    const { lesson, leftOut } = readLesson(changed(({ formulas }) => {
      const [{ symbols }] = formulas as [{ symbols: Record<string, { knob?: { name: string } }> }]; // the file has one
      symbols['beta']!.knob!.name = 'rope'; // that too
    }));
    expect(leftOut).toEqual([{ kind: 'knob', name: 'dpo.rope', where: 'formulas[0].symbols.beta' }]);
    expect(lesson.formulas[0]?.symbols['beta']).not.toHaveProperty('knob');
    for (const symbol of ['gone', 'constructor', '__proto__']) {
      const other = readLesson(changed(({ formulas }) => ((formulas as { maths: unknown }[])[0]!.maths = { row: ['1', { symbol }] }))); // as above
      expect(other.lesson.formulas).toEqual([]);
      expect(other.leftOut[0]).toEqual({ kind: 'symbol', name: symbol, where: 'formulas[0]' });
    }
  });
});

describe('what is refused', () => {
  test.each([
    ['a newer version', minimal({}, { major: 2, minor: 3 }), 'newer-lesson', 'version 2.3'],
    ['another file', '{"format":"nudge","version":1}', 'not-a-lesson', ''],
    ['no JSON at all', 'PK\u0003\u0004', 'not-a-lesson', ''],
    ['a list', '[]', 'not-a-lesson', ''],
    ['a lesson without a title', minimal({ title: undefined }), 'unreadable-lesson', 'title'],
    ['a lesson without pages', minimal({ pages: [] }), 'unreadable-lesson', 'pages'],
    ['a page without a title', minimal({ pages: [{ id: 'one', blocks: [] }] }), 'unreadable-lesson', 'pages[0].title'],
    ['a page that has the name of the last', minimal({ pages: [{ id: 'questions', title: 'a', blocks: [] }] }), 'unreadable-lesson', 'pages[0].id'],
    ['a name that programs use', minimal({ id: 'constructor' }), 'unreadable-lesson', 'id'],
    ['a name that is a path', minimal({ id: '../x' }), 'unreadable-lesson', 'id'],
    ['a text in no language', minimal({ title: { fr: 'Corde' } }), 'unreadable-lesson', 'title'],
    ['a recipe that is not there', minimal({ recipe: 'names-telepathy' }), 'unknown-recipe', 'names-telepathy'],
    ['a comma too many', '{\n  "format": "nudge-lesson",\n  "version": { "major": 1, },\n}', 'unreadable-lesson', 'line 3, column 28'],
    ['a file that ends too early', minimal().slice(0, -9), 'unreadable-lesson', 'ends too early'],
    ['a file that is too long', `${minimal()}${' '.repeat(MOST_LESSON_FILE)}`, 'lesson-too-large', ''],
    ['what is nested without end', minimal({ formulas: [{ maths: JSON.parse(`${'['.repeat(3000)}${']'.repeat(3000)}`) }] }), 'unreadable-lesson', 'nested'],
  ])('%s', (_, text, code, detail) => {
    expect(() => readLesson(text)).toThrow(expect.objectContaining({ code, detail: expect.stringContaining(detail) }));
  });

  test('whatever is changed in a file, it is read or refused by a sentence', () => {
    const good = writeLesson(dpo, 'test');
    const CODES = ['read', 'not-a-lesson', 'newer-lesson', 'unreadable-lesson', 'unknown-recipe'];
    fc.assert(fc.property(fc.nat(good.length), fc.nat(40), fc.string({ maxLength: 8 }), (at, gone, text) => {
      expect(CODES).toContain(codeOf(good.slice(0, at) + text + good.slice(at + gone)));
    }), { numRuns: 200 });
    fc.assert(fc.property(fc.jsonValue(), fc.constantFrom('title', 'pages', 'claims', 'formulas', 'questions', 'settings', 'controls', 'breakIt', 'seed'), (value, field) => {
      expect(CODES).toContain(codeOf(changed((lesson) => (lesson[field] = value))));
      expect(CODES).toContain(codeOf(changed((lesson) => (lesson['claims'] = [value, { id: 'a', measured: value }]))));
      expect(CODES).toContain(codeOf(changed((lesson) => (lesson['pages'] = [{ id: 'a', title: 'b', blocks: [value, { kind: 'look', at: value }, { kind: 'check', claims: value }] }]))));
      expect(CODES).toContain(codeOf(changed((lesson) => (lesson['formulas'] = [{ id: 'a', says: 'b', maths: value, symbols: { c: value } }]))));
    }), { numRuns: 100 });
  });
});

describe('where a text stops being JSON', () => {
  const isJson = (text: string): boolean => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };

  test('it does not where it is', () => {
    fc.assert(fc.property(fc.json({ maxDepth: 5 }), fc.nat(3), (text, space) => brokenAt(JSON.stringify(JSON.parse(text), null, space)) === undefined));
  });

  test('it does exactly where the browser says that it is none', () => {
    fc.assert(fc.property(fc.json({ maxDepth: 4 }), fc.nat(60), fc.constantFrom('', ',', '"', '}', ']', '{', '[', ':', '\\', '\n', '0', '-', '1e', 'tru', 'x', ' '), fc.nat(2), (text, at, sign, gone) => {
      const other = text.slice(0, at) + sign + text.slice(at + gone);
      expect([other, brokenAt(other) === undefined]).toEqual([other, isJson(other)]);
    }), { numRuns: 2000 });
  });

  test.each([
    ['{"a": 1,}', 1, 9],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3],
    ['{"a": "no end\n"}', 1, 14],
    ["{'a': 1}", 1, 2],
    ['[1, 2', 1, 6],
    ['{"a": tru}', 1, 7],
    ['{} {}', 1, 4],
    ['', 1, 1],
  ])('%j: line %i, column %i', (text, line, column) => {
    expect(placeOf(text, brokenAt(text)!)).toEqual({ line, column }); // it is none
  });
});

test('what a teacher hands out becomes a lesson that opens, with its words, settings and controls', () => {
  const draft = new HandoutDraft(new URLSearchParams('recipe=names-dpo&seed=3&set=dpo.beta=0.1&hide=seed,sft.*&lock=recipe'));
  draft.title = 'Das Seil: übel!';
  draft.asks = 'Zieh.\n\n- Lass los.\n- Schau hin.';
  const { lesson, leftOut } = readLesson(writeLesson(draft.lesson({ untitled: 'Mine', trainAll: 'Train.' }), 'test'));
  expect(leftOut).toEqual([]);
  expect(lesson).toMatchObject({ id: 'das-seil-ubel', recipe: 'names-dpo', seed: 3, settings: ['dpo.beta=0.1'], controls: { seed: 'hidden', 'sft.*': 'hidden', recipe: 'locked' } });
  expect(lesson.pages[0]?.blocks.map((block) => (block.kind === 'text' ? block.text.en : block.kind))).toEqual(['Zieh.', '- Lass los.\n- Schau hin.', 'train']);
  draft.title = '漢字';
  expect(draft.lesson({ untitled: 'Mine', trainAll: 'Train.' }).id).toBe('lesson');
});
