/** The page as one file, opened from a disk. */
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { shortened, Visitor } from './visitor';

test('one file trains from a disk, from a shipped base too, and keeps its runs', { timeout: 180_000 }, async () => {
  // As people build it, not as this test runs.
  await promisify(execFile)(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--mode', 'single', '--logLevel', 'error'], { env: { ...process.env, NODE_ENV: 'production' } });
  expect((await stat('dist-single/nudge.html')).size).toBeLessThan(25e6); // of which the shipped bases are 9, as text, and every worker that has an engine has its own
  const address = pathToFileURL('dist-single/nudge.html').href; // and nothing else is ever asked for
  const visitor = await (await Visitor.arrives({ address })).opens(shortened('names-dpo', { pretrain: 6, sft: 2, dpo: 2 }, 'wasm'));
  const { page } = visitor;
  expect(await page.evaluate(() => [location.protocol, document.querySelectorAll('link[href]:not([href^="data:"]), script[src]').length])).toEqual(['file:', 0]);
  await visitor.presses('Train');
  await visitor.sees(/^finished · dpo · step 2 of 2$/);
  await page.reload();
  await visitor.sees(/^finished · dpo · step 2 of 2$/);

  await page.goto(`${address}#/lab?recipe=stories-dpo&backend=wasm`);
  await page.reload(); // the address alone changes nothing that is open
  await visitor.presses('Train');
  await visitor.sees(/^(training|finished) · (?!base)\S+ · step [1-9]/);
});
