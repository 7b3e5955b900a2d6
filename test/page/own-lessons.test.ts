/** Lessons from files, as the browser keeps them: opened, replaced, deleted and brought back, without room, and beside the Lab whose controls they lock. */
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import '../../src/app.css';
import { FAILURES } from '../../src/contract/failures';
import { LESSONS } from '../../src/lessons';
import { Incoming } from '../../src/state/incoming.svelte';
import { keep, kept } from '../../src/state/kept';
import { writeLesson } from '../../src/state/lesson-file';
import { OwnLessons } from '../../src/state/own-lessons.svelte';
import type { NoticeText } from '../../src/state/notices.svelte';
import { MOST_LESSONS } from '../../src/storage/limits';
import LessonsView from '../../src/views/LessonsView.svelte';
import { startLab } from './open-lab';
import BesideLab from './BesideLab.svelte';

beforeEach(() => page.viewport(1440, 900));
afterEach(async () => {
  await cleanup();
  vi.restoreAllMocks();
  keep('browser', 'lessons', null);
  keep('visit', 'lesson', null);
  delete document.documentElement.dataset['theme'];
  await page.viewport(414, 896);
});

const dpo = LESSONS.find(({ id }) => id === 'dpo')!; // it is one of them
const fileOf = (text: string, name = 'a.nudge-lesson') => new File([text], name);
const named = (id: string, title = id, more: object = {}) => fileOf(JSON.stringify({ format: 'nudge-lesson', version: { major: 1, minor: 0 }, lesson: { id, title, recipe: 'names-dpo', pages: [{ id: 'one', title: 'One', blocks: [{ kind: 'text', text: '<b>Pull</b>.' }] }], ...more } }));

function made() {
  const [notice, open] = [vi.fn<(notice: NoticeText) => void>(), vi.fn<(id: string) => void>()];
  return { own: new OwnLessons({ notice, open }), notice, open, told: () => notice.mock.lastCall?.[0] };
}
const titles = (own: OwnLessons) => own.list.map(({ lesson }) => lesson.title.en);

describe('a lesson from a file', () => {
  test('is kept as the file it was, beside ours of the same name, and opens where it is asked for', async () => {
    const { own, told, open } = made();
    await own.take(fileOf(`\ufeff${writeLesson(dpo, 'test')}`));
    expect(own.list[0]?.lesson).toEqual({ ...dpo, id: 'yours-dpo' });
    expect(JSON.parse(kept('browser', 'lessons') ?? '')).toEqual([writeLesson(dpo, 'test')]);
    expect(told()?.text).toBe('“DPO step by step” stands under Lessons now.');
    told()?.action?.run();
    expect(open).toHaveBeenCalledExactlyOnceWith('yours-dpo');
    expect(made().own.list).toEqual(own.list); // as after a reload
  });

  test('opened again, changed, takes the place of the first', async () => {
    const { own, told } = made();
    for (const title of ['First', 'Other', 'Second']) await own.take(named(title === 'Other' ? 'other' : 'rope', title));
    expect(titles(own)).toEqual(['Second', 'Other']);
    expect(told()?.text).toMatch(/^“Second” was opened again/);
  });

  test('of something unknown opens without it, and its card says what', async () => {
    const { own, told } = made();
    await own.take(named('rope', 'Rope', { settings: ['dpo.mood=1'] }));
    expect(told()?.text).toMatch(/One thing in it was left out/);
    await render(LessonsView, { own, appVersion: 'test' });
    await page.getByText('Left out, since it is not known here').click();
    await expect.element(page.getByText('settings: setting dpo.mood=1')).toBeVisible();
  });

  test('that is refused says why, and changes nothing', async () => {
    const { own, told } = made();
    await own.take(named('rope'));
    for (const [file, code] of [[fileOf('{'), 'unreadable-lesson'], [fileOf('GIF89a'), 'not-a-lesson'], [fileOf(' '.repeat(300_000)), 'lesson-too-large'], [named('b', 'b', { recipe: 'magic' }), 'unknown-recipe']] as const) {
      await own.take(file);
      expect(told()?.kind).toBe('error');
      expect(told()?.text).toContain(FAILURES[code].slice(0, -1));
    }
    expect(titles(own)).toEqual(['rope']);
  });

  test('beyond as many as are kept is refused; one of a name that is there is not', async () => {
    const { own, told } = made();
    for (let i = 0; i < MOST_LESSONS; i++) await own.take(named(`rope-${i}`));
    await own.take(named('one-more'));
    expect(told()?.text).toContain(FAILURES['lesson-too-large'].slice(0, -1));
    await own.take(named('rope-3', 'again'));
    expect(titles(own)[3]).toBe('again');
    expect(own.list).toHaveLength(MOST_LESSONS);
  });

  test('without room stays for this visit, and that is said', async () => {
    const { own, told } = made();
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => { throw new DOMException('full', 'QuotaExceededError'); });
    await own.take(named('rope'));
    expect(told()?.text).toMatch(/no room to keep it/);
    await own.take(named('other'));
    expect(titles(own)).toEqual(['rope', 'other']);
    vi.restoreAllMocks();
    expect(made().own.list).toEqual([]);
  });

  test('deleted comes back with Undo, where it was', async () => {
    const { own, told } = made();
    for (const id of ['a', 'b', 'c']) await own.take(named(id));
    own.remove('yours-b');
    expect(titles(own)).toEqual(['a', 'c']);
    expect(titles(made().own)).toEqual(['a', 'c']);
    told()?.action?.run();
    expect(titles(own)).toEqual(['a', 'b', 'c']);
    expect(titles(made().own)).toEqual(['a', 'b', 'c']);
  });

  test('that only a newer version can read is not lost by writing others', async () => {
    const newer = JSON.stringify({ format: 'nudge-lesson', version: { major: 9, minor: 0 }, lesson: {} });
    keep('browser', 'lessons', JSON.stringify([newer]));
    const { own } = made();
    expect(own.list).toEqual([]);
    await own.take(named('rope'));
    own.remove('yours-rope');
    expect(JSON.parse(kept('browser', 'lessons') ?? '')).toEqual([newer]);
  });

  test('dropped among run files goes its own way', async () => {
    const takeLesson = vi.fn(async () => {});
    const notAskedFor = async () => { throw new Error('not asked for'); };
    const incoming = new Incoming({ preview: notAskedFor, importRun: notAskedFor, readModel: notAskedFor, importModel: notAskedFor, takeLesson, notice: () => {}, onimported: () => {} });
    const lesson = named('rope');
    await incoming.look([lesson]);
    expect(takeLesson.mock.calls).toEqual([[lesson]]);
    expect(incoming.files).toBeNull();
  });
});

describe('beside the Lab', () => {
  test('a lesson locks and hides controls, shows markup as text, and has no last page without questions', async () => {
    const { own } = made();
    await own.take(named('rope', 'Rope', { controls: { seed: 'hidden', 'dpo.beta': 'locked', save: 'hidden' } }));
    const { lab } = await startLab({ address: '' });
    const view = await render(BesideLab, { lab, own, lesson: 'yours-rope', page: '' });
    const panel = page.getByRole('complementary', { name: 'Lesson: Rope' });
    await expect.element(panel.getByText('<b>Pull</b>.')).toBeVisible();
    await expect.element(panel.getByText('page 1 of 1')).toBeVisible();
    await expect.element(page.getByRole('spinbutton', { name: 'Seed' })).not.toBeInTheDocument();
    await expect.element(page.getByRole('button', { name: 'Save', exact: true })).not.toBeInTheDocument();
    await expect.element(page.getByText('Set by your teacher').first()).toBeVisible();
    await page.getByRole('button', { name: 'Show all controls' }).click();
    await expect.element(page.getByRole('spinbutton', { name: 'Seed' })).toBeVisible();
    await view.rerender({ lesson: 'dpo' });
    await expect.element(page.getByRole('complementary', { name: `Lesson: ${dpo.title.en}` })).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'Show all controls' })).not.toBeInTheDocument();
  });
});

test.each([['light', 1440], ['dark', 375]] as const)('axe finds nothing in the gallery with lessons of the visitor, %s at %i pixels', async (theme, width) => {
  await page.viewport(width, 800);
  document.documentElement.dataset['theme'] = theme;
  const { own } = made();
  await own.take(named('rope', 'A title that is longer than most titles are and does not end'.repeat(2), { settings: ['dpo.mood=1'] }));
  await render(LessonsView, { own, appVersion: 'test' });
  await expect.element(page.getByRole('heading', { name: 'Yours' })).toBeVisible();
  await page.getByText('Left out, since it is not known here').click();
  const { violations } = await axe.run(document.body, { rules: { region: { enabled: false }, 'page-has-heading-one': { enabled: false }, 'landmark-one-main': { enabled: false } } });
  expect(violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }))).toEqual([]);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
});
