/** A Lab that a teacher handed out: what is hidden is not there, what is locked says so, everything can be asked for; and the screen where it is made. With axe-core on both. */
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import '../../src/app.css';
import { scanCodeOf } from '../../src/charts/scan-code';
import { parseRoute } from '../../src/state/route.svelte';
import { writeRunFile } from '../../src/storage/run-file';
import HandoutView from '../../src/views/HandoutView.svelte';
import { speak } from '../../src/words/words.svelte';
import { bundleOf as madeRun, RUN, VOCABULARY } from '../unit/made-runs';
import { button, openLab, SHORT, startLab, status } from './open-lab';

beforeEach(() => page.viewport(1440, 900));
afterEach(async () => {
  await cleanup();
  await speak('en');
  delete document.documentElement.dataset['theme'];
  await page.viewport(414, 896);
});

const ONLY_TRAIN = 'hide=recipe,seed,engine,link,advice,advanced,step,reset,save,export,import,credit,task.*,model.*,pretrain.*,sft.*,dpo.*';
const WORDS = new URLSearchParams({ title: 'Pull the rope', class: '10b', ask: 'What does β hold?\n\n- Change one knob.\n- <b>Write</b> it down.' }).toString();
const complaints = async () => (await axe.run(document.body, { rules: { region: { enabled: false }, 'page-has-heading-one': { enabled: false }, 'landmark-one-main': { enabled: false } } })).violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }));
/** Everything that the Tab key comes to. */
const reached = () => [...document.querySelectorAll<HTMLElement>('.lab :is(a[href], button, input, select, textarea, summary, [tabindex="0"])')].filter((each) => each.tabIndex >= 0 && !each.matches(':disabled') && each.checkVisibility()).map((each) => each.textContent.trim());

describe('what students see', () => {
  test('hidden controls are not there, neither for the eye nor for the keyboard', async () => {
    await openLab({ address: `${SHORT}&${ONLY_TRAIN}&${WORDS}` });
    await expect.element(button('Train')).toBeVisible();
    await expect.element(page.getByRole('heading', { name: 'Pull the rope' })).toBeVisible();
    await expect.element(page.getByText('10b', { exact: true })).toBeVisible();
    await expect.element(page.getByText('<b>Write</b> it down.')).toBeVisible(); // never markup
    for (const name of ['Step', 'Reset', 'Save', 'Export run', 'Import run', 'Copy link']) await expect.element(button(name)).not.toBeInTheDocument();
    for (const role of ['combobox', 'spinbutton', 'listbox'] as const) expect(page.getByRole(role).elements()).toEqual([]);
    expect(document.querySelectorAll('.lab input[type=file], [data-part], [data-knob]')).toHaveLength(0);
    expect(reached()).toEqual(['Skip to Train', 'Show all controls', 'Train', 'Pause']);
  });

  test('locked ones say in words that a teacher has set them, and do nothing', async () => {
    const { lab } = await openLab({ address: `${SHORT}&lock=recipe,seed,dpo.beta,reset,step` });
    const beta = page.getByRole('spinbutton', { name: 'β', exact: false }).first();
    for (const control of [beta, page.getByRole('combobox', { name: 'Recipe' }), page.getByRole('spinbutton', { name: 'Seed' })]) {
      await expect.element(control).toBeDisabled();
      await expect.element(control).toHaveAccessibleDescription(/Set by your teacher/);
    }
    await expect.element(page.getByText('Step and Reset: locked by your teacher')).toBeVisible();
    await expect.element(button('Step')).toHaveAttribute('aria-disabled', 'true');
    await button('Step').click({ force: true });
    expect(lab.pipeline).toBeNull();
    await expect.element(page.getByRole('heading', { name: 'Your task' })).not.toBeInTheDocument(); // no words were handed out
    expect(await complaints()).toEqual([]);
  });

  test('of a hidden card a knob can be shown, and Advanced be left out', async () => {
    await openLab({ address: `${SHORT}&hide=advanced,dpo.*,sft.*,pretrain.*,task.*,model.*&show=dpo.beta&lock=dpo.steps` });
    const cards = page.getByRole('list', { name: 'Stages' }).getByRole('listitem');
    expect(cards.elements().filter((each) => each.matches('.card'))).toHaveLength(1);
    expect([...document.querySelectorAll<HTMLElement>('[data-knob]')].map((each) => each.dataset['knob'])).toEqual(['steps', 'beta']);
    expect(document.querySelectorAll('[data-knob] :is(input:not([type=range])):enabled')).toHaveLength(1);
    await expect.element(page.getByText('Advanced')).not.toBeInTheDocument();
  });

  test('whoever wants to see everything may, is told that nothing was secret, and can hide it again', async () => {
    const { lab } = await openLab({ address: `${SHORT}&${ONLY_TRAIN}&${WORDS}` });
    const all = page.getByRole('button', { name: 'Show all controls' });
    await expect.element(page.getByText(/They are no secret\.$/)).toBeVisible();
    await expect.element(all).toHaveAttribute('aria-pressed', 'false');
    await all.click();
    await expect.element(button('Reset')).toBeVisible();
    await expect.element(page.getByRole('spinbutton', { name: 'Seed' })).toBeEnabled();
    await expect.element(page.getByRole('link', { name: 'Leave this task' })).toHaveAttribute('href', lab.bare);
    await all.click();
    await expect.element(button('Reset')).not.toBeInTheDocument();
  });

  test('training, importing and another run leave it as it is; another link replaces it', async () => {
    const { lab, notice } = await openLab({ address: `${SHORT}&${ONLY_TRAIN}&${WORDS}` });
    await button('Train').click();
    await expect.element(status()).toHaveTextContent(/^finished/);
    const { id } = lab.pipeline!.record; // it has trained
    expect(lab.link).toMatch(new RegExp(`^#/lab\\?run=${id}&c=`));
    const { handout } = lab;
    await button('Show all controls').click();
    await button('Reset').click();
    await expect.poll(() => lab.pipeline).toBeNull();
    expect(lab.handout).toEqual(handout);
    await lab.importFile(new File([await writeRunFile(madeRun(), { appVersion: 'test', vocabulary: VOCABULARY })], 'a.nudge'));
    expect(lab.pipeline?.record.id).toBe(RUN);
    expect(lab.handout).toEqual(handout);
    await lab.follow(new URLSearchParams({ run: id }));
    expect(lab.handout).toEqual(handout);
    await expect.element(page.getByRole('heading', { name: 'Pull the rope' })).toBeVisible();
    await lab.follow(new URLSearchParams(lab.link.split('?')[1])); // as a reload does
    expect(lab.handout).toEqual(handout);
    expect(notice.mock.calls.filter(([{ text }]) => text.includes('another version'))).toEqual([]);
    await lab.follow(new URLSearchParams('recipe=names-ppo'));
    expect(lab.handout).toBeNull();
    await expect.element(button('Reset')).toBeVisible();
  });

  test('what a link says of unknown controls is told once, and the rest applied', async () => {
    const { lab, notice } = await startLab({ address: `${SHORT}&hide=seed,telepathy,dpo.mood&lock=a b` });
    const told = () => notice.mock.calls.map(([{ text }]) => text).filter((text) => text.includes('another version'));
    expect(told()).toEqual([expect.stringContaining('a b, telepathy, dpo.mood')]);
    expect(lab.handout?.controls['seed']).toBe('hidden');
    await lab.follow(new URLSearchParams(lab.link.split('?')[1]));
    expect(told()).toHaveLength(1);
  });

  test.each([['light', 1440, 'en'], ['dark', 1440, 'de'], ['dark', 375, 'en'], ['light', 375, 'de']] as const)('axe finds nothing, %s at %i pixels in %s', async (theme, width, language) => {
    await page.viewport(width, 800);
    await speak(language);
    document.documentElement.dataset['theme'] = theme;
    for (const controls of [ONLY_TRAIN, 'lock=recipe,seed,engine,dpo.*,model.*,step,reset,save,export,import']) {
      await openLab({ address: `${SHORT}&${controls}&${WORDS}` });
      await expect.element(page.getByText('10b', { exact: true })).toBeVisible();
      expect(await complaints(), controls).toEqual([]);
      expect(document.documentElement.scrollWidth, controls).toBeLessThanOrEqual(width);
      await cleanup();
    }
  });
});

describe('the screen where it is made', () => {
  const openMaker = async (query: string) => {
    const onlink = vi.fn<(hash: string) => void>();
    await render(HandoutView, { params: new URLSearchParams(query), labLink: '#/lab', appVersion: 'test', onlink });
    const linkNow = () => (page.getByRole('link', { name: 'See it as your students will' }).element() as HTMLAnchorElement).hash; // it is one
    return { onlink, linkNow };
  };

  test('makes a link of presets, single controls and words, and its own address follows', async () => {
    const { onlink, linkNow } = await openMaker('recipe=names-dpo&seed=4');
    expect(linkNow()).toBe('#/lab?recipe=names-dpo&seed=4');
    await button('Only Train').click();
    await expect.element(button('Only Train')).toHaveAttribute('aria-pressed', 'true');
    await page.getByRole('combobox', { name: 'Export run' }).selectOptions('shown');
    await page.getByText('3. DPO').first().click();
    await page.getByRole('combobox', { name: 'β 3. DPO' }).selectOptions('locked');
    await page.getByRole('textbox', { name: 'Title' }).fill('Rope');
    await page.getByRole('textbox', { name: 'Task for the students' }).fill('Pull.');
    await userEvent.tab();
    const params = () => parseRoute(linkNow()).params;
    expect(params().get('hide')?.split(',')).toEqual(expect.arrayContaining(['recipe', 'seed', 'reset', 'dpo.*', 'task.*']));
    expect(params().get('hide')?.split(',')).not.toContain('export');
    expect(params().get('lock')).toBe('dpo.beta');
    expect([params().get('title'), params().get('ask'), params().get('seed')]).toEqual(['Rope', 'Pull.', '4']);
    expect(onlink).toHaveBeenLastCalledWith(linkNow().replace('#/lab', '#/hand-out'));
    await expect.element(page.getByText(`${new URL(linkNow(), location.href).href.length} characters.`)).toBeVisible();
  });

  test('copies the link, says where it is long, and keeps back one that would not open', async () => {
    const { linkNow } = await openMaker('recipe=names-dpo');
    const written = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValueOnce();
    await button('Copy the link').click();
    await expect.element(page.getByText('Copied.')).toBeVisible();
    expect(written).toHaveBeenCalledExactlyOnceWith(new URL(linkNow(), location.href).href);
    written.mockRestore();
    const noise = (count: number) => Array.from({ length: count }, (_, i) => String.fromCharCode(0x4e00 + ((i * 7919) % 20_000))).join('');
    const task = page.getByRole('textbox', { name: 'Task for the students' });
    await task.fill(noise(1000));
    await expect.element(page.getByText(/Some programs cut links/)).toBeVisible();
    await task.fill(noise(4000));
    await expect.element(page.getByText(/it would not open/)).toBeVisible();
    await expect.element(button('Copy the link')).not.toBeInTheDocument();
  });

  test('shows the link as a code to scan, as it is now, under the title; Escape closes it', async () => {
    const { linkNow } = await openMaker('recipe=names-dpo');
    const drawn = () => document.querySelector('dialog path')?.getAttribute('d');
    const shown = () => scanCodeOf(new URL(linkNow(), location.href).href)?.path;
    await button('Show it to be scanned').click();
    await expect.element(page.getByRole('dialog', { name: 'Scan to open the Lab' })).toBeVisible();
    expect(drawn()).toBe(shown());
    expect(await complaints()).toEqual([]);
    await userEvent.keyboard('{Escape}');
    await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();
    const before = shown();
    await page.getByRole('textbox', { name: 'Title' }).fill('Rope');
    await button('Show it to be scanned').click();
    await expect.element(page.getByRole('dialog', { name: 'Rope' })).toBeVisible();
    expect([drawn() === shown(), drawn() === before]).toEqual([true, false]);
  });

  test('of a link that cannot be read says so', async () => {
    await openMaker('recipe=magic');
    await expect.element(page.getByRole('alert')).toHaveTextContent(/There is no such recipe/);
  });

  test.each([['light', 1440, 'en'], ['dark', 1440, 'de'], ['dark', 375, 'de'], ['light', 375, 'en']] as const)('axe finds nothing, %s at %i pixels in %s', async (theme, width, language) => {
    await page.viewport(width, 800);
    await speak(language);
    document.documentElement.dataset['theme'] = theme;
    await openMaker(`recipe=names-ppo&${WORDS}&hide=ppo.*&lock=seed`);
    for (const details of document.querySelectorAll('details')) details.open = true;
    expect(await complaints()).toEqual([]);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
  });
});
