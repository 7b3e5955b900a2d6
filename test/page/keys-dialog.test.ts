/** The help: it opens and closes, lists what is of use here, and gives the focus back. */
import axe from 'axe-core';
import { afterEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import KeysDialog from '../../src/components/KeysDialog.svelte';
import { groupsOn } from '../../src/components/keys';
import SiteHeader from '../../src/components/SiteHeader.svelte';
import { LetterKeys } from '../../src/state/letter-keys.svelte';
import { SCREENS } from '../../src/state/screens';
import { THEMES } from '../../src/state/theme-choice.svelte';
import { speak, words } from '../../src/words/words.svelte';
import '../../src/app.css';
import '../../src/contrast.css';

afterEach(async () => {
  await cleanup();
  await speak('en');
  new LetterKeys().choose(true);
  const { dataset } = document.documentElement;
  delete dataset['theme'];
  delete dataset['contrast'];
  await page.viewport(414, 896);
});

const dialog = () => page.getByRole('dialog', { name: words().keys.title });

async function open({ screen = 'lab', ontour }: { screen?: (typeof SCREENS)[number]; ontour?: () => void } = {}) {
  const letters = new LetterKeys();
  const set = (isOpen: boolean) => void help.rerender({ isOpen });
  await render(SiteHeader, { labLink: '#/lab', screens: SCREENS, view: screen, theme: 'system', themes: THEMES, ontheme: () => {}, onlanguage: () => {}, onhelp: () => set(true) });
  const help = await render(KeysDialog, {
    isOpen: false, screen, letters: letters.areOn, ontour,
    onopen: () => set(true),
    onclose: () => set(false),
    onletters: (areOn: boolean) => {
      letters.choose(areOn);
      void help.rerender({ letters: areOn });
    },
  });
}

test('the question mark opens it, Escape closes it, and the focus is where it was', async () => {
  await open();
  const link = page.getByRole('link', { name: 'Runs', exact: true });
  link.element().focus();
  await userEvent.keyboard('?');
  await expect.element(dialog()).toBeVisible();
  await expect.element(dialog().getByRole('button', { name: 'Close' })).toHaveFocus();
  await userEvent.keyboard('{Escape}');
  await expect.element(dialog()).not.toBeInTheDocument();
  await expect.element(link).toHaveFocus();
});

test('so does the button in the head', async () => {
  await open();
  await page.getByRole('button', { name: 'Help: keys' }).click();
  await expect.element(dialog()).toBeVisible();
  await dialog().getByRole('button', { name: 'Close' }).click();
  await expect.element(dialog()).not.toBeInTheDocument();
  await expect.element(page.getByRole('button', { name: 'Help: keys' })).toHaveFocus();
});

test('a question mark in a field is a question mark', async () => {
  await open();
  const field = document.createElement('input');
  document.body.append(field);
  field.focus();
  await userEvent.keyboard('?');
  await expect.element(dialog()).not.toBeInTheDocument();
  expect(field.value).toBe('?');
  field.remove();
});

test('it can be switched off, and the button stays', async () => {
  await open();
  await userEvent.keyboard('?');
  await dialog().getByRole('checkbox', { name: 'Single letters and ? are keys' }).click();
  await userEvent.keyboard('{Escape}');
  await expect.element(dialog()).not.toBeInTheDocument();
  await userEvent.keyboard('?');
  await expect.element(dialog()).not.toBeInTheDocument();
  expect(new LetterKeys().areOn).toBe(false); // after a reload too
  await page.getByRole('button', { name: 'Help: keys' }).click();
  await expect.element(dialog()).toBeVisible();
});

test('a tour is offered where there is one, and begins when the help is gone', async () => {
  await open();
  await userEvent.keyboard('?');
  await expect.element(dialog().getByRole('button', { name: 'Take the tour' })).not.toBeInTheDocument();
  await cleanup();
  const ontour = vi.fn(() => expect(document.querySelector('dialog[open]')).toBeNull());
  await open({ ontour });
  await userEvent.keyboard('?');
  await dialog().getByRole('button', { name: 'Take the tour' }).click();
  await expect.poll(() => ontour.mock.calls.length).toBe(1);
  expect(ontour.mock.results[0]?.type).toBe('return');
});

test.each(SCREENS)('%s: every line of its groups is there, with its keys', async (screen) => {
  await open({ screen });
  await userEvent.keyboard('?');
  await expect.element(dialog()).toBeVisible();
  const { names, does } = words().keys;
  const said = [...document.querySelectorAll('dialog dl > div')].map((line) => [[...line.querySelectorAll('kbd')].map(({ textContent }) => textContent).join(' '), line.querySelector('dd')?.textContent]);
  expect(said).toEqual(groupsOn(screen).flatMap(({ lines }) => lines.map((line) => [line.keys.map((key) => names[key as keyof typeof names] ?? key).join(' '), does[line.does]]))); // a key without a name is its own
});

test.each([['light', '', 1440, 900, 'en'], ['dark', '', 375, 812, 'de'], ['light', 'more', 320, 256, 'de'], ['dark', 'more', 1440, 900, 'en']] as const)('axe finds nothing and nothing hangs over, %s %s at %i by %i in %s', async (theme, contrast, width, height, language) => {
  await page.viewport(width, height);
  await speak(language);
  document.documentElement.dataset['theme'] = theme;
  if (contrast) document.documentElement.dataset['contrast'] = contrast;
  await open({ ontour: () => {} });
  await userEvent.keyboard('?');
  await expect.element(dialog()).toBeVisible();
  const { violations } = await axe.run(document.body, { rules: { region: { enabled: false }, 'page-has-heading-one': { enabled: false }, 'landmark-one-main': { enabled: false }, 'heading-order': { enabled: false } } });
  expect(violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }))).toEqual([]);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
  const { left, right, top, bottom } = document.querySelector('dialog')!.getBoundingClientRect();
  expect(left >= 0 && right <= width && top >= 0 && bottom <= height).toBe(true);
});
