/** The panel of a reward model's report: each finding has a sentence, the chart a table twin with the same numbers, and the Lab shows it with its stage. */
import { afterEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import RewardReport from '../../src/components/RewardReport.svelte';
import { findingsOf } from '../../src/components/report-words';
import { memoryStore } from '../../src/storage/memory-store';
import '../../src/app.css';
import { bundleOf, madeReport } from './fixtures';
import { openLab } from './open-lab';

afterEach(cleanup);

test('every finding has a value and a sentence, and sections have intervals', async () => {
  const report = madeReport();
  await render(RewardReport, { report });
  for (const { name, value, means } of findingsOf(report)) {
    expect(means).toMatch(/\.$/);
    expect(value).not.toMatch(/NaN|undefined/);
    await expect.element(page.getByText(name, { exact: true })).toBeVisible();
  }
  const [section] = report.sections;
  await expect.element(page.getByRole('table', { name: 'Benchmark' }).getByRole('row').nth(1)).toHaveTextContent(`50${(100 * section!.accuracy.share).toFixed(1)} %`);
});

test('beside a long benchmark the chart keeps its own height', async () => {
  await page.viewport(1440, 900);
  await render(RewardReport, { report: madeReport() });
  const [caption, plot] = [document.querySelector('figcaption')!, document.querySelector('svg')!].map((element) => element.getBoundingClientRect());
  expect(plot!.top - caption!.bottom).toBeLessThan(16);
  await page.viewport(414, 896);
});

test('a borrowed one says where it was measured', async () => {
  const screen = await render(RewardReport, { report: madeReport() });
  await expect.element(page.getByText('Measured once, at step 1600, on 400 held-out pairs.')).toBeVisible();
  await screen.rerender({ isBorrowed: true });
  await expect.element(page.getByText('Measured once, at step 1600 of the run it was borrowed from, on 400 held-out pairs.')).toBeVisible();
});

test('the table twin holds the bins of the chart', async () => {
  const report = madeReport();
  await render(RewardReport, { report });
  await page.getByText('Table').click();
  const rows = page.getByRole('region', { name: 'Table of Right by size of margin' }).getByRole('row');
  expect(rows.elements().length).toBe(report.bins.length + 1);
  await expect.element(rows.nth(1)).toHaveTextContent(`0 to 0.5${report.bins[0]!.n}`);
});

test('the Lab shows the report of a stored reward model beside its charts, and of no other stage', async () => {
  const store = memoryStore();
  const { record, stages } = bundleOf({ id: 'run-1', name: 'judged', recipe: 'names-ppo', seed: 1, gold: 1 });
  await store.putBundle({ record, stages: stages.map((entry) => (entry.stage.stage === 'reward-model' ? { ...entry, stage: { ...entry.stage, report: madeReport() } } : entry)) });
  await openLab({ store, address: 'run=run-1' });
  const heading = page.getByRole('heading', { name: 'What this reward model is worth' });
  await expect.element(heading).not.toBeInTheDocument();
  await page.getByRole('tab', { name: 'reward-model' }).click();
  await expect.element(heading).toBeVisible();
});
