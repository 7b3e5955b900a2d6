/** What the Runs screen says of storage: the browser's promise, a clean-up that says first what goes, checkpoints and where runs came from. */
import { afterEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import { Failure } from '../../src/contract/failures';
import { asRunId } from '../../src/contract/ids';
import type { NoticeText } from '../../src/state/notices.svelte';
import { Persistence } from '../../src/state/persistence.svelte';
import { RetentionChoice } from '../../src/state/retention-choice.svelte';
import { Verifications } from '../../src/state/verifications.svelte';
import { memoryStore } from '../../src/storage/memory-store';
import RunsView from '../../src/views/RunsView.svelte';
import '../../src/app.css';
import { bundleOf, recordOf, RUN, stageRecord } from '../unit/made-runs';

afterEach(async () => {
  await cleanup();
  localStorage.clear();
});

const CHILD = asRunId('run-child');

/** A finished run with two checkpoints in its first stage, and one that began with its sft and stands in the middle. */
async function open(door: ConstructorParameters<typeof Persistence>[0] = { persist: async () => true, persisted: async () => false }) {
  const store = memoryStore();
  await store.putBundle(bundleOf());
  const child = bundleOf(CHILD);
  await store.putBundle({
    record: { ...recordOf(CHILD, 2000), name: 'child', parents: [{ run: RUN, stage: 'sft', step: 100 }, { run: asRunId('run-gone'), stage: 'pretrain', step: 5 }] },
    stages: child.stages.map((stage, i) => (i === 3 ? { ...stage, stage: stageRecord('ppo', 50, CHILD) } : stage)),
  });
  const onnotice = vi.fn<(notice: NoticeText) => void>();
  const nothing = vi.fn();
  await render(RunsView, { store, onnotice, onopen: nothing, onresume: nothing, exportRun: nothing, exportModels: nothing, importFile: nothing, persistence: new Persistence(door), retention: new RetentionChoice(), verifications: new Verifications(() => ({ found: Promise.resolve(null), cancel: nothing })) });
  await expect.element(page.getByText(/^2 runs,/)).toBeVisible();
  return { store, onnotice };
}

const row = (name: string) => page.getByRole('listitem', { name, exact: true });

test('the line says what the browser promises, and asks when told to', async () => {
  const persist = vi.fn(async () => true);
  await open({ persist, persisted: async () => false });
  await expect.element(page.getByText(/it is asked not to after the first Save\./)).toBeVisible();
  await page.getByRole('button', { name: 'Ask it to keep them' }).click();
  await expect.element(page.getByText(/The browser keeps them until you delete them\./)).toBeVisible();
  await expect.element(page.getByRole('button', { name: 'Ask it to keep them' })).not.toBeInTheDocument();
  expect(persist).toHaveBeenCalledTimes(1);
});

test('a browser that refuses is said to have promised nothing', async () => {
  await open({ persist: async () => false, persisted: async () => false });
  await page.getByRole('button', { name: 'Ask it to keep them' }).click();
  await expect.element(page.getByText(/the browser promised nothing/)).toBeVisible();
});

test('what new runs keep is chosen once, and remembered by the browser', async () => {
  await open();
  expect(new RetentionChoice().current).toBeNull();
  const choice = page.getByRole('combobox', { name: 'New runs keep' });
  await choice.selectOptions('also the best by gold reward');
  expect(new RetentionChoice().current).toBe('best');
  await choice.selectOptions('the newest checkpoints');
  expect(new RetentionChoice().current).toBeNull();
});

test('a clean-up says what goes and how much, leaves unfinished runs alone, and can be left', async () => {
  const { store, onnotice } = await open();
  const before = await store.bytes(RUN);
  const child = await store.bundle(CHILD);
  await page.getByRole('button', { name: 'Clean up…' }).click();
  await expect.element(page.getByText(/^1 finished run can lose what only training on would need/)).toBeVisible();
  const free = page.getByRole('button', { name: /^Free .* kB$/ });
  await expect.element(free).toHaveFocus();
  await page.getByRole('button', { name: 'Leave everything' }).click();
  expect(await store.bytes(RUN)).toBe(before);
  await expect.element(page.getByRole('button', { name: 'Clean up…' })).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  const said = free.element().textContent;
  await free.click();
  await expect.poll(() => onnotice.mock.calls.length).toBe(1);
  const freed = before - (await store.bytes(RUN));
  expect(freed).toBeGreaterThan(before / 2);
  // Headers of weights go too, which nobody counts beforehand.
  expect(freed / 1000).toBeGreaterThanOrEqual(Number(/[\d.]+/.exec(said)?.[0]) - 0.1);
  expect(onnotice.mock.calls[0]?.[0].text).toMatch(/^Freed [\d.]+ kB\.$/);
  expect(await store.bundle(CHILD)).toEqual(child);
  await page.getByRole('button', { name: 'Clean up…' }).click();
  await expect.element(page.getByText(/^There is nothing to clean up/)).toBeVisible();
});

test.each([['run-busy', 'open elsewhere'], ['damaged-checkpoint', 'damaged']] as const)('a run that cannot be cleaned up (%s) is left alone, and named', async (code, why) => {
  const { store, onnotice } = await open();
  store.slim = () => Promise.reject(new Failure(code));
  await page.getByRole('button', { name: 'Clean up…' }).click();
  await page.getByRole('button', { name: /^Free/ }).click();
  await expect.poll(() => onnotice.mock.calls).toEqual([[{ text: `Freed 0 B. Left alone: Names, seed 7 (${why}).`, kind: 'info' }]]);
});

test('every checkpoint leads into the Lab, and where a run came from leads both ways', async () => {
  await open();
  const parent = row('Names, seed 7');
  await parent.getByText('5 checkpoints').click();
  const links = parent.getByRole('link', { name: /^Branch from/ }).elements().map((link) => [link.getAttribute('aria-label'), link.getAttribute('href')]);
  expect(links).toEqual([['pretrain', 50], ['pretrain', 100], ['sft', 100], ['reward-model', 100], ['ppo', 100]].map(([stage, step]) => [`Branch from ${stage}, step ${step}`, `#/lab?from=run-test/${stage}/${step}`]));
  await expect.element(row('child').getByRole('list', { name: 'Lineage' })).toHaveTextContent(/from Names, seed 7, sft step 100.*from a run that is not here, pretrain step 5/);
  await parent.getByRole('button', { name: 'child' }).click();
  await expect.element(row('child').getByRole('heading')).toHaveFocus();
  await page.getByRole('combobox', { name: 'Sort by' }).selectOptions('lineage');
  await expect.poll(() => [...document.querySelectorAll('[data-run]')].map((each) => [each.getAttribute('aria-label'), getComputedStyle(each).getPropertyValue('--depth')])).toEqual([['Names, seed 7', '0'], ['child', '1']]);
  await page.getByRole('searchbox', { name: 'Filter' }).fill('child');
  await row('child').getByRole('button', { name: 'Names, seed 7' }).click();
  await expect.element(page.getByRole('searchbox', { name: 'Filter' })).toHaveValue('');
  await expect.element(row('Names, seed 7').getByRole('heading')).toHaveFocus();
});
