/** Which format a file is in: told by what is in it before what it is called. */
import { expect, test } from 'vitest';
import type { Sample } from '../../src/contract/sample';
import { FORMATS, formatOf, writeCsv, writeJsonLine, writeParquet } from '../../src/formats';

const sample: Sample = { kind: 'preference', prompt: 'p', chosen: 'a', rejected: 'b', extra: {} };
const blob = (content: string | Uint8Array) => new Blob([content as string]); // Blob takes either
const gzip = async (content: string) => new Blob([await new Response(new Blob([content]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer()]);

test.each<[keyof typeof FORMATS, string, () => Blob | Promise<Blob>]>([
  ['parquet', 'data.bin', () => blob(writeParquet([sample]))],
  ['jsonl', 'data.txt', () => blob(`${writeJsonLine(sample)}\n`)],
  ['jsonl', 'DATA.JSONL.GZ', () => gzip(`${writeJsonLine(sample)}\n`)],
  ['jsonl', 'empty.jsonl', () => blob('')],
  ['csv', 'data.csv', () => blob(writeCsv([sample]))],
  ['csv', 'data.tsv', () => blob('prompt\tchosen\trejected\np\ta\tb\n')],
])('%s, called %s, is known and read', async (id, name, make) => {
  const file = await make();
  const format = await formatOf(file, name);
  expect(format).toBe(FORMATS[id]);
  const rows = [];
  for await (const { row } of format.read(file)) rows.push(row);
  expect(rows).toEqual(file.size === 0 ? [] : [{ prompt: 'p', chosen: 'a', rejected: 'b' }]);
});

test('anything else is text, one a line', async () => {
  const file = blob('first\n\nsecond <b>not bold</b>\n');
  const format = await formatOf(file, 'notes.txt');
  expect(format).toBe(FORMATS['text']);
  const rows = [];
  for await (const row of format.read(file)) rows.push(row);
  expect(rows).toEqual([{ number: 1, row: { text: 'first' } }, { number: 3, row: { text: 'second <b>not bold</b>' } }]);
});

test('a damaged gzip is told when it is read, not when it is looked at', async () => {
  const whole = new Uint8Array(await (await gzip('{"text":"a"}\n'.repeat(5000))).arrayBuffer());
  const file = new Blob([whole.slice(0, 60)]);
  const format = await formatOf(file, 'data.jsonl.gz');
  await expect((async () => { for await (const _ of format.read(file)); })()).rejects.toMatchObject({ code: 'unreadable-data' });
});
