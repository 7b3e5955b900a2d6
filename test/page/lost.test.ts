/** A worker that loses its GPU in mid-run: what the page then shows, says and keeps. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { cleanup } from 'vitest-browser-svelte';
import '../../src/app.css';
import { behaviour } from './fake-trainer';
import { button, openLab, SHORT, status } from './open-lab';

beforeEach(() => page.viewport(1440, 900));
afterEach(async () => {
  await cleanup();
  await page.viewport(414, 896);
});

test('it goes on by itself, what came after the checkpoint is drawn once, and the page says why', async () => {
  const note = 'The GPU failed (lost by the test), so training went on from step 2 of pretrain on WASM.';
  const { lab, notice, store, how } = await openLab({ address: SHORT.replace('pretrain.steps=4', 'pretrain.steps=6'), how: behaviour({ loses: { stage: 'pretrain', step: 5, note } }) });
  await button('Step').click();
  await expect.element(status()).toHaveTextContent(/^paused · pretrain · step 1 /);
  await button('Step').click();
  await expect.element(status()).toHaveTextContent(/^paused · pretrain · step 2 /);
  await button('Save').click();
  await expect.poll(() => notice.mock.calls.length).toBe(1);
  await button('Train').click();
  await expect.element(status()).toHaveTextContent('finished · dpo · step 5 of 5');
  expect(notice.mock.calls.map(([given]) => given).filter(({ text }) => text === note)).toEqual([{ text: note, kind: 'info' }]);
  expect(how.orders.map(({ stage }) => stage)).toEqual(['pretrain', 'sft', 'dpo']);
  const [pretrain] = lab.pipeline!.stages;
  expect(pretrain!.history.steps).toEqual([1, 2, 3, 4, 5, 6]);
  for (const values of Object.values(pretrain!.history.columns)) expect(values).toHaveLength(6);
  expect(pretrain!.marks).toContainEqual({ step: 2, text: 'resumed on wasm, in its place, after the GPU failed' });
  expect((await store.history(lab.pipeline!.record.id, 'pretrain')).metrics.steps).toEqual([1, 2, 3, 4, 5, 6]);
});

test('the engine badge says what happened', async () => {
  const note = 'The GPU failed (lost by the test), so training went on from step 0 of pretrain on WASM.';
  await openLab({ how: behaviour({ pace: 30, loses: { stage: 'pretrain', step: 2, note } }) });
  await button('Train').click();
  await expect.element(page.getByTitle(note)).toBeVisible();
  await expect.element(page.getByTitle(note)).toHaveTextContent('in its place');
});
