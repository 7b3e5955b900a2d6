/** The Lab as it is projected: every key and every button, letters for the last row, nothing that moves, and nothing axe-core would say. */
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import { memoryStore } from '../../src/storage/memory-store';
import { speak } from '../../src/words/words.svelte';
import '../../src/app.css';
import '../../src/contrast.css';
import LabView from '../../src/views/LabView.svelte';
import { behaviour, type Behaviour } from './fake-trainer';
import { bundleOf, sampleSet } from './fixtures';
import { button, startLab, status } from './open-lab';

beforeEach(() => page.viewport(1280, 720));
afterEach(async () => {
  await cleanup();
  await speak('en');
  delete document.documentElement.dataset['theme'];
  delete document.documentElement.dataset['contrast'];
  await page.viewport(414, 896);
});

interface Given {
  address?: string;
  presented?: string | null;
  how?: Behaviour;
  store?: ReturnType<typeof memoryStore>;
  letters?: boolean;
}

/** A Lab whose address is `charts`: what was asked to be projected, newest last. */
async function project({ presented = '', letters = true, ...given }: Given = {}) {
  const started = await startLab(given);
  const charts: (string | null)[] = [];
  const view = await render(LabView, { lab: started.lab, engine: null, presented, letters, onpresent: (chart: string | null) => {
    charts.push(chart);
    void view.rerender({ presented: chart });
  } });
  if (presented !== null) await expect.element(stage()).toBeVisible(); // it is fetched when it is needed
  return { ...started, charts, follow: (metric: string) => view.rerender({ presented: metric }) };
}

/** A finished run with answers. */
async function finished() {
  const store = memoryStore();
  const { record, stages } = bundleOf({ id: 'run-1', name: 'done', recipe: 'names-ppo', seed: 1, gold: 1 });
  await store.putBundle({ record, stages: stages.map((entry) => ({ ...entry, history: { ...entry.history, samples: [sampleSet(2, entry.stage.stage === 'reward-model')] } })) });
  return { store, address: 'run=run-1' };
}

const stage = () => page.getByRole('group', { name: /^(Presentation|Vorführung)$/ });
const chart = () => stage().getByRole('figure').element().getAttribute('aria-label');
const press = (keys: string) => userEvent.keyboard(keys);

describe('the keys', () => {
  test('p begins, Escape ends, and the focus is on the button that begins', async () => {
    const { charts } = await project({ presented: null });
    await press('p');
    await expect.element(stage()).toHaveFocus();
    await expect.element(page.getByRole('region', { name: 'Lab' })).not.toBeInTheDocument();
    await press('{Escape}');
    await expect.element(button('Present')).toHaveFocus();
    expect(charts).toEqual(['', null]);
  });

  test('nobody types a p into a field and finds the Lab gone', async () => {
    const { charts } = await project({ presented: null });
    await page.getByRole('spinbutton', { name: 'Seed' }).click();
    await press('p');
    expect(charts).toEqual([]);
  });

  test('right and left, and a clicker’s Page down and Page up, go through the charts, and the address follows', async () => {
    const { charts } = await project(await finished());
    const first = chart();
    await press('{ArrowRight}');
    const second = chart();
    await press('{PageDown}');
    const third = chart();
    expect(new Set([first, second, third]).size).toBe(3);
    await press('{PageUp}{ArrowLeft}');
    expect(chart()).toBe(first);
    expect(charts).toEqual([second, third, second, first]);
  });

  test('an address that is written anew is followed, from the answers too', async () => {
    const { follow, charts } = await project(await finished());
    await press('{ArrowRight}');
    const second = chart();
    await press('{ArrowRight}a');
    await follow(second!);
    await expect.poll(() => stage().getByRole('figure').elements().length).toBe(1);
    expect([chart(), charts.length]).toEqual([second, 2]);
  });

  test('down and up go through the stages, and stop at the ends', async () => {
    await project(await finished());
    await expect.element(stage()).toHaveTextContent(/PPO · stage 4 of 4/);
    await press('{ArrowDown}');
    await expect.element(stage()).toHaveTextContent(/PPO · stage 4 of 4/);
    await press('{ArrowUp}');
    await expect.element(stage()).toHaveTextContent(/Reward model · stage 3 of 4/);
    await press('{ArrowUp}{ArrowUp}{ArrowUp}{ArrowUp}');
    await expect.element(stage()).toHaveTextContent(/stage 1 of 4/);
  });

  test('a shows the answers, c the chart again', async () => {
    await project(await finished());
    await press('a');
    const answers = page.getByRole('region', { name: 'Answers to the same prompts' });
    await expect.element(answers.getByRole('row', { name: '♀ M abc ann' })).toBeVisible();
    await expect.element(answers.getByRole('columnheader', { name: 'now, step 2' })).toBeVisible();
    await press('{ArrowUp}'); // the reward model's, which changes no answer
    await expect.element(answers.getByRole('row', { name: '♀ M ann −1.00 2.00' })).toBeVisible();
    await press('c');
    await expect.element(stage().getByRole('figure')).toBeVisible();
  });

  test('space trains and pauses, s steps', async () => {
    const { lab } = await project({ address: 'set=pretrain.steps=9000', how: behaviour({ pace: 5 }) });
    await expect.element(stage()).toHaveTextContent(/Press Train, or Space\./);
    await press(' ');
    await expect.element(status()).toHaveTextContent(/^training · pretrain · step [1-9]/);
    await press(' ');
    await expect.element(status()).toHaveTextContent(/^paused/);
    const { step } = lab.pipeline!.current;
    await press('s');
    await expect.poll(() => lab.pipeline!.current.step).toBe(step + 1);
    await press('S');
    await expect.poll(() => lab.pipeline!.current.step).toBe(step + 2);
  });

  test('the space bar presses a button that was walked to, and stays a key after the mouse', async () => {
    const { lab } = await project({ address: 'set=pretrain.steps=9000', how: behaviour({ pace: 5 }) });
    await button('Train').click();
    await expect.element(status()).toHaveTextContent(/^training/);
    await button('Next').click();
    await expect.element(button('Next')).not.toHaveFocus();
    const second = chart();
    await press(' ');
    await expect.element(status()).toHaveTextContent(/^paused/);
    expect(chart()).toBe(second);
    button('Next').element().focus();
    await press(' ');
    expect(chart()).not.toBe(second);
    expect(lab.pipeline!.phase).toBe('paused');
  });

  test('letters are no keys for who has switched them off; arrows still are', async () => {
    const { charts } = await project({ ...(await finished()), letters: false });
    await press('ac{ArrowRight}');
    expect(charts).toHaveLength(1);
    await expect.element(stage().getByRole('figure')).toBeVisible();
    await cleanup();
    const again = await project({ presented: null, letters: false });
    await press('p');
    expect(again.charts).toEqual([]);
  });
});

test('a button does what each key does', async () => {
  const { charts } = await project(await finished());
  const first = chart();
  await button('Next').click();
  expect(chart()).not.toBe(first);
  await button('Back').click();
  expect(chart()).toBe(first);
  await button('Stage before').click();
  await expect.element(stage()).toHaveTextContent(/stage 3 of 4/);
  await button('Next stage').click();
  await expect.element(stage()).toHaveTextContent(/stage 4 of 4/);
  await expect.element(button('Next stage')).toHaveAttribute('aria-disabled', 'true');
  await button('Answers').click();
  await expect.element(page.getByRole('region', { name: 'Answers to the same prompts' })).toBeVisible();
  await button('Chart').click();
  for (const name of ['Train', 'Pause', 'Step', 'Full screen']) await expect.element(button(name)).toBeVisible();
  await expect.element(button('Train')).toHaveAttribute('aria-disabled', 'true'); // finished, and says so
  await button('Leave').click();
  expect(charts.at(-1)).toBeNull();
});

test('a link begins with the chart it names', async () => {
  await project({ ...(await finished()), presented: 'objective/kl' });
  expect(chart()).toBe('objective/kl');
});

test('the metric says its name, its sentence, its value and unit, and where it is healthy', async () => {
  await project({ ...(await finished()), presented: 'gold/reward' });
  const figure = stage().getByRole('figure', { name: 'gold/reward' });
  await expect.element(figure).toHaveTextContent(/gold\/reward/);
  await expect.element(figure.getByText('log10 births').first()).toBeVisible();
  await expect.element(figure.getByText('1', { exact: true })).toBeVisible(); // as measured last
  await expect.element(figure.getByText(/^Healthy /)).toBeVisible();
  expect(figure.element().querySelector('.means')!.textContent!.length).toBeGreaterThan(30);
});

test.each([[1280, 720], [1920, 1080]])('no letter is smaller than a fortieth of a screen of %i by %i, and nothing has to be scrolled', async (width, height) => {
  await page.viewport(width, height);
  await project(await finished());
  const slides: (() => Promise<void>)[] = [async () => {}, () => press('{ArrowRight}'), () => press('a')];
  for (const turn of slides) {
    await turn();
    const texts = [...stage().element().querySelectorAll('*')].filter((element) => !element.closest('.visually-hidden, svg, .canvas') && [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim()));
    const small = texts.filter((element) => Number.parseFloat(getComputedStyle(element).fontSize) < height / 40).map((element) => element.textContent);
    expect(texts.length).toBeGreaterThan(8);
    expect(small).toEqual([]);
    const { scrollHeight, clientHeight, scrollWidth, clientWidth } = stage().element();
    expect([scrollHeight, scrollWidth]).toEqual([clientHeight, clientWidth]);
  }
});

test('nothing moves while it trains, but the curve', async () => {
  await project({ address: 'set=pretrain.steps=9000', how: behaviour({ pace: 4 }) });
  await press(' ');
  await expect.element(status()).toHaveTextContent(/step [1-9]/);
  await press(' ');
  await expect.element(status()).toHaveTextContent(/^paused/);
  const boxes = () => [...stage().element().querySelectorAll('button, p, figure, figcaption, .line > *, progress')].map((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return element.matches('[role=status]') ? [y, height] : [x, y, width, height]; // its own text has as many letters as it has
  });
  const before = boxes();
  await press(' ');
  await expect.element(status()).toHaveTextContent(/step [1-9]\d\d/);
  expect(boxes()).toEqual(before);
});

test.each([['light', 1280, 720, 'en'], ['dark', 1920, 1080, 'de'], ['dark', 375, 812, 'en'], ['light', 320, 256, 'de']] as const)('axe finds nothing and nothing hangs over, %s at %i by %i in %s', async (theme, width, height, language) => {
  await page.viewport(width, height);
  await speak(language);
  document.documentElement.dataset['theme'] = theme;
  document.documentElement.dataset['contrast'] = 'more';
  await project(await finished());
  for (const turn of ['', '{ArrowUp}', 'a']) {
    if (turn !== '') await press(turn);
    const { violations } = await axe.run(document.body, { rules: { region: { enabled: false }, 'landmark-one-main': { enabled: false } } });
    expect(violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ''}`) }))).toEqual([]);
    const element = document.querySelector('.presented')!;
    expect(element.scrollWidth).toBeLessThanOrEqual(width);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
  }
});
