/** What is drawn of an experiment can be read off: an axis with numbers, and intervals only where there are several seeds. */
import { afterEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import EstimatePlot from '../../src/charts/EstimatePlot.svelte';
import { overSeeds } from '../../src/contract/statistics';
import ReportView from '../../src/views/ReportView.svelte';
import '../../src/app.css';

afterEach(async () => {
  await cleanup();
  await page.viewport(414, 896);
});

const column = { name: 'gold win rate', unit: 'fraction', means: 'How often it wins.' };
const several = overSeeds([0.55, 0.6, 0.65]);

test.each([375, 1440])('marks stand over the numbers of the axis, %i pixels wide', async (width) => {
  await page.viewport(width, 800);
  await render(EstimatePlot, { title: column.name, unit: column.unit, rows: [{ name: 'dpo', estimate: overSeeds([0.4]) }, { name: 'a method with a name that is rather long', estimate: overSeeds([0.6]) }] });
  const middleOf = (element: Element) => element.getBoundingClientRect().left + element.getBoundingClientRect().width / 2;
  const ticks = () => [...document.querySelectorAll('.ticks > span')];
  await expect.poll(() => ticks().length).toBeGreaterThan(2);
  const [first, last] = [ticks()[0]!, ticks().at(-1)!];
  expect([first.textContent, last.textContent].map(Number)).toEqual([0.4, 0.6]);
  const means = [...document.querySelectorAll('.mean')].map(middleOf);
  expect(Math.abs(middleOf(first) - means[0]!)).toBeLessThan(2);
  expect(Math.abs(middleOf(last) - means[1]!)).toBeLessThan(2);
  const places = ticks().map((tick) => tick.getBoundingClientRect());
  for (const [i, { left }] of places.entries()) if (i > 0) expect(left).toBeGreaterThan(places[i - 1]!.right);
});

test('one value has no interval, and nothing is said to be one', async () => {
  const table = (title: string, estimate: typeof several) => ({ title, of: 'method', columns: [column, { ...column, id: 'r2', name: 'R²', unit: '–' }], rows: [{ name: 'dpo', cells: [estimate, null] }] });
  await render(ReportView, { report: { tables: [table('Seeds', several), table('Of the mean', overSeeds([0.6]))], curves: [], frontiers: [], notes: [] } });
  await expect.element(page.getByRole('region', { name: 'Table: Seeds' })).toHaveTextContent(/0\.600\s*0\.476 to 0\.724/);
  await expect.element(page.getByRole('region', { name: 'Seeds', exact: true })).toHaveTextContent('Mean over seeds, and its 95 % interval.');
  await expect.element(page.getByRole('region', { name: 'Of the mean', exact: true })).toHaveTextContent('One value each, without an interval.');
  await expect.element(page.getByRole('region', { name: 'Table: Of the mean' })).toHaveTextContent(/^methodgold win rate\s*fractionR²\s*dpo0\.600–$/);
});

test('on a narrow screen the names leave room for the numbers', async () => {
  await page.viewport(375, 800);
  await render(ReportView, { report: { tables: [{ title: 'Seeds', of: 'method and proxy', columns: [column, { ...column, id: 'kl', name: 'KL' }], rows: [{ name: 'best-of-n, width 64, 2 layers, 40,000 labels', cells: [several, several] }] }], curves: [], frontiers: [], notes: [] } });
  const scroll = page.getByRole('region', { name: 'Table: Seeds' }).element().getBoundingClientRect();
  const name = document.querySelector('tbody th')!.getBoundingClientRect();
  expect(name.width).toBeLessThan(scroll.width / 2);
});
