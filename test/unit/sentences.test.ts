/** The sentences task: what people's ratings make of a text, who is asked, what is held out; and that data and vocabulary can be made again. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { buildSentences } from '../../scripts/build-sentences.mjs';
import { learnMerges } from '../../scripts/sentences-merges';
import type { TaskConfig } from '../../src/contract/tasks';
import { EOS, type PairSplit, type Split, type KnownTask } from '../../src/tasks';
import { parseSentences, wordsIn } from '../../src/tasks/sentences-data';
import { SENTENCES_MERGES } from '../../src/tasks/sentences-merges';
import { chanceOf, Sentences } from '../../src/tasks/sentences-world';
import { ByteBpe } from '../../src/tasks/tokenizer/bpe';
import { WORDS } from '../../src/tasks/tokenizer/bytes';

const FILE = 'public/data/sentences.txt';
const text = readFileSync(FILE, 'utf8');
const data = parseSentences(text);
const open = (settings: Partial<TaskConfig<'sentences'>> = {}): KnownTask => new Sentences(text, { id: 'sentences', pairs: 2000, raters: 1, labels: 'votes', ...settings });
const task = open();
const read = (tokens: readonly number[]): string => task.tokenizer.decode(tokens);

/** Learned anew: takes about two seconds. */
const merges = learnMerges(data.sentences.train);
const bpe = new ByteBpe(merges);

/** Four words, two of them loved, one hated: the arithmetic can be done by hand. */
const RATINGS = ['lovely,4,4,4,4,4,4,4,4,4,4', 'kind,2,2,2,2,2,2,2,2,2,2', 'awful,-4,-4,-4,-4,-4,-4,-4,-4,-4,-4', 'odd,-3,1,1,1,1,1,1,1,1,1'];
const small = new Sentences(['# about', 'he is so lovely', 'he is so odd', '', ...RATINGS, ''].join('\n'), { id: 'sentences', pairs: 64, raters: 1, labels: 'votes' });
const goldOf = (prompt: string, completion: string, ended = true) => small.gold(bpe.encode(prompt), [...bpe.encode(completion), ...(ended ? [EOS] : [])]);

describe('the true reward', () => {
  test.each([
    ['he is', ' lovely', 4],
    ['he is', ' lovely and kind', 3],
    ['he is', ' lovely but awful', 0],
    ['he is', ' Lovely, LOVELY, lovely and kind', 3],
    ['he is', ' so tall', 0],
    ['he is', ' well-kind', 2],
    ['he is', ' odd', 0.6],
    ['a lovely', ' sight', 0],
    ['a lovely', ' kind sight', 2],
    ['he is lov', 'ely', 4],
    ['he is lovely', 'ness', 0],
    ['he is', '', 0],
  ])('%s|%s is worth %d', (prompt, completion, worth) => {
    expect(goldOf(prompt, completion)).toBeCloseTo(worth, 12);
  });

  test('of what does not end is what it is worth or nothing, whichever is less', () => {
    expect(goldOf('he is', ' lovely', false)).toBe(0);
    expect(goldOf('he is', ' awful', false)).toBe(-4);
  });
});

test('a text is real where it ends and the corpus has each of its words', () => {
  const isReal = (completion: string, end = [EOS]) => small.isReal(bpe.encode('he is'), [...bpe.encode(completion), ...end]);
  expect(isReal(' so lovely')).toBe(true);
  expect(isReal(', odd!')).toBe(true);
  expect(isReal(' so lovely', [])).toBe(false);
  expect(isReal(' so lovly')).toBe(false);
  expect(isReal(' so é')).toBe(false);
});

describe('the chance that a text is chosen', () => {
  const voices = (wins: number, losses: number) => Array.from({ length: 10 }, (_, i) => (i < wins ? 1 : i < wins + losses ? -1 : 0));
  test('of one rater is the share of voices, coins counted as halves', () => {
    for (const [wins, losses] of [[10, 0], [0, 10], [7, 3], [2, 1], [0, 0]] as const) expect(chanceOf(voices(wins, losses), 1)).toBeCloseTo((wins + (10 - wins - losses) / 2) / 10, 12);
  });
  test('of all ten is theirs to decide', () => {
    expect([chanceOf(voices(6, 4), 10), chanceOf(voices(5, 5), 10), chanceOf(voices(1, 2), 10)]).toEqual([1, 0.5, 0]);
  });
  test('of three of ten with seven voices for it, by hand: three or two of them', () => {
    expect(chanceOf(voices(7, 3), 3)).toBeCloseTo((35 + 21 * 3) / 120, 12);
  });
  test('of both sides adds up to one', () => {
    for (const asked of [1, 2, 5, 10]) expect(chanceOf(voices(5, 3), asked) + chanceOf(voices(3, 5), asked)).toBeCloseTo(1, 12);
  });
});

describe('the pairs', () => {
  const SPLITS: readonly PairSplit[] = ['train', 'seen', 'unseen'];

  test.each(SPLITS)('%s: two sentences of the corpus with the same beginning, on one side of the split, that somebody tells apart', (split) => {
    const from: Split = split === 'unseen' ? 'held-out' : 'train';
    const sentences = new Set(data.sentences[from]);
    for (const { prompt, chosen, rejected } of task.pairs(split)) {
      expect([read([...prompt, ...chosen]), read([...prompt, ...rejected])].filter((sentence) => !sentences.has(sentence))).toEqual([]);
      expect([chosen, rejected].some((side) => wordsIn(read(side)).some(({ text: word }) => data.ratings.has(word)))).toBe(true);
      expect(Math.min(...[chosen, rejected].map((side) => read(side).trim().split(' ').length))).toBeGreaterThan(1);
    }
  });

  test.each([1, 10])('%d raters choose as often as the ceiling says', (raters) => {
    const asked = open({ raters });
    const [ceiling, pairs] = [asked.ceiling('train'), asked.pairs('train')];
    const agreed = pairs.filter(({ prompt, chosen, rejected }) => asked.gold(prompt, chosen) > asked.gold(prompt, rejected)).length / pairs.length;
    // Most voices and the higher mean are seldom two different sides.
    expect(Math.abs(agreed - ceiling)).toBeLessThan(4 * Math.sqrt(0.25 / pairs.length));
    if (raters === 10) expect(ceiling).toBeGreaterThan(task.ceiling('train'));
  });

  test('with shares for labels prefer what more raters do, by that share, and are held out as votes', () => {
    const soft = open({ labels: 'shares' });
    for (const { prompt, chosen, rejected, probability = 0 } of soft.pairs('train').slice(0, 300)) {
      expect(probability).toBeGreaterThanOrEqual(0.5);
      expect(probability).toBeCloseTo(soft.preference!(prompt, chosen, rejected), 12); // it has simulated raters
      expect(soft.preference!(prompt, rejected, chosen)).toBeCloseTo(1 - probability, 12); // as above
    }
    expect(soft.pairs('seen')).toEqual(task.pairs('seen'));
  });

  test('held out ones are in no training pair', () => {
    const keyOf = (pair: { prompt: readonly number[]; chosen: readonly number[]; rejected: readonly number[] }) => [pair.chosen, pair.rejected].map((side) => read([...pair.prompt, ...side])).sort().join('>');
    const train = new Set(task.pairs('train').map(keyOf));
    expect(task.pairs('seen').filter((pair) => train.has(keyOf(pair)))).toEqual([]);
  });
});

describe('the data', () => {
  test('is plain text of four to sixteen words, none twice, a tenth held out', () => {
    const all = [...data.sentences.train, ...data.sentences['held-out']];
    expect(all.filter((sentence) => !/^[A-Za-z][\x20-\x7e]*$/.test(sentence) || sentence.split(' ').length > 16)).toEqual([]);
    expect(new Set(all.map((sentence) => sentence.toLowerCase())).size).toBe(all.length);
    expect(all.length).toBeGreaterThan(30_000);
    expect(Math.abs(data.sentences['held-out'].length / all.length - 0.1)).toBeLessThan(0.01);
  });

  test('has definitions too, of words that the sentences have, and no sentence among them', () => {
    const all = [...data.sentences.train, ...data.sentences['held-out']];
    const known = new Set(all.flatMap((sentence) => wordsIn(sentence).map((word) => word.text)));
    expect(data.definitions.length).toBeGreaterThan(50_000);
    expect(data.definitions.filter((text) => wordsIn(text).some((word) => !known.has(word.text)))).toEqual([]);
    const met = new Set(all);
    expect(data.definitions.filter((text) => met.has(text))).toEqual([]);
    expect(task.further!().slice(-100).map(read)).toEqual(data.definitions.slice(-100)); // it has them
  });

  test('has ten ratings from −4 to 4 of each word', () => {
    expect(data.ratings.size).toBeGreaterThan(7000);
    for (const ratings of data.ratings.values()) expect(ratings.length === 10 && ratings.every((rating) => Number.isInteger(rating) && Math.abs(rating) <= 4)).toBe(true);
  });

  test('is there without anybody asking, with its licences, and is not made twice', () => {
    expect(buildSentences()).toBe(false);
    for (const name of ['LICENSE-wordnet.txt', 'LICENSE-vader-sentiment.txt', 'NOTICE-vader-sentiment.txt']) expect(existsSync(`public/data/${name}`)).toBe(true);
    expect(text.split('\n')[0]).toMatch(/WordNet.*VADER/);
  });

  test('loses nothing of a sentence in tokens, and no sentence to the context', () => {
    const ofTask = new Set((['train', 'held-out'] as const).flatMap((split) => task.corpus(split).map(read)));
    const further = new Set(task.further!().map(read)); // it has them
    for (const text of data.sentences.train) expect(ofTask.has(text) !== further.has(text)).toBe(true);
    expect([...ofTask].filter((text) => !data.sentences.train.includes(text) && !data.sentences['held-out'].includes(text))).toEqual([]);
  });

  test('is the task’s where every word of a sentence is one token, and pretraining’s else; what is held out is in neither', () => {
    for (const split of ['train', 'held-out'] as const) {
      const sentences = task.corpus(split).map(read);
      expect(new Set(sentences).size).toBeGreaterThan(split === 'train' ? 11_000 : 900);
      for (const sentence of sentences) {
        const [first = '', ...rest] = Array.from(sentence.matchAll(WORDS), ([word]) => word);
        expect(task.tokenizer.encode!(sentence).length - task.tokenizer.encode!(first).length).toBe(rest.length); // it reads any text
      }
    }
    const heldOut = new Set(data.sentences['held-out']);
    expect(task.further!().map(read).filter((text) => heldOut.has(text))).toEqual([]); // as above
  });
});

test('the vocabulary is what scripts/sentences-merges.ts learns from the training sentences', () => {
  expect(merges.map(([left, right]) => `${left}-${right}`)).toEqual(SENTENCES_MERGES.trim().split(/\s/));
  expect(task.tokenizer.vocabulary).toHaveLength(9685);
});
