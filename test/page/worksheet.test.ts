/** Every lesson as a sheet of paper: complete, in both languages, with nothing measured on it, and answers only where they are wanted. */
import axe from 'axe-core';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import { LESSONS } from '../../src/lessons';
import { pagesOf } from '../../src/lessons/lesson';
import { keep } from '../../src/state/kept';
import { writeLesson } from '../../src/state/lesson-file';
import { OwnLessons } from '../../src/state/own-lessons.svelte';
import { LANGUAGE_IDS } from '../../src/words/language';
import { speak } from '../../src/words/words.svelte';
import '../../src/app.css';
import '../../src/contrast.css';
import LessonsView from '../../src/views/LessonsView.svelte';
import WorksheetView from '../../src/views/WorksheetView.svelte';

afterEach(async () => {
  await cleanup();
  await speak('en');
  delete document.documentElement.dataset['theme'];
  await page.viewport(414, 896);
});

const text = () => document.querySelector('article')!.textContent!.replace(/\s+/g, ' ');
const sheet = async (lesson: string) => {
  const view = await render(WorksheetView, { lesson });
  await expect.element(page.getByRole('article')).toBeVisible();
  return view;
};

describe.each(LANGUAGE_IDS)('in %s', (language) => {
  test.each(LESSONS)('$id says all that the lesson says to be done, and no answer before it is asked for', async (lesson) => {
    await speak(language);
    await sheet(lesson.id);
    const said = text();
    const flat = (sentence: string) => sentence.replace(/\s+/g, ' ');
    const wanted = [
      lesson.title[language], lesson.learns[language], `#/lessons/${lesson.id}`,
      ...pagesOf(lesson).flatMap(({ title, blocks }) => [title[language], ...blocks.flatMap((block) => ('says' in block ? [block.says[language]] : block.kind === 'text' ? [block.text[language]] : []))]),
      ...lesson.claims.flatMap(({ names, asks, prediction, field }) => [names[language], asks[language], field.says[language], field.source, ...(prediction.kind === 'choice' ? prediction.choices.map(({ says }) => says[language]) : [])]),
      ...lesson.formulas.flatMap(({ symbols }) => Object.values(symbols).map(({ means }) => means[language])),
      ...lesson.questions.map(({ asks }) => asks[language]),
    ];
    expect(wanted.map(flat).filter((sentence) => !said.includes(sentence))).toEqual([]);
    expect(document.querySelectorAll('article math[display=block]')).toHaveLength(pagesOf(lesson).flatMap(({ blocks }) => blocks).filter(({ kind }) => kind === 'formula').length);
    const answers = [...lesson.questions.map(({ answer }) => answer[language]), ...lesson.claims.map(({ says }) => says[language])].map(flat);
    expect(answers.filter((answer) => said.includes(answer))).toEqual([]);
    await page.getByRole('checkbox').click();
    const withAnswers = text();
    expect(answers.filter((answer) => !withAnswers.includes(answer))).toEqual([]);
  });
});

test('what is measured is left blank but for its unit', async () => {
  await sheet('dpo');
  const rows = [...document.querySelectorAll('article tbody tr')].map((row) => [...row.querySelectorAll('td.cell')].map((cell) => cell.textContent!.trim()));
  expect(rows).toEqual([['', 'nats'], ['', 'nats'], ['', ''], ['', 'nats'], ['', 'nats']]);
});

test('the teacher’s page says where each number should lie', async () => {
  await sheet('dpo');
  await page.getByRole('checkbox', { name: /^With answers for the teacher/ }).click();
  await expect.element(page.getByRole('row', { name: /^Loss at the first step between 0\.68 and 0\.71 nats/ })).toBeVisible();
  await expect.element(page.getByRole('row', { name: /with β = 0\.02 above the value of “Distance from the reference”/ })).toBeVisible();
});

test('Print prints, the gallery leads here, and a lesson that is none is said to be none', async () => {
  const print = vi.spyOn(window, 'print').mockImplementation(() => {});
  const view = await sheet('ppo');
  await page.getByRole('button', { name: 'Print', exact: true }).click();
  expect(print).toHaveBeenCalledOnce();
  print.mockRestore();
  await view.unmount();
  const own = new OwnLessons({ notice: () => {}, open: () => {} });
  await own.take(new File([writeLesson({ ...LESSONS[2]!, id: 'rope', title: { en: 'Rope', de: 'Seil' } }, 'test')], 'a.nudge-lesson')); // there are eight
  onTestFinished(() => void keep('browser', 'lessons', null));
  await render(LessonsView, { own, appVersion: 'test' });
  await expect.element(page.getByRole('link', { name: 'Worksheet of DPO step by step' })).toHaveAttribute('href', '#/lessons/dpo/worksheet');
  await expect.element(page.getByRole('link', { name: 'Worksheet of Rope' })).toHaveAttribute('href', '#/lessons/yours-rope/worksheet');
  await cleanup();
  await render(WorksheetView, { lesson: 'yours-rope', own });
  await expect.element(page.getByRole('heading', { name: 'Rope' })).toBeVisible();
  await cleanup();
  await render(WorksheetView, { lesson: 'none' });
  await expect.element(page.getByText('There is no lesson of that name.')).toBeVisible();
});

test.each([['light', 1440], ['dark', 375], ['light', 320]] as const)('axe finds nothing, and nothing is wider than the page, %s at %i pixels', async (theme, width) => {
  await page.viewport(width, 800);
  document.documentElement.dataset['theme'] = theme;
  for (const { id } of LESSONS.slice(0, 4)) {
    const view = await sheet(id);
    await page.getByRole('checkbox').click();
    const { violations } = await axe.run(document.body, { rules: { region: { enabled: false }, 'landmark-one-main': { enabled: false } } });
    expect(violations.map(({ id: rule, nodes }) => ({ rule, nodes: nodes.map(({ html }) => html) })), id).toEqual([]);
    expect(document.documentElement.scrollWidth, id).toBeLessThanOrEqual(width);
    await view.unmount();
  }
});
