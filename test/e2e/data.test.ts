/** The visitor’s own data in the real page and its worker: brought, kept through a reload, seen, and taken away again as it was. */
import { expect, test } from 'vitest';
import { Visitor } from './visitor';

const ROWS = Array.from({ length: 40 }, (_, i) => `${JSON.stringify({ prompt: `Número ${i}:`, chosen: ` <i>${i}</i> is fine 🙂`, rejected: ' no', annotator: i % 2 ? 'ann' : 'bob', votes: i })}\n`).join('');

test('rows are imported, kept through a reload, read, and exported byte for byte', async () => {
  const visitor = await (await Visitor.arrives()).opens();
  const { page } = visitor;
  await page.getByRole('link', { name: 'Data', exact: true }).click();
  await page.getByText(/^Nothing yet\./).waitFor();
  await visitor.imports('mine.jsonl', Buffer.from(ROWS));
  await visitor.presses('Import');
  await visitor.isTold('Imported 40 preference pairs as “mine”.');
  await page.reload();
  await page.getByRole('listitem', { name: 'mine', exact: true }).getByRole('link', { name: 'Browse' }).click();
  await visitor.isTold('Rows 1 to 25 of 40');
  await visitor.isTold('<i>0</i> is fine 🙂');
  const [file] = await Promise.all([page.waitForEvent('download'), visitor.presses('Export')]);
  expect(file.suggestedFilename()).toBe('mine.jsonl');
  const chunks: Buffer[] = [];
  for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer); // a stream without encoding gives buffers
  expect(Buffer.concat(chunks).toString('utf8')).toBe(ROWS);
});
