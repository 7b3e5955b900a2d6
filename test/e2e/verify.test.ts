/** A run is verified in a worker of its own; its file, dropped back on the page, is shown before it is imported. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Locator, Page } from 'playwright';
import { expect, inject, onTestFinished, test } from 'vitest';
import { readRunFile, writeRunFile } from '../../src/storage/run-file';
import { shortened, Visitor } from './visitor';

/** Verify is in a row's menu; menus stand above the page. */
async function verify(page: Page, within: Page | Locator): Promise<void> {
  await within.getByRole('button', { name: 'More…' }).click();
  await page.getByRole('menuitem', { name: 'Verify' }).click();
}

test('a trained run is verified, a changed one is not; neither changes what is stored', { timeout: 180_000 }, async () => {
  const visitor = await Visitor.arrives();
  const { page } = visitor;
  await visitor.opens(shortened('names-dpo', { pretrain: 20, sft: 10, dpo: 10 }, 'wasm'));
  await visitor.presses('Train');
  await visitor.sees(/^finished · dpo/, 120_000);
  const bytes = await visitor.exports();

  await page.goto(`${inject('address')}#/runs`);
  await verify(page, page);
  await page.getByText(/^Verified: trained again from its seed/).waitFor({ timeout: 120_000 });
  expect(await page.getByRole('list', { name: 'Stages trained again' }).innerText()).toMatch(/pretrain: 20 steps, the same metrics and weights; SHA-256[^]*sft: 10 steps[^]*dpo: 10 steps/);

  // The same run with one number changed, dropped on the page under another name.
  const bundle = await readRunFile(new Uint8Array(bytes));
  bundle.stages[2]!.history.metrics.columns.loss![4] = 0.25;
  bundle.record.name = 'changed';
  const changed = Buffer.from(await writeRunFile(bundle, { appVersion: '0', vocabulary: Array.from({ length: 31 }, String) })).toString('base64');
  await page.evaluate(async (text) => {
    const file = new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], 'changed.nudge'); // the page's policy lets nobody fetch data:
    const carried = new DataTransfer();
    carried.items.add(file);
    for (const type of ['dragover', 'drop']) document.body.dispatchEvent(new DragEvent(type, { dataTransfer: carried, cancelable: true, bubbles: true }));
  }, changed);
  const dialog = page.getByRole('dialog', { name: 'Import this run?' });
  await dialog.getByRole('heading', { name: 'changed' }).waitFor();
  await dialog.getByRole('button', { name: 'Import' }).click();
  const row = page.getByRole('listitem', { name: 'changed (imported)' });
  await verify(page, row);
  await row.getByText(/^Not the same/).waitFor({ timeout: 120_000 });
  expect(await row.innerText()).toContain('dpo: the first difference is at step 5: loss is 0.25 in the stored run');

  // Cancelled in the middle, nothing is left of it.
  await verify(page, row);
  await row.getByRole('button', { name: 'Cancel verifying changed (imported)' }).click();
  await row.getByRole('region', { name: /^Verification/ }).waitFor({ state: 'detached' });
  await page.getByText(/^2 runs,/).waitFor();
});

// Node and Chromium have different versions of V8, and once rounded a cosine differently.
test('a run of the batch door is the same run in the page, to the last bit', { timeout: 180_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nudge-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const out = join(folder, 'node.nudge');
  const settings = ['model.width=16', 'model.layers=1', 'model.heads=2', 'task.pairs=512', 'pretrain.steps=400', 'pretrain.batchSize=4', 'sft.steps=20', 'dpo.steps=20', ...['pretrain', 'sft', 'dpo'].map((stage) => `${stage}.evaluateOn=16`)];
  await promisify(execFile)(process.execPath, ['scripts/run.mjs', 'scripts/recipe.ts', 'names-dpo', ...settings.flatMap((setting) => ['--set', setting]), '--out', out]);

  const visitor = await (await Visitor.arrives()).opens();
  await visitor.imports('node.nudge', await readFile(out));
  await visitor.sees(/^finished · dpo/);
  await visitor.page.goto(`${inject('address')}#/runs`);
  await verify(visitor.page, visitor.page);
  const verdict = visitor.page.getByText(/^(Verified|Not the same|Verified in part)/);
  await verdict.waitFor({ timeout: 120_000 });
  expect(await verdict.innerText()).toMatch(/^Verified: trained again from its seed/);
});
