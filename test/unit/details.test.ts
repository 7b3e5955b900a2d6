/** Sentences that workers and the store say: English where they are said, the visitor's language where they are read, and text where nobody knows them any more. */
import * as v from 'valibot';
import { beforeAll, describe, expect, it } from 'vitest';
import { detail, DETAILS, detailSaid, DetailSchema, detailText, type Detail, type DetailName } from '../../src/contract/details';
import { Failure, fromRecord, toRecord } from '../../src/contract/failures';
import { LANGUAGE_IDS, LANGUAGES, type Words } from '../../src/words/language';
import { adapterText, engineNote, failureText } from '../../src/words/spoken';
import { speak } from '../../src/words/words.svelte';

const NAMES = Object.keys(DETAILS) as DetailName[]; // of the object above
/** Names, numbers and what others say, with marks between: the same in every language. */
const WORDLESS: readonly DetailName[] = ['at', 'together', 'each', 'no-wasm-either', 'safetensors'];

const arity = (sentence: unknown): number => (typeof sentence === 'function' ? sentence.length : 0);
/** Something for every place of a sentence. */
const filled = (name: DetailName): Detail => ({ name, given: Array.from({ length: Math.max(arity(DETAILS[name]), 1) }, (_, i) => i + 41) });

describe.each(LANGUAGE_IDS)('in %s', (id) => {
  let said: Words['details'];
  beforeAll(async () => {
    said = (await LANGUAGES[id].words()).details;
  });

  it('each detail has its sentence, which takes as much', () => {
    expect(Object.keys(said).toSorted()).toEqual(NAMES.toSorted());
    for (const name of NAMES) expect([name, arity(said[name])]).toEqual([name, arity(DETAILS[name])]);
  });

  it('and says every number it is given', () => {
    for (const name of NAMES) {
      const text = detailSaid(filled(name), said);
      expect([name, text === undefined || /undefined|NaN|\[object/.test(text)]).toEqual([name, false]);
      if (id !== 'en' && !WORDLESS.includes(name)) expect([name, text === detailText(filled(name))]).toEqual([name, false]);
    }
  });
});

describe('a detail', () => {
  beforeAll(() => () => speak('en'));

  it('may stand in another, and both are said in one language', async () => {
    const told = detail('pair', 3, detail('same-sides'));
    expect(detailText(told)).toBe('pair 3: its two sides are the same');
    await speak('de');
    expect(failureText(toRecord(new Failure('unusable-pair', told)))).toMatch(/\(Paar 3: seine zwei Seiten sind gleich\)$/);
  });

  it('is English in the failure itself, and crosses threads as what it is', () => {
    const failure = new Failure('non-finite-loss', detail('step', 12));
    expect([failure.detail, failure.message.endsWith('(step 12)')]).toEqual(['step 12', true]);
    const back = fromRecord(structuredClone(toRecord(failure)));
    expect(back).toMatchObject({ code: 'non-finite-loss', detail: 'step 12', told: { name: 'step', given: [12] } });
  });

  it('that is no sentence of ours stays as it is', async () => {
    await speak('de');
    expect(failureText(toRecord(new Failure('missing-dataset', 'cats.csv')))).toMatch(/\(cats\.csv\)$/);
    expect(engineNote({ engine: 'wasm', adapter: 'SIMD, one thread', note: 'As a version before this one said it.' })).toBe('As a version before this one said it.');
    expect(engineNote({ engine: 'wasm', adapter: 'SIMD, one thread', note: 'This browser has no WebGPU.', told: detail('no-webgpu') })).toBe('Dieser Browser hat kein WebGPU.');
    expect([adapterText('SIMD, one thread'), adapterText('A GPU')]).toEqual(['SIMD, ein Thread', 'A GPU']);
  });

  it.each([
    ['of a newer version', { name: 'something-new', given: [] }],
    ['that is no key of its own', { name: 'toString', given: [] }],
    ['that lacks what it names', { name: 'pair', given: [1] }],
  ])('%s is said by nobody', (_, told) => {
    expect(detailSaid(v.parse(DetailSchema, told))).toBeUndefined();
  });

  it('is read as it was made, and not from a file that goes on for ever', () => {
    const told = detail('together', detail('went-on', 'lost', detail('step-of-stage', 2, 'dpo'), false), detail('no-webgpu'));
    expect(v.parse(DetailSchema, JSON.parse(JSON.stringify(told)))).toEqual(told);
    const deep = Array.from({ length: 10 }).reduce<Detail>((inner) => detail('together', inner), told);
    expect(v.is(DetailSchema, deep)).toBe(false);
  });

  it.each([[{ name: 'step' }], [{ name: 'step', given: [null] }], [{ name: 'step', given: [[1]] }], ['step 3']])('is not read from %j', (told) => {
    expect(v.is(DetailSchema, told)).toBe(false);
  });
});
