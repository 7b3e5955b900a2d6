/** The data worker's work, under Node: every format there and back, what is left out and why, and that nothing stays of what was not imported. */
import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ImportChoices, ImportReport, Progress, RowSource } from '../../src/contract/data-api';
import type { PreferenceRecord } from '../../src/contract/preferences';
import type { Kind, Sample } from '../../src/contract/sample';
import { formOf, readSample, saidSamples, writeCsv, writeJsonLine, writeParquet } from '../../src/formats';
import { readJsonl } from '../../src/formats/jsonl';
import { memoryDatasets } from '../../src/storage/dataset-memory';
import { readSamples } from '../../src/storage/dataset-rows';
import type { DatasetStore } from '../../src/storage/dataset-store';
import { parseRunConfig } from '../../src/contract/config';
import { readTokenizerJson } from '../../src/tasks/tokenizer/tokenizer-json';
import { DataWork } from '../../workers/data/data-work';

let store: DatasetStore;
let room: number | undefined;
let work: DataWork;
beforeEach(() => {
  store = memoryDatasets();
  room = undefined;
  work = new DataWork({ store: async () => store, clock: () => 7, room: async () => room, readFile: (name) => readFile(`public/${name}`, 'utf8') });
});

const choices = (more: Partial<ImportChoices> = {}): ImportChoices => ({
  name: 'Mine', source: 'mine.jsonl', licence: 'mine', kind: 'preference', mapping: {}, onProblem: 'go-on', duplicates: 'drop', long: 'keep', longest: 100, heldOut: 0.1, ...more,
});
const take = async (content: BlobPart, more: Partial<ImportChoices> = {}, name = 'mine.jsonl') => (await work.import(new Blob([content]), name, choices(more)))!; // nobody cancels
const rowsOf = ({ dataset }: ImportReport) => readSamples(store, dataset, 0, 1e6);
const isEmpty = async () => expect([await store.datasets(), await store.imports()]).toEqual([[], []]);

const pair = (i: number, extra: Record<string, unknown> = {}): Sample => ({ kind: 'preference', prompt: `Tell me ${i}:`, chosen: ` good <b>"${i}"</b>`, rejected: ` bad, ${i}`, extra });
const jsonl = (samples: readonly Sample[]) => samples.map((sample) => `${writeJsonLine(sample)}\n`).join('');
const gzipped = async (content: string) => new Blob([await new Response(new Blob([content]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer()]);
const wordy = { margin: 0.5, votes: 3, annotator: 'ann', seconds: 1.5, order: 'chosen first' };

describe('a file becomes a data set and a file again', () => {
  const samples = [pair(1, wordy), pair(2, { ...wordy, annotator: 'bob' }), pair(3, wordy)];

  test.each<[string, string, () => BlobPart | Promise<BlobPart>]>([
    ['JSON Lines', 'a.jsonl', () => jsonl(samples)],
    ['JSON Lines in gzip', 'a.jsonl.gz', () => gzipped(jsonl(samples))],
    ['a list of JSON', 'a.json', () => JSON.stringify(samples.map((sample) => JSON.parse(writeJsonLine(sample)) as unknown))],
    ['Parquet', 'a.parquet', () => writeParquet(samples)],
  ])('%s', async (_, name, make) => {
    const report = await take(await make(), {}, name);
    expect(report).toMatchObject({ isNew: true, rows: 3, problems: { count: 0 }, reasons: {}, duplicates: 0, dataset: { kind: 'preference', rows: 3, created: 7, licence: 'mine', summary: { raters: 2 } } });
    expect(await rowsOf(report)).toEqual(samples);
    const source = { dataset: report.dataset.id };
    expect(await (await work.write(source, 'jsonl')).text()).toBe(jsonl(samples));
    // And back from each of the others: the same rows have the same id.
    expect(await take(await work.write(source, 'parquet'), {}, 'b.parquet')).toMatchObject({ isNew: false, dataset: { id: report.dataset.id } });
  });

  test('CSV, whose cells are words', async () => {
    const words = samples.map((sample): Sample => ({ ...sample, extra: { annotator: 'ann', said: '=1+1' } }));
    const report = await take(writeCsv(words), {}, 'a.csv');
    expect(await rowsOf(report)).toEqual(words);
    expect(await (await work.write({ dataset: report.dataset.id }, 'csv')).text()).toBe(writeCsv(words));
  });

  test.each<[Kind, Sample[], string]>([
    ['unpaired', [{ kind: 'unpaired', prompt: 'p', completion: 'c', label: true, extra: {} }], 'csv'],
    ['completion', [{ kind: 'completion', prompt: [{ role: 'user', content: 'p' }], completion: [{ role: 'assistant', content: 'c' }], extra: {} }], 'parquet'],
    ['prompt', [{ kind: 'prompt', prompt: 'p', extra: {} }], 'csv'],
    ['text', [{ kind: 'text', text: [{ role: 'user', content: 'p' }], extra: {} }], 'parquet'],
    ['text', [{ kind: 'text', text: 'one line', extra: {} }], 'csv'],
  ])('%s', async (kind, rows, format) => {
    const report = await take(jsonl(rows), { kind });
    const file = await work.write({ dataset: report.dataset.id }, format as 'csv');
    expect(await take(file, { kind }, `b.${format}`)).toMatchObject({ isNew: false, dataset: { id: report.dataset.id } });
  });

  test('a text of lines, and transcripts with the prompt taken out of both sides', async () => {
    expect(await rowsOf(await take('first\n\nsecond\n', { kind: 'text' }, 'notes.txt'))).toEqual(['first', 'second'].map((text) => ({ kind: 'text', text, extra: {} })));
    const transcript = { chosen: '\n\nHuman: Hi\n\nAssistant: Hello!', rejected: '\n\nHuman: Hi\n\nAssistant: What?' };
    expect(await rowsOf(await take(`${JSON.stringify(transcript)}\n`))).toEqual([{ kind: 'preference', prompt: '\n\nHuman: Hi\n\nAssistant:', chosen: ' Hello!', rejected: ' What?', extra: {} }]);
  });

  test('many rows of many parts, Parquet in several groups of them', async () => {
    const many = Array.from({ length: 2500 }, (_, i): Sample => ({ kind: 'text', text: `text ${i} ${'x'.repeat(500)}`, extra: i % 2 ? { even: 'no' } : {} }));
    const report = await take(jsonl(many), { kind: 'text' });
    expect(report.dataset.rows).toBe(2500);
    expect(await take(await work.write({ dataset: report.dataset.id }, 'parquet'), { kind: 'text' }, 'b.parquet')).toMatchObject({ rows: 2500, dataset: { rows: 2500 } });
    expect(await (await work.write({ dataset: report.dataset.id }, 'csv')).text()).toBe(writeCsv(many));
  });
});

describe('a look at a file', () => {
  test('says format, columns, kind and the first rows as text', async () => {
    const look = await work.look(new Blob([jsonl(Array.from({ length: 50 }, (_, i) => pair(i, { votes: i })))]), 'a.jsonl', {});
    expect(look).toMatchObject({ format: 'JSON Lines', columns: ['prompt', 'chosen', 'rejected', 'votes'], kind: 'preference', prompt: 'column', problems: [] });
    expect(look.rows).toHaveLength(20);
    expect(look.rows[1]).toEqual({ line: 2, cells: ['Tell me 1:', ' good <b>"1"</b>', ' bad, 1', '1'] });
  });

  test('names the columns each kind lacks, and takes a mapping for them', async () => {
    const file = new Blob(['question,better,worse\nq,a,b\n']);
    const look = await work.look(file, 'a.csv', {});
    expect(look.kind).toBeNull();
    expect(look.missing).toMatchObject({ preference: ['chosen', 'rejected'], text: ['text'] });
    const mapping = { prompt: 'question', chosen: 'better', rejected: 'worse' };
    expect(await work.look(file, 'a.csv', mapping)).toMatchObject({ kind: 'preference', prompt: 'column', missing: { preference: [] } });
    const report = await take(file, { mapping }, 'a.csv');
    expect(await rowsOf(report)).toEqual([{ kind: 'preference', prompt: 'q', chosen: 'a', rejected: 'b', extra: {} }]);
    await expect(take(file, {}, 'a.csv')).rejects.toMatchObject({ code: 'no-usable-rows', detail: 'it has no column for chosen, rejected' });
  });

  test('cuts long cells, tells lines that are no rows, and refuses a file without any', async () => {
    const look = await work.look(new Blob([`nonsense\n{"text":"${'x'.repeat(5000)}"}\n`]), 'a.jsonl', {});
    expect(look.problems).toEqual([{ line: 1, says: expect.stringMatching(/JSON/) as string }]);
    expect(look.rows[0]!.cells[0]).toHaveLength(301);
    await expect(work.look(new Blob(['']), 'a.jsonl', {})).rejects.toMatchObject({ code: 'no-usable-rows', detail: 'the file is empty' });
    await expect(work.look(new Blob(['{]\n{]\n']), 'a.jsonl', {})).rejects.toMatchObject({ code: 'no-usable-rows', detail: expect.stringMatching(/^line 1: /) as string });
  });
});

describe('what cannot be used', () => {
  const broken = `${jsonl([pair(1)])}{"prompt": \n${jsonl([pair(2)])}`;

  test('a broken line is counted and told, or stops the import, as chosen', async () => {
    const report = await take(broken);
    expect(report).toMatchObject({ rows: 3, problems: { count: 1, first: [{ line: 2 }] }, dataset: { rows: 2 } });
    await store.deleteDataset(report.dataset.id);
    await expect(take(broken, { onProblem: 'stop' })).rejects.toMatchObject({ code: 'unreadable-data', detail: expect.stringMatching(/^line 2: /) as string });
    await isEmpty();
  });

  test('rows that are no pairs are counted by reason', async () => {
    const rows = [{ prompt: 'p', chosen: 'a', rejected: 'a' }, { prompt: 'p', chosen: 'a' }, { prompt: 'p', chosen: 'a', rejected: 3 }, { prompt: 'p', chosen: 'a', rejected: 'b' }];
    expect(await take(rows.map((row) => JSON.stringify(row)).join('\n'))).toMatchObject({ reasons: { 'identical-sides': 1, 'missing-column': 1, 'not-text': 1 }, dataset: { rows: 1 } });
  });

  test.each<[string, BlobPart, string, string, RegExp]>([
    ['all pairs identical', '{"prompt":"p","chosen":"a","rejected":"a"}\n'.repeat(4), 'a.jsonl', 'no-usable-rows', /^4 of 4 rows: The chosen and the rejected side are the same$/],
    ['an empty file', '', 'a.jsonl', 'no-usable-rows', /^the file is empty$/],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0]), 'a.jsonl', 'unreadable-data', /UTF-16/],
    ['a picture', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0xd, 0xa, 0x1a, 0xa]), 'a.png', 'unreadable-data', /not UTF-8/],
    ['a damaged Parquet file', 'PAR1 and nothing else', 'a.parquet', 'unreadable-data', /Parquet/],
    ['a list that is not closed', '[{"text": "a"}', 'a.json', 'unreadable-data', /JSON/],
  ])('%s', async (_, content, name, code, detail) => {
    await expect(take(content, {}, name)).rejects.toMatchObject({ code, detail: expect.stringMatching(detail) as string });
    await isEmpty();
  });

  test('duplicates, sides in either order, are dropped or kept, and counted', async () => {
    const twice = jsonl([pair(1), pair(2), pair(1)]);
    expect(await take(twice)).toMatchObject({ duplicates: 1, dataset: { rows: 2, summary: { kinds: { preference: 2 } } } });
    expect(await take(twice, { duplicates: 'keep' })).toMatchObject({ isNew: true, duplicates: 1, dataset: { rows: 3, summary: { kinds: { preference: 3 }, completions: { count: 6 } } } });
  });

  test('long rows are kept, cut or left out, and counted', async () => {
    const long = { kind: 'preference', prompt: 'p'.repeat(40), chosen: `a${'x'.repeat(200)}`, rejected: `b${'y'.repeat(200)}`, extra: {} } as const;
    const hopeless = { ...long, prompt: 'q'.repeat(100) };
    const alike = { ...long, prompt: 'r', chosen: `${'z'.repeat(200)}1`, rejected: `${'z'.repeat(200)}2` };
    const file = jsonl([pair(1), long, hopeless, alike]);
    expect(await take(file)).toMatchObject({ long: 0, dataset: { rows: 4 } });
    expect(await rowsOf(await take(file, { long: 'drop' }))).toEqual([pair(1)]);
    const cut = await take(file, { long: 'cut' });
    expect(cut.long).toBe(3);
    expect(await rowsOf(cut)).toEqual([pair(1), { ...long, chosen: `a${'x'.repeat(59)}`, rejected: `b${'y'.repeat(59)}` }]);
    const emoji = { kind: 'text', text: `${'x'.repeat(99)}😀`, extra: {} } as const;
    expect(await rowsOf(await take(jsonl([emoji]), { kind: 'text', long: 'cut' }))).toEqual([{ ...emoji, text: 'x'.repeat(99) }]);
    const chat = { kind: 'text', text: [{ role: 'user', content: 'x'.repeat(300) }], extra: {} } as const;
    const [short] = await rowsOf(await take(jsonl([chat]), { kind: 'text', long: 'cut' }));
    expect(short).toMatchObject({ text: [{ role: 'user', content: 'x'.repeat(100 - '\n\nHuman: '.length) }] });
  });

  test('a share of prompts is held out, and counted', async () => {
    const { dataset } = await take(jsonl(Array.from({ length: 400 }, (_, i) => pair(i))), { heldOut: 0.25 });
    expect(dataset.heldOut.share).toBe(0.25);
    expect([dataset.heldOut.rows > 60, dataset.heldOut.rows < 140]).toEqual([true, true]);
  });

  test('a column that has a name of ours and another is mapped to it stays a column of its own', async () => {
    const report = await take('{"prompt":"p","better":"a","rejected":"b","chosen":"old"}\n', { mapping: { chosen: 'better' } });
    expect(await rowsOf(report)).toEqual([{ kind: 'preference', prompt: 'p', chosen: 'a', rejected: 'b', extra: { chosen_in_file: 'old' } }]);
  });
});

describe('too much', () => {
  /** A file of a size that nobody has to make. */
  const sized = (size: number, content = '{"text":"a"}\n') => Object.defineProperty(new Blob([content]), 'size', { value: size });

  test('a file of 10 GB, or one larger than the room there is, is refused before it is read', async () => {
    await expect(work.import(sized(10e9), 'a.jsonl', choices())).rejects.toMatchObject({ code: 'data-too-large', detail: 'the file has 10.0 GB, and 4.0 GB are the most' });
    room = 50e6;
    await expect(work.import(sized(200e6), 'a.jsonl', choices())).rejects.toMatchObject({ code: 'data-too-large', detail: 'the file has 200 MB, and the browser has room for 50 MB' });
    await isEmpty();
  });

  test('rows that outgrow the room end the import, and nothing of it stays', async () => {
    room = 2e6;
    const packed = await gzipped(jsonl(Array.from({ length: 10_000 }, (_, i) => pair(i, { filling: 'x'.repeat(400) }))));
    await expect(take(packed, {}, 'a.jsonl.gz')).rejects.toMatchObject({ code: 'data-too-large', detail: 'the browser has room for 2 MB' });
    await isEmpty();
  });

  test('a gzip that unpacks to hundreds of times its size is stopped', async () => {
    const line = new TextEncoder().encode(`${JSON.stringify({ text: ' '.repeat(10_000) })}\n`.repeat(100));
    let sent = 0;
    const bomb = new ReadableStream<Uint8Array>({ pull: (controller) => (sent++ < 200 ? controller.enqueue(line) : controller.close()) }); // 200 MB
    const packed = await new Response(bomb.pipeThrough(new CompressionStream('gzip') as unknown as ReadableWritablePair<Uint8Array, Uint8Array>)).arrayBuffer();
    await expect(take(packed, { kind: 'text' }, 'a.jsonl.gz')).rejects.toMatchObject({ code: 'data-too-large', detail: expect.stringMatching(/^1 MB unpack to more than 10[01] MB$/) as string });
    await isEmpty();
  });

  test('a store that is full ends the import, and nothing of it stays', async () => {
    let parts = 0;
    const full: DatasetStore = { ...store, append: async (...part) => { if (++parts > 2) throw new DOMException('full', 'QuotaExceededError'); await store.append(...part); } };
    work = new DataWork({ store: async () => full, clock: () => 7, room: async () => undefined, readFile: async () => '' });
    await expect(take(jsonl(Array.from({ length: 4000 }, (_, i) => pair(i, { filling: 'x'.repeat(500) }))))).rejects.toThrow('full');
    await isEmpty();
  });

  test('an import that is cancelled leaves nothing, and the next one works', async () => {
    const many = jsonl(Array.from({ length: 60_000 }, (_, i) => pair(i)));
    const told: Progress[] = [];
    const result = await work.import(new Blob([many]), 'a.jsonl', choices(), (progress) => {
      told.push(progress);
      work.cancel();
    });
    expect(result).toBeNull();
    expect(told).toEqual([{ done: expect.any(Number) as number, total: many.length, count: expect.any(Number) as number }]);
    await isEmpty();
    expect(await take(jsonl([pair(1)]))).toMatchObject({ isNew: true });
  });
});

describe('rows on the screen', () => {
  test('come in pages, with lengths and the columns that came along', async () => {
    const { dataset } = await take(jsonl(Array.from({ length: 60 }, (_, i) => pair(i, { votes: i }))));
    const page = await work.browse({ dataset: dataset.id }, [], 25, 2);
    expect(page.found).toBe(60);
    expect(page.rows[0]).toEqual({ number: 26, texts: [{ text: 'Tell me 25:', length: 11 }, { text: ' good <b>"25"</b>', length: 17 }, { text: ' bad, 25', length: 8 }], extra: [['votes', '25']] });
  });

  test('that hold all words are found, whichever column holds them', async () => {
    const { dataset } = await take(jsonl([pair(1, { annotator: 'Ann' }), pair(2, { annotator: 'Bob' }), pair(12, { annotator: 'Ann' })]));
    const source: RowSource = { dataset: dataset.id };
    const numbers = async (words: string[], from = 0) => (await work.browse(source, words, from, 2)).rows.map(({ number }) => number);
    expect(await numbers(['ann'])).toEqual([1, 3]);
    expect(await numbers(['ANN', '"12"'])).toEqual([3]);
    expect(await numbers(['tell', 'me'], 2)).toEqual([3]);
    expect(await work.browse(source, ['nobody'], 0, 9)).toEqual({ rows: [], found: 0 });
  });

  test.each(['names', 'digits'] as const)('of the task %s are its pairs as text', async (id) => {
    const { task } = parseRunConfig({ recipe: 'x', seed: 1, task: { id }, model: {}, stages: [{ id: 'pretrain', start: {}, train: { algorithm: 'pretrain' } }] });
    const source: RowSource = { task, split: 'unseen' };
    const described = await work.describe(source);
    expect(described).toMatchObject({ kind: 'preference', rows: described.summary.kinds.preference, summary: { reasons: {} } });
    const { rows: [first] } = await work.browse(source, [], 0, 1);
    expect(first!.texts.map(({ length }) => length > 0)).toEqual([true, true, true]);
    const file = await work.write(source, 'jsonl');
    expect((await take(file)).dataset.rows).toBeGreaterThan(1000);
  });

  test('of a data set that is gone say so', async () => {
    const { dataset } = await take(jsonl([pair(1)]));
    await store.deleteDataset(dataset.id);
    await expect(work.browse({ dataset: dataset.id }, [], 0, 1)).rejects.toMatchObject({ code: 'dataset-gone' });
  });
});

describe('what people said', () => {
  const side = (text: string) => ({ text, ended: true, tokens: [] });
  const said = (question: number, choice: PreferenceRecord['choice'], more: Partial<PreferenceRecord> = {}): PreferenceRecord =>
    ({ step: 1, question, time: 1, prompt: { text: '♀ Ma', tokens: [] }, a: side('♀ Mary'), b: side('♀ Mabel'), choice, by: 'visitor', seconds: 2.5, ...more });

  test('is one preference an answer, with who, how long, and in which order', () => {
    expect(saidSamples([said(0, 'a'), said(1, 'tie', { a: side('♀ Max') }), said(2, 'skip'), said(3, 'b', { a: side('♀ Mona') })])).toEqual([
      { kind: 'preference', prompt: '♀ Ma', chosen: 'ry', rejected: 'bel', extra: { margin: 1, votes: 1, annotator: 'visitor', seconds: 2.5, order: 'chosen first' } },
      { kind: 'preference', prompt: '♀ Ma', chosen: 'bel', rejected: '♀ Mona', extra: { margin: 1, votes: 1, annotator: 'visitor', seconds: 2.5, order: 'rejected first' } },
    ]);
  });

  test('counts only what stands, and how many agree about the same pair in either order', () => {
    const swapped = { a: side('♀ Mabel'), b: side('♀ Mary') };
    const rows = saidSamples([said(0, 'a'), said(1, 'b'), said(1, 'undone'), said(2, 'b', swapped), said(3, 'a', { ...swapped, by: 'gold' }), said(4, 'tie')]);
    expect(rows.map((row) => [row.kind === 'preference' && row.chosen, row.extra['votes'], row.extra['margin'], row.extra['annotator']])).toEqual([['ry', 2, 0.25, 'visitor'], ['ry', 2, 0.25, 'visitor'], ['bel', 1, -0.25, 'gold']]);
  });

  test('is written in TRL’s columns and read again', async () => {
    const text = await (await work.write({ said: [said(0, 'a')] }, 'jsonl')).text();
    for await (const { row } of readJsonl(new Blob([text]).stream())) expect(readSample(row!, formOf([row!])!)).toEqual({ sample: saidSamples([said(0, 'a')])[0] });
    expect(await take(text)).toMatchObject({ dataset: { rows: 1, summary: { raters: 1 } } });
  });
});

describe('a tokenizer', () => {
  test('is learned from rows, tells how far it is, and is Hugging Face’s file', async () => {
    const { dataset } = await take(jsonl(Array.from({ length: 500 }, (_, i) => pair(i))));
    const learned = (await work.learnTokenizer({ dataset: dataset.id }, 300))!; // nobody cancels
    expect(learned).toMatchObject({ tokens: 300, example: expect.arrayContaining(['Tell']) as string[] });
    const { bpe } = readTokenizerJson(learned.json);
    expect(bpe.decode(bpe.encode('Tell me 😀'))).toBe('Tell me 😀');
    expect(learned.charactersPerToken).toBeGreaterThan(1.5);
  });

  test('can be cancelled', async () => {
    const texts = Array.from({ length: 3000 }, (_, i): Sample => ({ kind: 'text', text: `word${i} another${i * 7} ${i * 13}th`, extra: {} }));
    const { dataset } = await take(jsonl(texts), { kind: 'text' });
    expect(await work.learnTokenizer({ dataset: dataset.id }, 20_000, () => work.cancel())).toBeNull();
  });
});
