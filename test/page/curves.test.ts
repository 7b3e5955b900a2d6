/** Curves of several methods over each other: a name switches its curve, and the table says the same in numbers. */
import { expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import CurveChart from '../../src/charts/CurveChart.svelte';
import { overSeeds } from '../../src/contract/statistics';
import '../../src/app.css';

const measure = {
  title: 'gold/win_rate', unit: 'fraction', means: 'How often it wins.',
  curves: ['dpo', 'ppo'].map((name, i) => ({ name, points: [0, 0.5, 1].map((at) => ({ at, value: overSeeds([0.5 + at * 0.1 * i, 0.52 + at * 0.1 * i]) })) })),
};

test('draws a line and a band for each method, and none for those that are switched off', async () => {
  const ontoggle = vi.fn();
  const view = await render(CurveChart, { measure, ontoggle });
  const drawing = page.getByRole('img', { name: 'gold/win_rate: dpo, ppo' });
  const paths = () => drawing.element().querySelectorAll('path').length;
  expect(paths()).toBe(4);
  const dpo = page.getByRole('button', { name: 'dpo' });
  await expect.element(dpo).toHaveAttribute('aria-pressed', 'true');
  await dpo.click();
  expect(ontoggle).toHaveBeenCalledWith('dpo');
  await view.rerender({ measure, hidden: ['dpo'], ontoggle });
  await expect.element(dpo).toHaveAttribute('aria-pressed', 'false');
  expect(paths()).toBe(2);
});

test('has a table twin with every point and its interval', async () => {
  await render(CurveChart, { measure, ontoggle: () => {} });
  await page.getByText('Table', { exact: false }).first().click();
  const rows = page.getByRole('row', { name: /^ppo/ });
  await expect.element(rows.last()).toHaveTextContent(/ppo\s*100 %\s*0\.61/);
  expect(rows.elements().length).toBe(3);
});
