/** The Runs screen over the browser's own database with 500 runs of 2,000 rows: what is read for it, since time on a busy machine proves nothing. */
import { afterEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import { asRunId, newRunId } from '../../src/contract/ids';
import { Verifications } from '../../src/state/verifications.svelte';
import { openDatabase } from '../../src/storage/database';
import type { RunStore } from '../../src/storage/run-store';
import RunsView from '../../src/views/RunsView.svelte';
import '../../src/app.css';
import { bundleOf } from './fixtures';

afterEach(() => cleanup());

/** A busy machine takes its time. */
const BUSY = { timeout: 60_000 };

const RUNS = 500;
const ROWS = 2000;

/** Every run has all its rows in its last stage, and a checkpoint without weights. */
async function filled(): Promise<RunStore> {
  const store = await openDatabase(`test-${newRunId()}`);
  const steps = Array.from({ length: ROWS }, (_, i) => i + 1);
  for (let seed = 1; seed <= RUNS; seed++) {
    const { record, stages } = bundleOf({ id: `run-${seed}`, name: `run ${seed}`, recipe: 'names-dpo', seed, gold: seed });
    const last = stages.at(-1)!; // a recipe has stages
    last.history.metrics = { steps, columns: { loss: steps.map((step) => 1 / step), 'gold/reward': steps.map((step) => seed * step / ROWS) } };
    last.checkpoints = [{ run: asRunId(`run-${seed}`), stage: last.stage.stage, step: 2, created: 1, state: { random: {}, counters: {} }, tensors: new Uint8Array(0) }];
    await store.putBundle({ record, stages });
  }
  return store;
}

test('500 runs with a million rows open, filter and sort without reading what is not in sight', { timeout: 120_000 }, async () => {
  await page.viewport(1280, 800);
  const store = await filled();
  const read = { metrics: 0, checkpoint: 0, history: 0, bundle: 0 };
  for (const name of ['metrics', 'checkpoint', 'history', 'bundle'] as const) {
    const real = store[name] as (...given: unknown[]) => Promise<never>; // one signature for all four
    store[name] = (...given: unknown[]) => ((read[name] += 1), real(...given));
  }
  const nothing = vi.fn();
  const began = performance.now();
  await render(RunsView, { store, onopen: nothing, onresume: nothing, onnotice: nothing, exportRun: nothing, exportModels: nothing, importFile: nothing, verifications: new Verifications(() => ({ found: Promise.resolve(null), cancel: nothing })) });
  await expect.element(page.getByText(/^500 runs,/), BUSY).toBeVisible();
  await expect.element(page.getByRole('listitem', { name: 'run 500', exact: true }), BUSY).toBeVisible();
  const opened = performance.now() - began;
  const names = () => [...document.querySelectorAll('[data-run] h2')].map((heading) => heading.textContent);
  expect(names()).toHaveLength(50);

  // Only rows in sight say what they came to, and no weights are read for it.
  await expect.element(page.getByRole('img', { name: /^gold\/reward of dpo, from .* to 500$/ }), BUSY).toBeVisible();
  const inSight = [...document.querySelectorAll('[data-run]')].filter((row) => row.getBoundingClientRect().top < innerHeight).length;
  await expect.poll(() => document.querySelectorAll('[data-run] svg[role=img]').length, BUSY).toBeGreaterThanOrEqual(inSight - 1);
  expect(read.metrics).toBeLessThanOrEqual(inSight + 1);
  expect(read).toMatchObject({ checkpoint: 0, history: 0, bundle: 0 });

  // The filter looks at what is in memory.
  const before = read.metrics;
  const filtering = performance.now();
  await page.getByRole('searchbox', { name: 'Filter' }).fill('run 477');
  await expect.poll(names, BUSY).toEqual(['run 477']);
  const filtered = performance.now() - filtering;
  expect(read.metrics).toBeLessThanOrEqual(before + 1); // the one that came into sight
  await page.getByRole('searchbox', { name: 'Filter' }).fill('');

  await page.getByRole('button', { name: 'Show 50 more of 450' }).click();
  await expect.poll(() => names().length, BUSY).toBe(100);

  // What all came to is read only to sort by it, and only once.
  const sorting = performance.now();
  await page.getByRole('combobox', { name: 'Sort by' }).selectOptions('gold reward');
  await expect.poll(() => read.metrics, BUSY).toBe(RUNS);
  await expect.poll(() => names().slice(0, 2), BUSY).toEqual(['run 500', 'run 499']);
  const sorted = performance.now() - sorting;
  await page.getByRole('combobox', { name: 'Sort by' }).selectOptions('name');
  await expect.poll(() => names().slice(0, 2), BUSY).toEqual(['run 1', 'run 2']);
  await page.getByRole('combobox', { name: 'Sort by' }).selectOptions('gold reward');
  await expect.poll(() => names()[0], BUSY).toBe('run 500');
  expect(read).toEqual({ metrics: RUNS, checkpoint: 0, history: 0, bundle: 0 });
  console.info(`500 runs: opened in ${opened.toFixed(0)} ms, filtered in ${filtered.toFixed(0)} ms, sorted by gold in ${sorted.toFixed(0)} ms`);
});
