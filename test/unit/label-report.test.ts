/** What a labelling session says of who labelled. */
import { describe, expect, it } from 'vitest';
import { agreementWith, kappaWord, lastWords, pairKey, reportOf, turnedTo, type Answered } from '../../src/contract/label-report';
import type { Choice, PairQuestion, PreferenceRecord } from '../../src/contract/preferences';

const question = (first: number, second: number): PairQuestion => ({
  prompt: { text: '♀', tokens: [3] },
  a: { text: String(first), ended: true, tokens: [first, 1] },
  b: { text: String(second), ended: true, tokens: [second, 1] },
});
const answersOf = (...choices: Choice[]): Answered[] => choices.map((choice, i) => ({ question: question(5 + i, 40 + i), choice, seconds: i + 1 }));

describe('what stands of all that was said', () => {
  const said = (step: number, number: number, choice: PreferenceRecord['choice']): PreferenceRecord => ({ ...question(5 + number, 9), step, question: number, choice, by: 'visitor', seconds: 2, time: 0 });

  it('is the last word on each question, in the order of asking; what was taken back is not said', () => {
    const standing = lastWords([said(1, 0, 'a'), said(0, 1, 'b'), said(0, 0, 'a'), said(0, 0, 'undone'), said(0, 0, 'tie'), said(1, 1, 'skip'), said(1, 1, 'undone')]);
    expect(standing.map(({ choice, question: { a } }) => [choice, a.tokens[0]])).toEqual([['tie', 5], ['b', 6], ['a', 5]]);
    expect(lastWords([])).toEqual([]);
  });
});

describe('the report', () => {
  it('counts, takes the median time, and says how sure the share of first sides is', () => {
    const report = reportOf(answersOf('a', 'b', 'tie', 'a', 'skip'));
    expect(report).toMatchObject({ asked: 5, decided: 3, ties: 1, skipped: 1, seconds: 3, first: { n: 3 } });
    expect(report.first!.share).toBeCloseTo(2 / 3, 12);
    expect(report.first!.low).toBeLessThan(0.5);
    expect(reportOf(answersOf('a', 'b')).seconds).toBe(1.5);
  });

  it('who always takes the first side is found out after ten', () => {
    const { first } = reportOf(answersOf(...Array.from({ length: 10 }, (): Choice => 'a')));
    expect(first!.low).toBeGreaterThan(0.5);
  });

  it('before any answer says nothing', () => {
    expect(reportOf([])).toEqual({ asked: 0, decided: 0, ties: 0, skipped: 0, first: undefined, seconds: undefined });
  });
});

describe('agreement', () => {
  it('is over what both said something to; a tie is an answer, a skipped question is none', () => {
    const answers = answersOf('a', 'b', 'a', 'skip', 'tie');
    const theirs: (Choice | undefined)[] = ['a', 'a', 'a', 'a', 'tie'];
    const found = agreementWith(answers, (asked) => theirs[asked.a.tokens[0]! - 5]);
    expect(found!.same).toMatchObject({ share: 0.75, n: 4 });
    // By chance: a ½·¾ + tie ¼·¼ = 7/16, so (¾ − 7/16) / (9/16).
    expect(found!.kappa).toBeCloseTo(5 / 9, 12);
    expect(agreementWith(answers, () => undefined)).toBeUndefined();
    expect(agreementWith(answersOf('skip'), () => 'a')).toBeUndefined();
  });

  it('of another session the sides may have stood the other way round', () => {
    const [here, there] = [question(5, 6), question(6, 5)];
    expect(pairKey(here)).toBe(pairKey(there));
    expect(pairKey(here)).not.toBe(pairKey(question(5, 7)));
    expect((['a', 'b', 'tie', 'skip'] as const).map((choice) => turnedTo(here, { question: there, choice }))).toEqual(['b', 'a', 'tie', 'skip']);
    expect((['a', 'b'] as const).map((choice) => turnedTo(here, { question: here, choice }))).toEqual(['a', 'b']);
  });

  it('has words', () => {
    expect([-0.1, 0, 0.2, 0.21, 0.5, 0.8, 0.81, 1].map(kappaWord)).toEqual(['worse than chance', 'slight', 'slight', 'fair', 'moderate', 'substantial', 'almost perfect', 'almost perfect']);
  });
});
