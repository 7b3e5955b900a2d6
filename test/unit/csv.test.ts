/** Comma-separated values: what is written is read again, wherever its bytes are cut; what a spreadsheet would run stays text; odd rows are told. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCsv, writeCsv } from '../../src/formats/csv';
import type { ReadLine } from '../../src/formats/jsonl';
import { formOf, readSample } from '../../src/formats/read-sample';
import { detailText } from '../../src/contract/details';
import type { Sample } from '../../src/contract/sample';

function streamOf(text: string, size = Infinity): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return new ReadableStream({ pull: (controller) => (at < bytes.length ? controller.enqueue(bytes.slice(at, (at += Math.min(size, bytes.length)))) : controller.close()) });
}

async function rowsIn(text: string, size?: number): Promise<ReadLine[]> {
  const rows: ReadLine[] = [];
  for await (const row of readCsv(streamOf(text, size))) rows.push(row);
  return rows;
}

const words = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[\r]/.test(text) && text.trim() !== '');
const pairs = fc.array(fc.tuple(words, words, words, words).filter(([, a, b]) => a !== b), { minLength: 1, maxLength: 8 });

test('pairs written and read again are the same pairs, with columns that came along, wherever the bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(pairs, fc.integer({ min: 1, max: 40 }), async (texts, size) => {
      const samples = texts.map(([prompt, chosen, rejected, annotator]): Sample => ({ kind: 'preference', prompt, chosen, rejected, extra: { annotator } }));
      const rows = await rowsIn(writeCsv(samples), size);
      const form = formOf([{ prompt: 'p', chosen: 'a', rejected: 'b' }])!;
      expect(rows.map(({ row }) => readSample(row!, form))).toEqual(samples.map((sample) => ({ sample })));
    }),
  );
});

test('labels, numbers and messages become text that is understood again', async () => {
  const written = writeCsv([
    { kind: 'unpaired', prompt: 'p', completion: 'c', label: true, extra: { seconds: 1.5 } },
    { kind: 'unpaired', prompt: [{ role: 'user', content: 'Hi' }], completion: [{ role: 'assistant', content: 'Hello' }], label: false, extra: {} },
  ]);
  const rows = (await rowsIn(written)).map(({ row }) => row!);
  expect(rows).toEqual([{ prompt: 'p', completion: 'c', label: 'true', seconds: '1.5' }, { prompt: '\n\nHuman: Hi\n\nAssistant:', completion: ' Hello', label: 'false', seconds: '' }]);
  expect(rows.map((row) => readSample(row, formOf(rows)!).sample)).toMatchObject([{ label: true }, { label: false }]);
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', "'=1", "''-"])('%j is no formula in a spreadsheet, and itself again when read', async (text) => {
  const written = writeCsv([{ kind: 'completion', prompt: 'p', completion: text, extra: {} }]);
  expect(written).toContain(`'${text}`);
  expect((await rowsIn(written))[0]!.row).toEqual({ prompt: 'p', completion: text });
});

describe('a file', () => {
  test.each([';', '\t', '|'])('may be parted by %j', async (mark) => {
    expect((await rowsIn(`prompt${mark}chosen${mark}rejected\r\n"p${mark}q"${mark}a${mark}"b ""c"""\r\n`)).map(({ row }) => row)).toEqual([{ prompt: `p${mark}q`, chosen: 'a', rejected: 'b "c"' }]);
  });

  test('has its odd rows told by number, and its empty ones passed over', async () => {
    const rows = await rowsIn('prompt,completion\np,c\n,\np,c,more\nq\n');
    expect(rows.map(({ number, row }) => [number, row])).toEqual([[2, { prompt: 'p', completion: 'c' }], [4, undefined], [5, { prompt: 'q' }]]);
    expect(detailText(rows[1]!.problem ?? '')).toBe('it has 3 cells and the first row 2');
  });

  test('that is empty, or has names only, has no rows', async () => {
    expect(await rowsIn('')).toEqual([]);
    expect(await rowsIn('prompt,completion\n')).toEqual([]);
  });

  test('longer than one look is read in pieces', async () => {
    const rows = await rowsIn(`prompt,completion\n${'p,"two\nlines"\n'.repeat(20_000)}`, 5000);
    expect(rows.length).toBe(20_000);
    expect(rows.at(-1)).toEqual({ number: 20_001, row: { prompt: 'p', completion: 'two\nlines' } });
  });

  test('with a quotation mark that is never closed is refused before it fills the memory', async () => {
    const endless = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(new TextEncoder().encode('prompt\n"')), pull: (controller) => controller.enqueue(new Uint8Array(2 ** 20).fill(97)) });
    const read = async () => { for await (const _ of readCsv(endless)); };
    await expect(read()).rejects.toMatchObject({ code: 'unreadable-data', detail: expect.stringContaining('quotation mark') as string });
  });
});
