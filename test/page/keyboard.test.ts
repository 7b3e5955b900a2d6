/** The Lab by keyboard alone: everything is reached, nothing reached lies under the transport, and there is a short way past the charts. */
import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import MetricChart from '../../src/charts/MetricChart.svelte';
import { memoryStore } from '../../src/storage/memory-store';
import '../../src/app.css';
import { bundleOf, historyOf, sampleSet, withPairs } from './fixtures';
import { button, openLab } from './open-lab';

afterEach(async () => {
  await cleanup();
  await page.viewport(414, 896);
});

/** The Lab with a finished run in it. */
async function finished() {
  const store = memoryStore();
  const { record, stages } = bundleOf({ id: 'run-1', name: 'done', recipe: 'names-dpo', seed: 1, gold: 1 });
  await store.putBundle({ record, stages: stages.map((entry) => (entry.stage.stage === 'dpo' ? { ...entry, history: { ...entry.history, samples: [withPairs(sampleSet(2, false), 'policy')] } } : entry)) });
  await openLab({ store, address: 'run=run-1' });
  await expect.element(page.getByRole('heading', { name: 'Held-out pairs, token by token' })).toBeVisible();
}

test.each([[1440, 700], [375, 700]])('Tab goes from the first control to the last and never under the transport, %i by %i', async (width, height) => {
  await page.viewport(width, height);
  await finished();
  const transport = document.querySelector('.transport')!;
  const seen: string[] = [];
  const covered: string[] = [];
  for (let i = 0; i < 200 && seen.at(-1) !== 'Import run'; i++) {
    await userEvent.tab();
    const at = document.activeElement!;
    const name = at.getAttribute('aria-label') ?? at.textContent.trim();
    seen.push(name);
    const { top, bottom } = at.getBoundingClientRect();
    if (!transport.contains(at) && (bottom > transport.getBoundingClientRect().top && bottom - top < height / 2)) covered.push(name);
  }
  expect(seen.at(-1)).toBe('Import run');
  expect(seen).toEqual(expect.arrayContaining(['Skip to the answers', 'Table of loss', 'Train', 'Export run']));
  expect(covered).toEqual([]);
});

test('two buttons, seen only with the focus, lead past the charts', async () => {
  await page.viewport(1440, 900);
  await finished();
  const skip = button('Skip to Train');
  expect(skip.element().closest('.skips')!.getBoundingClientRect().width).toBeLessThan(2);
  skip.element().focus();
  expect(skip.element().closest('.skips')!.getBoundingClientRect().width).toBeGreaterThan(100);
  await userEvent.keyboard('{Enter}');
  await expect.element(button('Train')).toHaveFocus();
  button('Skip to the answers').element().focus();
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('region', { name: 'Answers of both models' })).toHaveFocus();
});

test('the sentence about a metric goes with Escape, and comes back with the next look', async () => {
  await render(MetricChart, { panel: { metric: 'loss', series: ['loss'] }, history: historyOf([{ loss: 2 }]), points: 1 });
  await userEvent.tab();
  const tip = page.getByRole('tooltip', { includeHidden: true });
  await expect.element(button('loss')).toHaveFocus();
  await expect.element(tip).toBeVisible();
  await userEvent.keyboard('{Escape}');
  await expect.element(tip).not.toBeVisible();
  await userEvent.tab();
  await userEvent.tab({ shift: true });
  await expect.element(tip).toBeVisible();
});
