/** Byte-level BPE: no string is lost, the trainer finds what a plain recount finds and what Hugging Face's finds, and its file is read by theirs. */
import { Tokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import golden from '../golden/bpe.json';
import type { Failure } from '../../src/contract/failures';
import { ByteBpe } from '../../src/tasks/tokenizer/bpe';
import { FIRST_MERGE, idsOf, joinPair, trainBpe, type Merge, type Progress } from '../../src/tasks/tokenizer/bpe-training';
import { bytesOf, CHARACTERS, textOf, WORDS } from '../../src/tasks/tokenizer/bytes';
import { readTokenizerJson, tokenizerJson } from '../../src/tasks/tokenizer/tokenizer-json';

/** Any 16-bit units at all, so halves of surrogate pairs too. */
const anyString = fc.array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd800, max: 0xdfff }), fc.constantFrom(0x20, 0x27, 0x61, 0xfeff))).map((units) => String.fromCharCode(...units));

function trained(texts: Iterable<string>, size: number): { merges: Merge[]; progress: Progress[] } {
  const progress: Progress[] = [];
  const training = trainBpe(texts, size);
  for (;;) {
    const { done, value } = training.next();
    if (done) return { merges: value, progress };
    progress.push(value);
  }
}

const { merges } = trained(golden.texts, golden.size);
const bpe = new ByteBpe(merges);

describe('every string', () => {
  test('survives its bytes', () => {
    fc.assert(fc.property(anyString, (text) => void expect(textOf(bytesOf(text))).toBe(text)), { numRuns: 2000 });
  });

  test('survives its tokens', () => {
    fc.assert(fc.property(anyString, (text) => void expect(bpe.decode(bpe.encode(text))).toBe(text)), { numRuns: 2000 });
  });

  test('is cut into words that make it up again', () => {
    fc.assert(fc.property(anyString, (text) => void expect((text.match(WORDS) ?? []).join('')).toBe(text)));
  });

  test.each(['', ' ', '\n', '\u0000', '\uFEFFbom', '\uD83D', '\uDE00', '\uDE00\uD83D', 'a\uD83Db', '😀', '日本語', 'naïve', "it's", '  two  spaces  ', '<pad><eos>'])('%j for one', (text) => {
    expect(bpe.decode(bpe.encode(text))).toBe(text);
  });
});

test('proper text has the bytes of UTF-8, and each byte a character of its own', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => void expect(bytesOf(text)).toEqual(new TextEncoder().encode(text))));
  expect(new Set(CHARACTERS).size).toBe(256);
  expect(CHARACTERS[0x20]).toBe('Ġ'); // as in GPT-2's vocabulary
});

test('a character cut in two is shown as one that could not be read, and the rest stays', () => {
  const [first, ...others] = idsOf('é!');
  expect(bpe.decode([first!])).toBe('\uFFFD');
  expect(bpe.decode([...others])).toBe('\uFFFD!');
});

describe('the trainer', () => {
  /** The definition: count all pairs of all words afresh, join the commonest, of equals the one with the lower ids. */
  function recount(texts: readonly string[], size: number): Merge[] {
    const words = texts.flatMap((text) => (text.match(WORDS) ?? []).map(idsOf));
    const found: Merge[] = [];
    while (found.length < size - FIRST_MERGE) {
      const counts = new Map<string, { pair: Merge; count: number }>();
      for (const tokens of words) for (let i = 0; i + 1 < tokens.length; i++) {
        const pair: Merge = [tokens[i]!, tokens[i + 1]!];
        const entry = counts.get(pair.join()) ?? { pair, count: 0 };
        entry.count += 1;
        counts.set(pair.join(), entry);
      }
      const [best] = [...counts.values()].filter(({ count }) => count >= 2).toSorted((a, b) => b.count - a.count || a.pair[0] - b.pair[0] || a.pair[1] - b.pair[1]);
      if (!best) break;
      for (const tokens of words) joinPair(tokens, best.pair, FIRST_MERGE + found.length);
      found.push(best.pair);
    }
    return found;
  }

  test('finds what counting everything afresh finds', () => {
    const text = fc.stringMatching(/^[ab c]{0,40}$/);
    fc.assert(fc.property(fc.array(text, { maxLength: 6 }), (texts) => void expect(trained(texts, FIRST_MERGE + 12).merges).toEqual(recount(texts, FIRST_MERGE + 12))), { numRuns: 300 });
  });

  test('finds what Hugging Face’s finds, and cuts text as theirs does', () => {
    expect(merges.map(([left, right]) => [bpe.vocabulary[left], bpe.vocabulary[right]])).toEqual(golden.merges);
    expect(bpe.encode(golden.probe)).toEqual(golden.ids);
  });

  test('says how far it is, and ends early where nothing stands twice', () => {
    const { progress } = trained(golden.texts, golden.size);
    expect(progress.length).toBeGreaterThan(4);
    expect(progress.map(({ learned }) => learned)).toEqual(Array.from({ length: Math.floor(merges.length / 16) }, (_, i) => 16 * (i + 1)));
    expect(trained(['abc'], 1000).merges).toEqual([]);
    expect(trained([], 1000).merges).toEqual([]);
    expect(() => trained([], 10)).toThrow(/want 258 to 65536/);
  });

  test('learns 2,048 tokens from a megabyte in less than 3 s of a core', () => {
    const text = readFileSync('node_modules/typescript/lib/lib.dom.d.ts', 'utf8').slice(0, 2 ** 20);
    const before = process.cpuUsage();
    const learned = trained([text], 2048).merges;
    const { user, system } = process.cpuUsage(before); // microseconds of a core: other tests may be running
    expect((user + system) / 1000).toBeLessThan(3000);
    expect(learned.length).toBe(2048 - FIRST_MERGE);
  });
});

describe('tokenizer.json', () => {
  const json = tokenizerJson(bpe);

  test('is read by Hugging Face’s library, which then cuts text the same', () => {
    const theirs = new Tokenizer(JSON.parse(json) as object, {});
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom(...golden.texts)), (text) => {
        expect(theirs.encode(text, { add_special_tokens: false }).ids).toEqual(bpe.encode(text));
      }),
    );
    expect(theirs.decode(bpe.encode(golden.probe), { skip_special_tokens: false, clean_up_tokenization_spaces: false })).toBe(golden.probe);
  });

  test('read back is the same tokenizer', () => {
    const { bpe: back, ids } = readTokenizerJson(json);
    expect(back.merges).toEqual(bpe.merges);
    expect(ids).toEqual(bpe.vocabulary.map((_, id) => id));
  });

  test('of another maker keeps its own ids beside ours', () => {
    const file = JSON.parse(json) as { model: { vocab: Record<string, number>; merges: unknown[] }; added_tokens: object[] };
    const moved = Object.fromEntries(Object.entries(file.model.vocab).filter(([token]) => token !== '<pad>' && token !== '<eos>').map(([token, id]) => [token, id + 5]));
    const theirs = { ...file, added_tokens: [{ id: 3, content: '<|endoftext|>', special: true }], model: { ...file.model, vocab: { ...moved, '<|endoftext|>': 3 }, merges: golden.merges.map((pair) => pair.join(' ')) } };
    const { bpe: back, ids } = readTokenizerJson(JSON.stringify(theirs));
    expect(back.merges).toEqual(bpe.merges);
    expect(ids.slice(0, 4)).toEqual([-1, 3, 7, 8]);
  });

  const changed = (change: (file: Record<string, never>) => void) => { const file = JSON.parse(json) as Record<string, never>; change(file); return JSON.stringify(file); };
  test.each<[string, string, RegExp]>([
    ['no JSON', '{', /JSON/],
    ['a list', '[]', /no model/],
    ['another kind of model', changed((file) => Object.assign(file['model']!, { type: 'Unigram' })), /Unigram/],
    ['no bytes', changed((file) => Object.assign(file, { pre_tokenizer: { type: 'Whitespace' } })), /no ByteLevel/],
    ['another cut before the bytes', changed((file) => Object.assign(file, { pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'Split' }, { type: 'ByteLevel', add_prefix_space: false }] } })), /Split/],
    ['a space put before', changed((file) => Object.assign(file['pre_tokenizer']!, { add_prefix_space: true })), /another way/],
    ['a normalizer', changed((file) => Object.assign(file, { normalizer: { type: 'NFC' } })), /normalizer/],
    ['a merge of unknown tokens', changed((file) => Object.assign(file['model']!, { merges: [['zzz', 'a']] })), /merge 1 joins "zzz"/],
    ['a merge twice', changed((file) => Object.assign(file['model']!, { merges: [['a', 'b'], ['a', 'b']] })), /merge 2 makes "ab" a second time/],
    ['a merge that is none', changed((file) => Object.assign(file['model']!, { merges: ['abc'] })), /merge 1 is no pair/],
    ['no merges', changed((file) => Object.assign(file['model']!, { merges: null })), /no merges/],
  ])('with %s is refused', (_, text, why) => {
    expect(() => readTokenizerJson(text)).toThrow(expect.objectContaining({ code: 'unreadable-tokenizer' satisfies Failure['code'], detail: expect.stringMatching(why) }));
  });
});

test('merges of what does not exist yet are a mistake of ours', () => {
  expect(() => new ByteBpe([[FIRST_MERGE, 5]])).toThrow(/want merges of tokens/);
  expect(() => new ByteBpe([[0, 5]])).toThrow(/want merges of tokens/);
});
