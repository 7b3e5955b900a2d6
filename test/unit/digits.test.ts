/** The digits task: what is right can be told by a rule, which is written here a second time, in the plainest way. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/contract/random';
import type { TaskConfig } from '../../src/contract/tasks';
import { EOS, TASKS, type PairSplit, type Split, type KnownTask } from '../../src/tasks';

const CONFIG: TaskConfig<'digits'> = { id: 'digits', digits: 5, answer: 'sort', mistakes: 0.6, pairs: 2000, labelTemperature: 0.1 };
const open = (settings: Partial<TaskConfig<'digits'>> = {}): KnownTask => TASKS.digits.open('', { ...CONFIG, ...settings });
const task = open();
const { vocabulary } = task.tokenizer;

const tokensOf = (text: string): number[] => [...text].map((sign) => vocabulary.indexOf(sign));
const spell = (tokens: readonly number[]): string => tokens.filter((token) => token !== EOS).map((token) => vocabulary[token]).join('');
const gold = (prompt: string, answer: string, of = task) => of.gold(tokensOf(`${prompt}→`), [...tokensOf(answer), EOS]);
const sorted = (text: string): string => [...text].sort().join('');
const handful = (prompt: readonly number[]): string => sorted(spell(prompt.slice(0, -1)));

const SPLITS: readonly Split[] = ['train', 'held-out'];
const PAIR_SPLITS: readonly PairSplit[] = ['train', 'seen', 'unseen'];
const demonstrationsOf = (of: KnownTask, split: Split) => Array.from({ length: of.demonstrationCount(split) }, (_, i) => of.demonstration(split, i, Random.of(1, 'unused')));
const shareRight = (of: KnownTask, split: Split): number => {
  const all = demonstrationsOf(of, split);
  return all.filter(({ prompt, completion }) => of.isReal(prompt, completion)).length / all.length;
};

describe('the true reward', () => {
  test.each([['53142', '12345', 1], ['53142', '12354', 0.6], ['53142', '12344', 0.8], ['00000', '00000', 1], ['99999', '00000', 0], ['53142', '1234', 0], ['53142', '123455', 0], ['53142', '', 0]])('%s → %s is worth %d', (prompt, answer, worth) => {
    expect(gold(prompt, answer)).toBeCloseTo(worth, 12);
    expect(task.isReal(tokensOf(`${prompt}→`), [...tokensOf(answer), EOS])).toBe(worth === 1);
  });

  test('is 0 for an answer that does not end', () => {
    expect(task.gold(tokensOf('53142→'), tokensOf('12345'))).toBe(0);
    expect(task.gold(tokensOf('53142→'), tokensOf('123456'))).toBe(0);
  });

  test('of copying asks for the digits as they were', () => {
    const copying = open({ answer: 'copy' });
    expect(gold('53142', '53142', copying)).toBe(1);
    expect(gold('53142', '12345', copying)).toBeLessThan(1);
  });
});

describe('the data', () => {
  test.each(SPLITS)('has mistakes in as many %s examples as was asked for, and none where none was', (split) => {
    const n = task.demonstrationCount(split);
    expect(Math.abs(shareRight(task, split) - 0.4)).toBeLessThan(4 * Math.sqrt((0.4 * 0.6) / n));
    expect(shareRight(open({ mistakes: 0 }), split)).toBe(1);
    expect(shareRight(open({ mistakes: 1 }), split)).toBe(0);
  });

  test('keeps about a tenth of all handfuls apart, whatever their order', () => {
    const [train, heldOut] = SPLITS.map((split) => new Set(demonstrationsOf(task, split).map(({ prompt }) => handful(prompt))));
    for (const pair of task.pairs('train')) train!.add(handful(pair.prompt)); // two splits
    for (const pair of task.pairs('unseen')) heldOut!.add(handful(pair.prompt));
    expect([...heldOut!].filter((each) => train!.has(each))).toEqual([]);
    expect(heldOut!.size).toBeGreaterThan(100);
    expect(Math.abs(heldOut!.size / (heldOut!.size + train!.size) - 0.1)).toBeLessThan(0.03);
  });

  test.each([3, 8])('of %d digits has held-out prompts too, and fits the same models', (digits) => {
    const other = open({ digits });
    const random = Random.of(1, 'prompts');
    for (const split of SPLITS) expect(other.prompt(split, random)).toHaveLength(digits + 1);
    expect(other.context).toBe(task.context);
    expect(2 * digits + 2).toBeLessThanOrEqual(other.context);
  });
});

test.each(PAIR_SPLITS)('%s pairs are labelled as often as the difference of their rewards says', (split) => {
  const pairs = task.pairs(split);
  const better = pairs.map(({ prompt, chosen, rejected }) => task.gold(prompt, chosen) - task.gold(prompt, rejected));
  expect(better.filter((difference) => difference === 0)).toEqual([]);
  const chances = better.map((difference) => 1 / (1 + Math.exp(-Math.abs(difference) / 0.1)));
  const mean = chances.reduce((sum, chance) => sum + chance, 0) / pairs.length;
  expect(task.ceiling(split)).toBeCloseTo(mean, 10);
  expect(Math.abs(better.filter((difference) => difference > 0).length / pairs.length - mean)).toBeLessThan(4 * Math.sqrt((mean * (1 - mean)) / pairs.length));
});

test('answers can be read', () => {
  expect(task.tokenizer.decode([...tokensOf('53142→12345'), EOS])).toBe('53142 → 12345');
  expect(task.tokenizer.decode(tokensOf('53142→'))).toBe('53142 →');
});
