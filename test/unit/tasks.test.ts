/** What every task promises, whatever it is about. */
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/contract/random';
import { TaskConfig, TASK_OPTIONS } from '../../src/contract/tasks';
import { EOS, expectedOf, openTask, PAD, taskDefinition, TASKS, vocabularyOf, type KnownTask, type PairSplit, type Split } from '../../src/tasks';

const SPLITS: readonly Split[] = ['train', 'held-out'];
const PAIR_SPLITS: readonly PairSplit[] = ['train', 'seen', 'unseen'];

/** Those that bring their data themselves, and know what is true of it. */
const OWN = Object.keys(TASK_OPTIONS).filter((id) => !taskDefinition(id).dataset);

describe.each(OWN)('%s', (id) => {
  let task: KnownTask;
  let again: KnownTask;
  const config = v.parse(TaskConfig, { id, pairs: 500 });
  const doors = { readFile: (name: string) => readFile(`public/${name}`, 'utf8') };
  const open = async () => await openTask(config, doors) as KnownTask; // what is not known, a test below would call
  beforeAll(async () => {
    [task, again] = [await open(), await open()];
  }, 60_000);
  const isSound = (tokens: readonly number[]) => tokens.every((token) => token !== PAD && token in task.tokenizer.vocabulary);
  const endsOnce = (tokens: readonly number[]) => tokens.length > 0 && tokens.indexOf(EOS) === tokens.length - 1;

  test('says what it is, where its data is from and what its gold reward is counted in', async () => {
    const { id: own, title, teaches, source, licence, goldUnit, goldMeans, textTokens } = taskDefinition(id);
    expect(own).toBe(id);
    for (const words of [title, teaches, source, licence, goldUnit, goldMeans]) expect(words?.trim()).toBeTruthy();
    expect(textTokens).toBeLessThanOrEqual(task.context);
    const vocabulary = await vocabularyOf(config, { readFile: () => Promise.reject(new Error('the vocabulary needs no data')) });
    expect(task.tokenizer.vocabulary).toEqual(vocabulary);
    expect(expectedOf(config).vocabulary).toBe(vocabulary.length);
    expect(new Set(vocabulary).size).toBe(task.tokenizer.vocabulary.length);
  });

  test('has texts and demonstrations that end once, fit the context and are the same each time', () => {
    for (const split of SPLITS) {
      const texts = task.corpus(split);
      expect(texts.filter((text) => !endsOnce(text) || !isSound(text) || text.length > task.context)).toEqual([]);
      expect(again.corpus(split)).toEqual(texts);
      expect(task.demonstrationCount(split)).toBe(texts.length);
      const drawn = (of: KnownTask) => texts.map((_, i) => i).slice(0, 300).map((i) => of.demonstration(split, i, Random.of(i, 'cut')));
      expect(drawn(again)).toEqual(drawn(task));
      for (const { prompt, completion } of drawn(task)) {
        expect(prompt.length > 0 && isSound(prompt) && isSound(completion) && endsOnce(completion)).toBe(true);
        expect(prompt.length + completion.length).toBeLessThanOrEqual(task.context);
      }
    }
  });

  test('asks the same prompts of the same seed and others of another, with room for an answer', () => {
    for (const split of SPLITS) {
      const prompts = (seed: number) => {
        const random = Random.of(seed, 'prompts');
        return Array.from({ length: 200 }, () => task.prompt(split, random));
      };
      expect(prompts(1)).toEqual(prompts(1));
      expect(prompts(1)).not.toEqual(prompts(2));
      expect(prompts(1).filter((prompt) => !isSound(prompt) || prompt.length === 0 || prompt.length + 2 > task.context)).toEqual([]);
    }
    expect(task.showcase()).toEqual(again.showcase());
    for (const prompt of task.showcase()) expect(task.read(task.tokenizer.decode(prompt)), 'typed as it is shown').toEqual(prompt);
    expect(task.showcase().length).toBeGreaterThan(3);
  });

  test('has pairs of two different answers of which the better is chosen more often, and as many as were asked for', () => {
    expect(task.pairs('train')).toHaveLength(500);
    for (const split of PAIR_SPLITS) {
      const pairs = task.pairs(split);
      expect(again.pairs(split)).toEqual(pairs);
      expect(pairs.filter(({ chosen, rejected }) => chosen.join() === rejected.join() || !endsOnce(chosen) || !endsOnce(rejected))).toEqual([]);
      const won = pairs.filter(({ prompt, chosen, rejected }) => task.gold(prompt, chosen) > task.gold(prompt, rejected)).length / pairs.length;
      expect(won).toBeGreaterThan(0.6);
      expect(task.ceiling(split)).toBeGreaterThan(0.6);
      expect(task.ceiling(split)).toBeLessThanOrEqual(1);
    }
  });

  test('gives nothing for an answer that is empty or does not end, and a finite reward for any', () => {
    const random = Random.of(1, 'answers');
    for (const prompt of task.showcase()) {
      for (const answer of [[], [EOS], Array.from({ length: 5 }, () => random.below(task.tokenizer.vocabulary.length))]) expect(Number.isFinite(task.gold(prompt, answer))).toBe(true);
      expect(task.gold(prompt, [])).toBe(0);
      expect(task.isReal(prompt, [])).toBe(false);
    }
  });
});

test('every task has its options and every options its task', () => {
  expect(Object.keys(TASKS)).toEqual(Object.keys(TASK_OPTIONS));
});

describe('a typed prompt', () => {
  const opened = (id: string) => openTask(v.parse(TaskConfig, { id, pairs: 64 }), { readFile: (name) => readFile(`public/${name}`, 'utf8') });
  const saying = (words: RegExp) => expect.objectContaining({ code: 'unusable-prompt', detail: expect.stringMatching(words) as string }) as Error; // what matchers are typed as

  test('of names may leave out its sign and its letters, and no other sign is a letter', async () => {
    const task = await opened('names');
    expect([task.read(''), task.read(' ♀ Zo '), task.read('al')]).toEqual([[2], [3, 30, 19], [2, 5, 16]]);
    expect(() => task.read('♂ Zoë 2')).toThrow(saying(/^ë .*2; /));
    const births = (prompt: string) => Math.round(10 ** task.gold!(task.read(prompt), [EOS]) - 1); // names know what is true
    expect(births('robin')).toBe(births('♀ robin') + births('♂ robin'));
  });

  test('of digits is digits', async () => {
    const task = await opened('digits');
    expect(task.read(' 5 3 →')).toEqual([8, 6, 2]);
    for (const text of ['', '5a', '→', '5→3']) expect(() => task.read(text)).toThrow(saying(/digit/));
  });

  test.each(['sentences', 'stories'])('of %s is any text but none', async (id) => {
    const task = await opened(id);
    for (const text of ['the dog', 'Grüße 🎈!']) expect(task.tokenizer.decode(task.read(text))).toBe(text);
    expect(() => task.read('')).toThrow(saying(/letter/));
  });
});
