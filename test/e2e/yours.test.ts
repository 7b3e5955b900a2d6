/** The visitor’s own data from end to end: brought, filtered by what the model could have written, aligned on, looked at again at another threshold, and taken away. */
import { expect, test } from 'vitest';
import { preferences } from '../made-data';
import { Visitor } from './visitor';

const ROWS = preferences(96).map(({ kind: _, extra: __, ...columns }) => `${JSON.stringify(columns)}\n`).join('');

test('a file is imported, filtered, aligned on and exported', async () => {
  const visitor = await (await Visitor.arrives()).opens();
  const { page } = visitor;
  await page.getByRole('link', { name: 'Data', exact: true }).click();
  await page.getByText(/^Nothing yet\./).waitFor();
  await visitor.imports('mine.jsonl', Buffer.from(ROWS));
  await visitor.presses('Import');
  await visitor.isTold('Imported 96 preference pairs as “mine”.');
  const href = await page.getByRole('listitem', { name: 'mine', exact: true }).getByRole('link', { name: 'Train on it' }).getAttribute('href');
  const dataset = /task\.dataset=([0-9a-f]{64})(?:&|$)/.exec(href!)![1]!; // the link names it

  const settings = ['model.width=16', 'model.layers=1', 'model.heads=2', 'task.context=48', 'pretrain.steps=60', 'sft.steps=10', 'filter.steps=2', 'dpo.steps=40', 'dpo.learningRate=0.003',
    ...['pretrain', 'sft', 'dpo'].map((stage) => `${stage}.evaluateOn=16`)];
  await page.goto(`${new URL(page.url()).origin}/#/lab?recipe=yours-filter&backend=wasm&set=task.dataset=${dataset}&${settings.map((setting) => `set=${setting}`).join('&')}`);
  expect(await page.getByRole('combobox', { name: 'Data set', exact: true }).inputValue()).toBe(dataset);
  await visitor.presses('Train');
  await visitor.sees(/^finished/);
  const accuracies = await visitor.reads('rewards/accuracies');
  expect(accuracies.at(-1)).toBeGreaterThan(0.8);

  await page.goto(`${new URL(page.url()).origin}/#/data`);
  await page.getByRole('list', { name: 'Made in runs' }).getByRole('link', { name: /^Look at it/ }).click();
  const said = page.getByText(/of \d+ candidate pairs are kept/);
  const keptAt = async () => Number(/^(\d+) of/.exec(await said.innerText())![1]); // that is how it begins
  const before = await keptAt();
  expect(before).toBeGreaterThan(0);
  await page.getByRole('combobox', { name: 'Filter', exact: true }).selectOption('gap');
  await page.getByRole('slider', { name: /^Gap/ }).fill('0.05');
  await expect.poll(keptAt).toBeLessThan(before);
  const after = await keptAt();
  await page.getByText(new RegExp(`^Rows 1 to ${Math.min(25, after)} of ${after}`)).waitFor();
  const [file] = await Promise.all([page.waitForEvent('download'), visitor.presses('Export')]);
  const chunks: Buffer[] = [];
  for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer); // a stream without encoding gives buffers
  const rows = Buffer.concat(chunks).toString('utf8').trim().split('\n');
  expect(rows).toHaveLength(after);
  for (const row of rows) expect(ROWS).toContain(row);
});
