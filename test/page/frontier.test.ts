/** The plot of reward against distance: what is drawn for whom, and the same numbers as a table. */
import { afterEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import FrontierChart from '../../src/charts/FrontierChart.svelte';
import { frontierOf } from '../../src/experiments/frontier';
import '../../src/app.css';
import { historyOf } from './fixtures';

afterEach(() => cleanup());

/** Gold turns down while the proxy goes on rising. */
const hacked = historyOf([0, 1, 2, 3, 4, 5].map((i) => ({ 'objective/kl': i * i, 'objective/scores': i, 'objective/gold': 4 * i - i * i })));
const direct = historyOf([{ 'objective/kl': 0, 'gold/reward': 0.3 }, { loss: 1 }, { 'objective/kl': 4, 'gold/reward': 0.8 }]);
const frontier = frontierOf('Reward against distance', 'log10 births', [
  { name: 'sft', algorithm: 'sft', history: historyOf([{ loss: 1, 'gold/reward': 1 }]) },
  { name: 'ppo', algorithm: 'ppo', history: hacked },
  { name: 'dpo', algorithm: 'dpo', history: direct },
]);

test('draws gold solid, proxy dashed and the law dotted, and nothing for a stage that measured no distance', async () => {
  await render(FrontierChart, { frontier });
  await expect.element(page.getByRole('img', { name: 'Reward against distance: ppo, dpo' })).toBeVisible();
  const dashes = [...document.querySelectorAll('svg path')].map((path) => `${path.getAttribute('class')?.split(' ')[0]} ${path.getAttribute('stroke-dasharray')}`);
  expect(dashes).toEqual(['fit 1 4', 'proxy 5 4', 'gold none', 'gold none']);
  expect(document.querySelectorAll('circle').length).toBe(2);
  await expect.element(page.getByText('A ring marks the highest gold reward', { exact: false })).toBeVisible();
});

test('says the same as a table, and what was fitted', async () => {
  await render(FrontierChart, { frontier });
  await page.getByText('Table').click();
  await expect.element(page.getByRole('row', { name: 'ppo 2 4 2', exact: true })).toBeVisible();
  await expect.element(page.getByRole('row', { name: 'dpo 2 0.500 –', exact: true })).toBeVisible();
  await expect.element(page.getByRole('row', { name: /ppo, fitted R = d\(a − b·ln d\): a .*R² / })).toBeVisible();
});

test('follows what it is given, and says so when there is nothing', async () => {
  const screen = await render(FrontierChart, { frontier: { ...frontier, paths: [] } });
  await expect.element(page.getByText('No policy has moved yet.')).toBeVisible();
  await screen.rerender({ frontier });
  await expect.element(page.getByText('No policy has moved yet.')).not.toBeInTheDocument();
});

test('every path can be told from every other, by hue or by the shape on it', async () => {
  const names = Array.from({ length: 14 }, (_, i) => `policy ${i}`);
  await render(FrontierChart, { frontier: { ...frontier, paths: names.map((name, i) => ({ name, proxy: [], gold: [{ x: 0, y: 0 }, { x: 1, y: i }, { x: 2, y: 0 }] })) } });
  const looks = [...document.querySelectorAll('svg path')].map((path) => {
    const marker = path.getAttribute('marker-mid');
    const shape = marker ? document.querySelector(marker.slice(4, -1))?.querySelector('polygon')?.getAttribute('points') : 'none';
    return `${path.getAttribute('stroke')} ${shape}`;
  });
  expect(new Set(looks).size).toBe(14);
  const legend = page.getByRole('listitem').elements().map((item) => `${item.querySelector<HTMLElement>('.swatch')!.style.background} ${item.textContent.replace(/policy.*/, '').trim()}`);
  expect(new Set(legend).size).toBe(14);
});
