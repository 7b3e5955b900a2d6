/** What a first visit shows: a finished run that is nobody's, its replay, the tour, and what a whole run takes. */
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import { EXAMPLE_FILE, parseExample } from '../../src/storage/example-run';
import { Tour } from '../../src/state/tour.svelte';
import ExampleView from '../../src/views/ExampleView.svelte';
import LabView from '../../src/views/LabView.svelte';
import TourView from '../../src/views/TourView.svelte';
import '../../src/app.css';
import { button, openLab, startLab } from './open-lab';

const ENGINE = { engine: 'wasm', adapter: 'SIMD', note: '' } as const;

beforeEach(async () => {
  localStorage.clear();
  await page.viewport(1440, 900);
});
afterEach(async () => {
  await cleanup();
  delete document.documentElement.dataset['theme'];
  await page.viewport(414, 896);
});

/** Charts and tables have tests of their own. */
const complaints = async (about: string) => (await axe.run(about)).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
const example = async () => parseExample(await (await fetch(`/${EXAMPLE_FILE}`)).text());

describe('the finished run', () => {
  const slider = () => page.getByRole('slider', { name: 'Moment of the finished run' });

  test.for(['light', 'dark'] as const)('says that it was made before, shows charts and answers, and axe is silent in %s', async (theme) => {
    document.documentElement.dataset['theme'] = theme;
    await page.viewport(1440, 900);
    await render(ExampleView, { run: await example() });
    await expect.element(page.getByText('Made before – not yours, not live')).toBeVisible();
    await expect.element(page.getByText(/seed 1, trained on WASM .* with version/)).toBeVisible();
    await expect.element(page.getByRole('figure', { name: 'loss', exact: true })).toBeVisible();
    await expect.element(page.getByRole('figure', { name: /^Reward against distance/ })).toBeVisible();
    await expect.element(page.getByRole('table').first()).toBeVisible();
    await expect.element(page.getByRole('status', { name: 'Run status' })).not.toBeInTheDocument(); // it has no run status: it does not run
    expect(await complaints('.strip')).toEqual([]);
  });

  test('on a phone makes no answers before somebody comes near them, and all of them for paper', async () => {
    await page.viewport(375, 667);
    await render(ExampleView, { run: await example() });
    await expect.element(page.getByRole('figure', { name: 'loss', exact: true })).toBeVisible();
    const toCome = () => document.querySelectorAll('.answers .to-come').length;
    expect([toCome(), document.querySelectorAll('.answers table').length]).toEqual([1, 0]);
    // Again and again, as who reads on: charts that are still being drawn grow and push it away.
    await expect.poll(() => {
      document.querySelector('.answers')!.scrollIntoView();
      return document.querySelector('.answers table');
    }).not.toBeNull();
    await expect.element(page.getByText(/^Same prompts, before and after dpo$/)).toBeVisible();
    await cleanup();
    await render(ExampleView, { run: await example() });
    dispatchEvent(new Event('beforeprint'));
    expect([toCome(), document.querySelectorAll('.answers table').length > 0, document.querySelectorAll('.answers .group').length > 0]).toEqual([0, true, true]);
    dispatchEvent(new Event('afterprint'));
  });

  test('on a phone is not fetched before somebody comes near it', async () => {
    await page.viewport(375, 667);
    const fetching = vi.spyOn(globalThis, 'fetch');
    const { lab } = await startLab({ address: '' });
    await render(LabView, { lab, engine: ENGINE, isFirstVisit: true });
    await expect.element(page.getByRole('heading', { name: 'Press Train' })).toBeInTheDocument();
    await new Promise((done) => setTimeout(done, 1500)); // longer than anything waits for an idle browser
    const asked = () => fetching.mock.calls.filter(([address]) => String(address).includes(EXAMPLE_FILE)).length;
    expect(asked()).toBe(0);
    document.querySelector('.first .to-come')!.scrollIntoView();
    await expect.element(page.getByText('Made before – not yours, not live')).toBeVisible();
    expect(asked()).toBe(1);
    fetching.mockRestore();
  });

  test('is moved by hand to any moment, and its charts, answers and stages follow', async () => {
    await page.viewport(1440, 900);
    await render(ExampleView, { run: await example() });
    await expect.element(page.getByText(/^dpo · step 1200 of 1200$/)).toBeVisible();
    await slider().fill('2100');
    await expect.element(page.getByText(/^sft · step 100 of 200$/)).toBeVisible();
    await expect.element(slider()).toHaveAttribute('aria-valuetext', 'sft · step 100 of 200');
    await expect.element(page.getByRole('tab', { name: 'sft' })).toHaveAttribute('aria-selected', 'true');
    await expect.element(page.getByText(/^Same prompts, before and after sft$/)).toBeVisible();
    await slider().fill('0');
    await expect.element(page.getByText(/^pretrain · step 0 of 2000$/)).toBeVisible();
  });

  test('plays from its beginning, and stays where it is paused', async () => {
    await render(ExampleView, { run: await example() });
    await button('Replay').click();
    await expect.element(page.getByText(/^pretrain · step [1-9]\d* of 2000$/)).toBeVisible();
    await button('Pause the replay').click();
    const stands = slider().element().getAttribute('aria-valuetext');
    await new Promise((done) => setTimeout(done, 200)); // four moments of a replay
    expect(slider().element().getAttribute('aria-valuetext')).toBe(stands);
  });

  test('that cannot be fetched is missed in a sentence, and the Lab is whole', async () => {
    const { lab } = await startLab({ address: '' });
    const fetched = vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response('', { status: 404 }));
    await render(LabView, { lab, engine: ENGINE, isFirstVisit: true });
    await expect.element(page.getByText(/could not be fetched; everything else works/)).toBeVisible();
    expect(fetched.mock.calls.map(([asked]) => String(asked))).toEqual([expect.stringMatching(/example\.json$/)]);
    fetched.mockRestore();
    await expect.element(button('Train')).toBeVisible();
  });

  test('is gone as soon as a run of the visitor’s own begins, and does not come back', async () => {
    const { lab, store } = await startLab({ address: '' });
    await render(LabView, { lab, engine: ENGINE, isFirstVisit: true });
    await expect.element(page.getByRole('heading', { name: 'Press Train' })).toBeVisible();
    expect(await store.runs()).toEqual([]);
    await button('Train').click();
    await expect.element(page.getByRole('heading', { name: 'Press Train' })).not.toBeInTheDocument();
    await button('Reset').click();
    await expect.element(page.getByText('Its world is')).toBeVisible();
  });
});

describe('the tour', () => {
  const card = () => page.getByRole('dialog');
  async function taken() {
    const tour = new Tour(() => {});
    const { lab } = await openLab({ address: '' });
    const shown = () => render(TourView, { tour, stop: tour.stop! }); // it was begun
    return { tour, lab, shown };
  }
  const boxOf = (place: string) => document.querySelector(place)!.getBoundingClientRect(); // awaited before
  const overlap = () => {
    const [a, b] = [boxOf('.card'), boxOf('.ring')];
    return a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;
  };

  test.for([[1440, 900], [375, 812]] as const)('stands beside what it points at, at %j, and axe is silent', async ([width, height]) => {
    await page.viewport(width, height);
    const { tour, shown } = await taken();
    tour.start();
    const { rerender } = await shown();
    for (const title of ['A recipe, and Train', 'Reward against KL', 'The answers']) {
      await expect.element(page.getByRole('dialog', { name: title })).toBeVisible();
      await expect.poll(() => document.querySelector('.ring') !== null && boxOf('.card').left >= 0).toBe(true);
      await expect.poll(overlap).toBe(false);
      expect(boxOf('.card').right).toBeLessThanOrEqual(width);
      expect(boxOf('.card').bottom).toBeLessThanOrEqual(boxOf('.dock').top);
      expect(boxOf('.ring').top).toBeGreaterThanOrEqual(0);
      expect(await complaints('.card')).toEqual([]);
      tour.next();
      if (tour.stop) await rerender({ tour, stop: tour.stop });
    }
    expect(tour.stop).toBeNull();
    expect(tour.isOffered).toBe(false);
  });

  test('has the focus while it is taken, goes back, and gives the focus back at Esc', async () => {
    const { tour, shown } = await taken();
    button('Train').element().focus();
    tour.start();
    const { rerender, unmount } = await shown();
    await expect.element(card().getByRole('button', { name: 'Next' })).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    expect(tour.stop).toBe('charts');
    await rerender({ tour, stop: 'charts' });
    await card().getByRole('button', { name: 'Back' }).click();
    expect(tour.stop).toBe('recipe');
    await userEvent.keyboard('{Escape}');
    expect(tour.stop).toBeNull();
    await unmount();
    await expect.element(button('Train')).toHaveFocus();
  });

  test('is left by a press anywhere else, which does what it does', async () => {
    const { tour, lab, shown } = await taken();
    tour.start();
    await shown();
    await expect.element(card()).toBeVisible();
    await button('Train').click();
    expect(tour.stop).toBeNull();
    await expect.poll(() => lab.pipeline?.phase).toBe('training');
  });

  test('is offered in one line, once: taken or declined, it is not offered again', async () => {
    const tour = new Tour(() => {});
    const { lab } = await startLab({ address: '' });
    await render(LabView, { lab, engine: ENGINE, isFirstVisit: true, tour });
    await button('No, thanks').click();
    await expect.element(page.getByText('New here?')).not.toBeInTheDocument();
    expect(new Tour(() => {}).isOffered).toBe(false);
  });

  test('shows the Lab first, where another screen is shown', () => {
    let went = 0;
    new Tour(() => (went += 1)).start();
    expect(went).toBe(1);
  });
});

describe('what a whole run takes', () => {
  const wasm = { flops: 62e9, launch: 0.002, read: 0.02 };

  test('is foretold with its formula, by assumed watts or those typed, which are remembered', async () => {
    const { lab } = await openLab({ address: '' });
    await lab.learnSpeeds({ wasm });
    const note = page.getByText(/^Whole run: about \d+ s, [\d.]+–[\d.]+ Wh$/);
    await note.click();
    await expect.element(page.getByText(/^Energy = time × power ÷ 3600: \d+ s × 15 to 45 W/)).toBeVisible();
    expect(await complaints('.machine')).toEqual([]);
    const field = page.getByRole('spinbutton', { name: 'Watts of this machine under load' });
    await field.fill('100');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByText(/× 100 W ÷ 3600/)).toBeVisible();
    await expect.element(page.getByRole('region', { name: 'Transport' }).getByText(/^≈ \d+ s in all · [\d.]+ Wh$/)).toBeVisible();
    expect(localStorage.getItem('nudge.watts')).toBe('100');
    await field.fill('');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByText(/15 to 45 W/)).toBeVisible();
  });

  test('is what it took, once it is finished', async () => {
    const { lab } = await openLab();
    await lab.learnSpeeds({ wasm });
    await button('Train').click();
    await expect.element(page.getByRole('region', { name: 'Transport' }).getByText(/^Trained \d+ s, /)).toBeVisible();
  });
});
