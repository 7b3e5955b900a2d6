/** Data in the forms of TRL and HH-RLHF: what a row is, that nothing of it is lost on the way through a file, and what is said of rows and files that cannot be used. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJsonl, writeJsonLine, type ReadLine } from '../../src/formats/jsonl';
import { linesOf, type Line } from '../../src/formats/lines';
import type { Reason } from '../../src/contract/dataset';
import { detailText } from '../../src/contract/details';
import type { Mapping, Message, Sample, Text } from '../../src/contract/sample';
import { formOf, missingColumns, readSample, type Row } from '../../src/formats/read-sample';
import { plain } from '../../src/formats/sample';

/** Bytes in pieces that end anywhere. */
function streamOf(bytes: Uint8Array, sizes: readonly number[] = []): ReadableStream<Uint8Array> {
  let at = 0;
  let piece = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      const size = sizes.length === 0 ? bytes.length : sizes[piece++ % sizes.length]!;
      controller.enqueue(bytes.slice(at, (at += size)));
    },
  });
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const linesIn = (text: string, sizes?: readonly number[]): Promise<Line[]> => all(linesOf(streamOf(bytesOf(text), sizes)));
const rowsIn = (text: string): Promise<ReadLine[]> => all(readJsonl(streamOf(bytesOf(text))));
const sampleOf = (row: Row, mapping?: Mapping) => readSample(row, formOf([row], mapping)!, mapping);

const ask: Message[] = [{ role: 'user', content: 'What colour is the sky?' }];
const answer = (content: string): Message[] => [{ role: 'assistant', content }];

describe('a row', () => {
  // The rows of TRL's documentation in kind, with words of our own.
  test.each<[string, Row, Sample]>([
    ['a preference', { prompt: 'The sky is', chosen: ' blue.', rejected: ' green.' }, { kind: 'preference', prompt: 'The sky is', chosen: ' blue.', rejected: ' green.', extra: {} }],
    ['a preference with an implicit prompt', { chosen: 'The sky is blue.', rejected: 'The sky is green.' }, { kind: 'preference', prompt: 'The sky is', chosen: ' blue.', rejected: ' green.', extra: {} }],
    ['a conversational preference', { prompt: ask, chosen: answer('Blue.'), rejected: answer('Green.') }, { kind: 'preference', prompt: ask, chosen: answer('Blue.'), rejected: answer('Green.'), extra: {} }],
    ['the same with an implicit prompt', { chosen: [...ask, ...answer('Blue.')], rejected: [...ask, ...answer('Green.')] }, { kind: 'preference', prompt: ask, chosen: answer('Blue.'), rejected: answer('Green.'), extra: {} }],
    ['a transcript of HH-RLHF', { chosen: '\n\nHuman: Hi\n\nAssistant: Hello!\n\nHuman: Bye\n\nAssistant: Bye.', rejected: '\n\nHuman: Hi\n\nAssistant: Hello!\n\nHuman: Bye\n\nAssistant: By which road?' }, { kind: 'preference', prompt: '\n\nHuman: Hi\n\nAssistant: Hello!\n\nHuman: Bye\n\nAssistant:', chosen: ' Bye.', rejected: ' By which road?', extra: {} }],
    ['a marked completion', { prompt: 'The sky is', completion: ' blue.', label: true }, { kind: 'unpaired', prompt: 'The sky is', completion: ' blue.', label: true, extra: {} }],
    ['one marked by a number', { prompt: 'p', completion: 'c', label: 0 }, { kind: 'unpaired', prompt: 'p', completion: 'c', label: false, extra: {} }],
    ['a demonstration', { prompt: 'The sky is', completion: ' blue.' }, { kind: 'completion', prompt: 'The sky is', completion: ' blue.', extra: {} }],
    ['a prompt', { prompt: 'The sky is' }, { kind: 'prompt', prompt: 'The sky is', extra: {} }],
    ['text', { text: 'The sky is blue.' }, { kind: 'text', text: 'The sky is blue.', extra: {} }],
    ['a conversation', { messages: [...ask, ...answer('Blue.')] }, { kind: 'text', text: [...ask, ...answer('Blue.')], extra: {} }],
    ['a preference with more columns', { prompt: 'p', chosen: 'a', rejected: 'b', margin: 0.5, annotator: 'x' }, { kind: 'preference', prompt: 'p', chosen: 'a', rejected: 'b', extra: { margin: 0.5, annotator: 'x' } }],
  ])('that is %s', (_, row, sample) => {
    expect(sampleOf(row)).toEqual({ sample });
  });

  test('of other names is read through a mapping, and keeps what is left', () => {
    const mapping = { prompt: 'question', chosen: 'better', rejected: 'worse' };
    expect(sampleOf({ question: 'p', better: 'a', worse: 'b', chosen: 'no' }, mapping)).toEqual({ sample: { kind: 'preference', prompt: 'p', chosen: 'a', rejected: 'b', extra: { chosen_in_file: 'no' } } });
  });

  test.each<[Reason, Row, Row]>([
    ['missing-column', { prompt: 'p', chosen: 'a', rejected: 'b' }, { prompt: 'p', chosen: 'a' }],
    ['missing-column', { prompt: 'p', completion: 'c', label: true }, { prompt: 'p', completion: 'c', label: null }],
    ['not-text', { prompt: 'p', chosen: 'a', rejected: 'b' }, { prompt: 'p', chosen: 3, rejected: 'b' }],
    ['not-text', { text: 't' }, { text: [{ role: 'user' }] }],
    ['not-a-label', { prompt: 'p', completion: 'c', label: true }, { prompt: 'p', completion: 'c', label: 'good' }],
    ['empty', { prompt: 'p', chosen: 'a', rejected: 'b' }, { prompt: 'p', chosen: '', rejected: 'b' }],
    ['empty', { text: 't' }, { text: '' }],
    ['empty', { chosen: 'xa', rejected: 'xb' }, { chosen: 'x', rejected: 'xb' }],
    ['identical-sides', { prompt: 'p', chosen: 'a', rejected: 'b' }, { prompt: 'p', chosen: 'a', rejected: 'a' }],
    ['no-shared-prompt', { chosen: '\n\nHuman: a\n\nAssistant: x', rejected: '\n\nHuman: a\n\nAssistant: y' }, { chosen: '\n\nHuman: a\n\nAssistant: x', rejected: '\n\nHuman: b\n\nAssistant: y' }],
  ])('that cannot be used says why: %s', (reason, like, row) => {
    expect(readSample(row, formOf([like])!)).toEqual({ reason });
  });

  test('that fits no form says what it lacks for each', () => {
    expect(formOf([{ question: 'q', answer: 'a' }])).toBeUndefined();
    expect(missingColumns({ prompt: 'p', chosen: 'a' })[0]).toEqual({ kind: 'prompt', missing: [] });
    expect(missingColumns({ chosen: 'a' }).find(({ kind }) => kind === 'preference')).toEqual({ kind: 'preference', missing: ['rejected'] });
  });

  test('of another form than most others does not decide the form of a file', () => {
    expect(formOf([{ text: 'a' }, { prompt: 'p', chosen: 'a', rejected: 'b' }, { prompt: 'p', chosen: 'a', rejected: 'c' }])).toEqual({ kind: 'preference', prompt: 'column' });
  });
});

test('messages become a transcript whose parts make up the whole', () => {
  const [prompt, completion] = [plain(ask, 'prompt'), plain(answer('Blue.'), 'completion')];
  expect(prompt).toBe('\n\nHuman: What colour is the sky?\n\nAssistant:');
  expect(prompt + completion).toBe(plain([...ask, ...answer('Blue.')], 'whole'));
  expect(plain([{ role: 'system', content: 'Be short.' }, { role: 'tool', content: '42' }], 'whole')).toBe('\n\nSystem: Be short.\n\nTool: 42');
});

describe('a file of lines', () => {
  const someText = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, ''));

  test('is the same wherever its bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(someText), fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), fc.constantFrom('\n', '\r\n'), async (texts, sizes, end) => {
        const lines = await linesIn(texts.map((text) => text + end).join(''), sizes);
        const [first = '', ...others] = texts; // a mark of byte order at the very beginning is none of the text
        expect(lines).toEqual([...(texts.length > 0 ? [first.replace(/^\uFEFF/, '')] : []), ...others].map((text, i) => ({ number: i + 1, text })));
      }),
    );
  });

  test('needs no end at its last line, and may be empty', async () => {
    expect(await linesIn('a\nb')).toEqual([{ number: 1, text: 'a' }, { number: 2, text: 'b' }]);
    expect(await linesIn('')).toEqual([]);
  });

  const gzipped = async (text: string) => new Uint8Array(await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer());

  test('may be packed by gzip, whatever its name; a damaged one is told', async () => {
    const packed = await gzipped('{"text":"a"}\n'.repeat(1000));
    expect(await all(readJsonl(streamOf(packed, [5])))).toHaveLength(1000);
    await expect(all(readJsonl(streamOf(packed.slice(0, packed.length / 2))))).rejects.toMatchObject({ code: 'unreadable-data', detail: expect.stringContaining('gzip') as string });
  });

  const utf16 = (text: string) => new Uint8Array(Uint16Array.from(text, (character) => character.charCodeAt(0)).buffer);
  test.each([
    ['UTF-16', Uint8Array.from([0xff, 0xfe, ...utf16('{}\n')]), /UTF-16/],
    ['UTF-16 without a mark', utf16('{"text": "a"}\n'), /UTF-16/],
    ['Latin-1', Uint8Array.from([...bytesOf('{"text": "ok"}\n{"text": "na'), 0xef, ...bytesOf('ve"}\n')]), /around byte 33 it is not UTF-8/],
  ])('of %s is refused with what to do', async (_, bytes, why) => {
    await expect(all(readJsonl(streamOf(bytes)))).rejects.toMatchObject({ code: 'unreadable-data', detail: expect.stringMatching(why) as string });
  });

  test('without line ends is refused before it fills the memory', async () => {
    const endless = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array(2 ** 20).fill(97)) });
    await expect(all(linesOf(endless))).rejects.toMatchObject({ code: 'unreadable-data', detail: expect.stringContaining('line 1 is longer') as string });
  });
});

describe('JSON Lines', () => {
  test('say which line is none, and go on', async () => {
    const read = await rowsIn('{"text":"a"}\n\n{"text":\n[1]\n"x"\n{"text":"b"}');
    expect(read.map(({ number, row }) => [number, row])).toEqual([[1, { text: 'a' }], [3, undefined], [4, undefined], [5, undefined], [6, { text: 'b' }]]);
    expect(read[1]!.problem).toMatch(/JSON/);
    expect(detailText(read[2]!.problem ?? '')).toMatch(/no object/);
  });

  const words = fc.string({ unit: 'grapheme', minLength: 1 });
  const text: fc.Arbitrary<Text> = fc.oneof(words, fc.array(fc.record({ role: fc.constantFrom('user', 'assistant', 'system'), content: words }), { minLength: 1, maxLength: 3 }));
  const extra = fc.dictionary(fc.constantFrom('margin', 'votes', 'annotator', 'seconds', 'order'), fc.jsonValue({ maxDepth: 1 }).map((value) => JSON.parse(JSON.stringify(value)) as typeof value).filter((value) => value !== null), { noNullPrototype: true }); // as JSON holds it: it has no -0, at any depth
  const sides = fc.tuple(text, text).filter(([a, b]) => JSON.stringify(a) !== JSON.stringify(b));
  const sample: fc.Arbitrary<Sample> = fc.oneof(
    fc.tuple(text, sides, extra).map(([prompt, [chosen, rejected], more]): Sample => ({ kind: 'preference', prompt, chosen, rejected, extra: more })),
    fc.tuple(text, text, fc.boolean(), extra).map(([prompt, completion, label, more]): Sample => ({ kind: 'unpaired', prompt, completion, label, extra: more })),
    fc.tuple(text, text, extra).map(([prompt, completion, more]): Sample => ({ kind: 'completion', prompt, completion, extra: more })),
    fc.tuple(text, extra).map(([prompt, more]): Sample => ({ kind: 'prompt', prompt, extra: more })),
    fc.tuple(text, extra).map(([whole, more]): Sample => ({ kind: 'text', text: whole, extra: more })),
  );

  test('written and read again are the same sample, with every column that came along', async () => {
    await fc.assert(
      fc.asyncProperty(sample, async (given) => {
        const [line] = await rowsIn(writeJsonLine(given));
        expect(sampleOf(line!.row!)).toEqual({ sample: given });
      }),
    );
  });

  test('of 200 MB pass through a few of memory', async () => {
    const row = `${JSON.stringify({ prompt: 'p'.repeat(200), chosen: 'a'.repeat(400), rejected: 'b'.repeat(400), margin: 1 })}\n`;
    const block = bytesOf(row.repeat(1000));
    const blocks = Math.ceil((200 * 2 ** 20) / block.length);
    let sent = 0;
    const stream = new ReadableStream<Uint8Array>({ pull: (controller) => (sent++ < blocks ? controller.enqueue(block) : controller.close()) });
    let most = 0;
    let count = 0;
    const before = process.memoryUsage().heapUsed;
    for await (const { number } of readJsonl(stream)) {
      count += 1;
      if (number % 5000 === 0) most = Math.max(most, process.memoryUsage().heapUsed - before);
    }
    expect(count).toBe(1000 * blocks);
    expect(most).toBeLessThan(150 * 2 ** 20); // what the collector has not yet picked up among it
  });
});
