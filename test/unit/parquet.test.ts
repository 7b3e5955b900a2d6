/** Parquet: what is written is read again, types and messages among it; a damaged file is told. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formOf, readSample } from '../../src/formats/read-sample';
import { readParquet, writeParquet } from '../../src/formats/parquet';
import type { ReadLine } from '../../src/formats/jsonl';
import type { Sample } from '../../src/contract/sample';

async function rowsIn(bytes: Uint8Array): Promise<ReadLine[]> {
  const rows: ReadLine[] = [];
  for await (const row of readParquet(new Blob([bytes as Uint8Array<ArrayBuffer>]))) rows.push(row); // made of an ArrayBuffer
  return rows;
}

const words = fc.string({ unit: 'grapheme', minLength: 1 });

test('pairs written and read again are the same pairs, with columns that came along', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(words, words, words, fc.double({ noNaN: true, noDefaultInfinity: true })).filter(([, a, b]) => a !== b), { minLength: 1, maxLength: 8 }), async (texts) => {
      const samples = texts.map(([prompt, chosen, rejected, margin]): Sample => ({ kind: 'preference', prompt, chosen, rejected, extra: { margin } }));
      const rows = await rowsIn(writeParquet(samples));
      const form = formOf(rows.map(({ row }) => row!))!;
      expect(rows.map(({ row }) => readSample(row!, form))).toEqual(samples.map((sample) => ({ sample })));
    }),
    { numRuns: 50 },
  );
});

test('messages, labels and lists keep their shape', async () => {
  const samples: Sample[] = [
    { kind: 'unpaired', prompt: [{ role: 'user', content: 'Hi' }], completion: [{ role: 'assistant', content: 'Hello' }], label: true, extra: { votes: [1, 2] } },
    { kind: 'unpaired', prompt: [{ role: 'user', content: 'Bye' }], completion: [{ role: 'assistant', content: '' }, { role: 'assistant', content: 'Bye' }], label: false, extra: { votes: [3] } },
  ];
  const rows = await rowsIn(writeParquet(samples));
  expect(rows.map(({ row }) => readSample(row!, formOf([row!])!))).toEqual(samples.map((sample) => ({ sample })));
});

test('many rows are read in pieces and numbered', async () => {
  const samples = Array.from({ length: 2500 }, (_, i): Sample => ({ kind: 'text', text: `text ${i}`, extra: {} }));
  const rows = await rowsIn(writeParquet(samples));
  expect([rows.length, rows[0], rows.at(-1)]).toEqual([2500, { number: 1, row: { text: 'text 0' } }, { number: 2500, row: { text: 'text 2499' } }]);
});

test.each([
  ['no Parquet', new TextEncoder().encode('{"text":"a"}\n')],
  ['empty', new Uint8Array()],
  ['cut short', writeParquet([{ kind: 'text', text: 'a'.repeat(1000), extra: {} }]).slice(0, -20)],
])('a file that is %s is refused with a sentence', async (_, bytes) => {
  await expect(rowsIn(bytes)).rejects.toMatchObject({ code: 'unreadable-data', detail: expect.stringContaining('Parquet') as string });
});
