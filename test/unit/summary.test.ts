/** What is said of a file of samples: counted against a plain count, duplicates in either order, a split that keeps prompts together. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Sample } from '../../src/contract/sample';
import { isHeldOut, placeOf, Summing } from '../../src/formats/summary';

const pair = (prompt: string, chosen: string, rejected: string, extra: Record<string, unknown> = {}): Sample => ({ kind: 'preference', prompt, chosen, rejected, extra });

test('a pair is met again whichever side was chosen and whatever else its row says; another prompt is another pair', () => {
  const summing = new Summing();
  expect([pair('p', 'a', 'b'), pair('p', 'b', 'a'), pair('p', 'a', 'b', { margin: 1 }), pair('q', 'a', 'b'), pair('p', 'a', 'c')].map((each) => summing.add(each))).toEqual([true, false, false, true, true]);
  expect(summing.summary).toMatchObject({ kinds: { preference: 3 }, duplicates: 2 });
});

test('texts that share their letters but not their places are not the same', () => {
  const summing = new Summing();
  const samples: Sample[] = [{ kind: 'completion', prompt: 'ab', completion: 'c', extra: {} }, { kind: 'completion', prompt: 'a', completion: 'bc', extra: {} }, { kind: 'prompt', prompt: 'abc', extra: {} }, { kind: 'text', text: 'abc', extra: {} }];
  expect(samples.map((each) => summing.add(each))).toEqual([true, true, true, true]);
});

test('a hundred thousand different samples are told apart', () => {
  const summing = new Summing();
  for (let i = 0; i < 100_000; i++) summing.add({ kind: 'text', text: `text ${i}`, extra: {} });
  expect(summing.summary).toMatchObject({ kinds: { text: 100_000 }, duplicates: 0 });
});

test('lengths are those of a plain count', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 6000 }), { minLength: 1, maxLength: 60 }), (lengths) => {
      const summing = new Summing();
      for (const length of lengths) summing.add({ kind: 'text', text: 'x'.repeat(length), extra: {} });
      const sorted = lengths.map((length) => Math.min(length, 4096)).toSorted((a, b) => a - b);
      const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1];
      expect(summing.summary.completions).toEqual({ count: lengths.length, mean: expect.closeTo(lengths.reduce((sum, length) => sum + length, 0) / lengths.length, 9), median: at(0.5), most: at(0.95), longest: Math.max(...lengths) });
    }),
  );
});

test('who was chosen by length, how labels are balanced, who labelled, and what was refused are counted', () => {
  const summing = new Summing();
  for (const sample of [pair('p', 'long', 'x', { annotator: 'ann' }), pair('q', 'x', 'long', { annotator: 'bob' }), pair('r', 'ab', 'cd', { annotator: 'ann' })]) summing.add(sample);
  summing.add({ kind: 'unpaired', prompt: 'p', completion: 'c', label: true, extra: {} });
  summing.refuse('empty');
  summing.refuse('empty');
  expect(summing.summary).toMatchObject({ chosen: { longer: 1, shorter: 1, asLong: 1 }, labels: { good: 1, bad: 0 }, raters: 2, reasons: { empty: 2 } });
  expect(new Summing().summary).toEqual({ kinds: {}, reasons: {}, duplicates: 0, prompts: undefined, completions: undefined, lengths: undefined, chosen: { longer: 0, shorter: 0, asLong: 0 }, labels: { good: 0, bad: 0 }, raters: 0 });
});

test('all samples of a prompt are on one side of the split, which holds out about the share that was asked for', () => {
  const samples = Array.from({ length: 2000 }, (_, i) => pair(`prompt ${Math.floor(i / 2)}`, `a ${i}`, 'b'));
  const held = samples.map((sample) => isHeldOut(sample, 0.1));
  for (let i = 0; i < held.length; i += 2) expect(held[i]).toBe(held[i + 1]);
  const share = held.filter(Boolean).length / held.length;
  expect([share > 0.07, share < 0.13]).toEqual([true, true]);
  expect([isHeldOut(samples[0]!, 0), isHeldOut(samples[0]!, 1)]).toEqual([false, true]);
});

test('prompts that differ in their last sign alone are not all on one side', () => {
  for (const start of ['question ', 'say ', 'Q']) {
    const places = Array.from({ length: 10 }, (_, i) => placeOf(pair(`${start}${i}`, 'a', 'b')));
    expect(Math.max(...places) - Math.min(...places), start).toBeGreaterThan(0.5);
  }
});
