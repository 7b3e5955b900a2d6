/** At 400 % (a screen of 1280 by 1024 has 320 by 256 pixels then) everything is reached and nothing lies over it. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import { LESSONS } from '../../src/lessons';
import { memoryStore } from '../../src/storage/memory-store';
import '../../src/app.css';
import LabView from '../../src/views/LabView.svelte';
import LessonPanel from '../../src/views/LessonPanel.svelte';
import { bundleOf, sampleSet } from './fixtures';
import { button, openLab, startLab } from './open-lab';

beforeEach(() => page.viewport(320, 256));
afterEach(async () => {
  await cleanup();
  await page.viewport(414, 896);
});

/** Whether it can be scrolled to, and then nothing else is at its middle. */
function isFree(element: Element): boolean {
  element.scrollIntoView({ block: 'center' });
  const { left, top, width, height } = element.getBoundingClientRect();
  const at = document.elementFromPoint(left + width / 2, top + height / 2);
  return at !== null && (element.contains(at) || at.contains(element));
}
const hangsOver = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;

test('the Lab, before a run and with one: all its buttons and its headings', async () => {
  const store = memoryStore();
  const { record, stages } = bundleOf({ id: 'run-1', name: 'done', recipe: 'names-dpo', seed: 1, gold: 1 });
  await store.putBundle({ record, stages: stages.map((entry) => ({ ...entry, history: { ...entry.history, samples: [sampleSet(2, false)] } })) });
  for (const address of ['', 'run=run-1']) {
    const { view } = await openLab({ store, address });
    expect(hangsOver()).toBe(0);
    const covered = [...document.querySelectorAll('.lab :is(button, h2, h3, figure, select)')].filter((element) => !element.closest('.visually-hidden, .skips, details:not([open]) > :not(summary)') && element.checkVisibility({ visibilityProperty: true }) && !isFree(element)).map((element) => element.textContent);
    expect(covered).toEqual([]);
    expect(isFree(button('Train').element())).toBe(true);
    await view.unmount();
  }
});

test('a lesson beside it stands below it, and leaves it free', async () => {
  const { lab } = await startLab({ address: '' });
  await render(LabView, { lab, engine: null });
  await render(LessonPanel, { lesson: LESSONS[0]!, page: '', lab }); // the list has eight
  await expect.poll(() => lab.isBusy).toBe(false);
  expect(hangsOver()).toBe(0);
  for (const name of ['Train', 'Export run', 'Close']) expect([name, isFree(button(name).element())]).toEqual([name, true]);
  expect(isFree(page.getByRole('link', { name: 'Next' }).element())).toBe(true);
});
