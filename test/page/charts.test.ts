/** Charts follow the history they are given, leave nothing behind, and say the same numbers as a table. */
import { afterEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import MetricChart from '../../src/charts/MetricChart.svelte';
import { appendRow, emptyColumns, type MetricRow } from '../../src/contract/metrics';
import '../../src/app.css';

afterEach(() => cleanup());

test('a chart shows the last value of each line and follows what is appended', async () => {
  const history = emptyColumns();
  const panel = { metric: 'loss', series: ['loss', 'eval_loss'] } as const;
  const props = { panel: { ...panel, series: [...panel.series] }, history, points: 0, total: 10 };
  const screen = await render(MetricChart, props);
  const figure = page.getByRole('figure', { name: 'loss', exact: true });
  await expect.element(figure).toBeVisible();
  await expect.element(figure.getByText('nothing measured yet')).toBeVisible();

  const rows: MetricRow[] = [{ loss: 0.6931, eval_loss: 2 }, { loss: 0.25 }];
  rows.forEach((row, i) => appendRow(history, i, row));
  await screen.rerender({ points: 2 });
  await expect.element(figure.getByText('0.250', { exact: true })).toBeVisible();
  await expect.element(figure.getByText('2', { exact: true })).toBeVisible();
});
