/** The panel of a lesson over trainers without a model: what it asks before it tells, where it pauses, what it remembers; and axe-core on it and on the gallery. */
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import '../../src/app.css';
import type { Controls } from '../../src/contract/controls';
import { LESSONS } from '../../src/lessons';
import { pagesOf } from '../../src/lessons/lesson';
import { keep } from '../../src/state/kept';
import { OwnLessons } from '../../src/state/own-lessons.svelte';
import LessonPanel from '../../src/views/LessonPanel.svelte';
import LessonsView from '../../src/views/LessonsView.svelte';
import LabView from '../../src/views/LabView.svelte';
import { speak } from '../../src/words/words.svelte';
import { startLab } from './open-lab';

const lesson = LESSONS[0]!; // the list has eight

beforeEach(() => page.viewport(1440, 900));
afterEach(async () => {
  await cleanup();
  await speak('en');
  for (const { id } of LESSONS) keep('visit', `lesson.${id}`, null);
  keep('visit', 'lesson', null);
  delete document.documentElement.dataset['theme'];
  await page.viewport(414, 896);
});

async function openLesson(shown = '', isLabShown = false, lessonControls?: Controls) {
  const { lab } = await startLab({ address: '' });
  if (isLabShown) await render(LabView, { lab, engine: null, lessonControls });
  const view = await render(LessonPanel, { lesson, page: shown, lab });
  await expect.poll(() => lab.isBusy).toBe(false);
  return { lab, view };
}

const panel = () => page.getByRole('complementary', { name: `Lesson: ${lesson.title.en}` });
const complaints = async () => (await axe.run(document.body, { rules: { region: { enabled: false }, 'page-has-heading-one': { enabled: false }, 'landmark-one-main': { enabled: false } } })).violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }));

describe('the panel', () => {
  test('sets the Lab up, and again where it was set otherwise', async () => {
    const { lab } = await openLesson('before');
    expect(lab.link).toContain('set=model.width=32');
    lab.setKnob('model', 'width', 16);
    await panel().getByRole('button', { name: 'Set the Lab up again' }).click();
    await expect.poll(() => lab.link).toContain('set=model.width=32');
  });

  test('lets nobody train before something was foretold, then pauses where it said', async () => {
    const { lab } = await openLesson('before');
    const train = panel().getByRole('button', { name: 'Train until there' });
    await expect.element(panel().getByText('Say first what you expect, above.')).toBeVisible();
    await expect.element(train).toHaveAttribute('aria-disabled', 'true');
    await panel().getByRole('spinbutton', { name: /^Your guess/ }).fill('3.4');
    await userEvent.keyboard('{Enter}');
    await expect.element(panel().getByText('You said: 3.4. You may change it until it is measured.')).toBeVisible();
    await train.click();
    await expect.element(panel().getByText('Trained that far.')).toBeVisible();
    await expect.poll(() => lab.pipeline?.phase).toBe('paused');
    expect(lab.pipeline?.current.id).toBe('pretrain');
    expect(lab.pipeline?.current.isDone).toBe(false);
  });

  test('keeps what was foretold over a reload, and shows the page the address says', async () => {
    const { view } = await openLesson('before');
    await panel().getByRole('spinbutton', { name: /^Your guess/ }).fill('3.4');
    await userEvent.keyboard('{Enter}');
    await view.unmount();
    await openLesson('before');
    await expect.element(panel().getByRole('heading', { name: 'Before it has learned' })).toBeVisible();
    await expect.element(panel().getByText('You said: 3.4. You may change it until it is measured.')).toBeVisible();
  });

  test('says what a symbol is to those who come by keyboard, and points at its knob', async () => {
    await openLesson('guessing', true);
    const symbol = panel().getByRole('button', { name: /^p θ: / });
    symbol.element().focus();
    await expect.element(panel().getByText(/^The probability that the model gives\./)).toBeVisible();
    await panel().getByRole('button', { name: 'Its knob' }).click();
    await expect.poll(() => document.querySelector('[data-pointed] input')?.id).toBeTruthy();
    await panel().getByRole('button', { name: 'Its curve' }).click();
    await expect.element(panel().getByText('It is not there yet: train first.')).toBeVisible();
  });

  test('says that a knob is hidden instead of pointing at nothing, and points at it where it is not', async () => {
    await openLesson('break', true, { 'pretrain.*': 'hidden' });
    const look = panel().getByRole('button', { name: 'Show me' });
    await look.click();
    await expect.element(panel().getByText(/^It is not shown here: it is hidden, or its stage is taken/)).toBeVisible();
    expect(document.querySelector('[data-pointed]')).toBeNull();
    await cleanup();
    await openLesson('break', true);
    await look.click();
    await expect.poll(() => document.querySelector('[data-part="pretrain"] [data-pointed]')).not.toBeNull();
    await expect.element(panel().getByText(/^It is not shown here/)).not.toBeInTheDocument();
  });

  test('can be closed and opened again', async () => {
    await openLesson();
    await panel().getByRole('button', { name: 'Close' }).click();
    await expect.element(panel().getByRole('heading')).not.toBeInTheDocument();
    await panel().getByRole('button', { name: 'Open lesson' }).click();
    await expect.element(panel().getByRole('heading')).toBeVisible();
  });
});

test.each([['light', 1440, 'en'], ['dark', 1440, 'de'], ['dark', 375, 'en'], ['light', 375, 'de']] as const)('axe finds nothing in gallery and pages, %s at %i pixels in %s', async (theme, width, language) => {
  await page.viewport(width, 800);
  await speak(language);
  document.documentElement.dataset['theme'] = theme;
  const gallery = await render(LessonsView, { own: new OwnLessons({ notice: () => {}, open: () => {} }), appVersion: 'test' });
  await expect.poll(() => document.querySelectorAll('li').length).toBe(LESSONS.length);
  expect(await complaints()).toEqual([]);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
  await gallery.unmount();
  const { view } = await openLesson();
  for (const { id } of [...pagesOf(lesson), { id: 'questions' }]) {
    await view.rerender({ page: id });
    expect(await complaints(), id).toEqual([]);
    expect(document.documentElement.scrollWidth, id).toBeLessThanOrEqual(width);
  }
});
