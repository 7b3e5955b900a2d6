/** The filter as a stage: every control sees the same candidates, what is left is what its arm says, and what is refused. */
import { describe, expect, test } from 'vitest';
import { readFile } from 'node:fs/promises';
import { ARMS, type Arm } from '../../src/contract/algorithms/perplexity-filter';
import { parseRunConfig } from '../../src/contract/config';
import { newRunId } from '../../src/contract/ids';
import { lastRow } from '../../src/contract/metrics';
import { Bands, dislike, FILTERS, SOURCE_IDS, type Filter } from '../../src/contract/perplexity';
import { Random } from '../../src/contract/random';
import { memoryStore } from '../../src/storage/memory-store';
import { asRows, pairsIn, pairsOfRows } from '../../src/tasks/pair-lists';
import type { PreferencePair } from '../../src/tasks/task';
import { Training } from '../../workers/session/train-api';
import { corrupted } from '../../workers/stage/candidates';

const store = memoryStore();
const run = newRunId();
const training = new Training({ openStore: async () => store, readFile: (name) => readFile(`public/${name}`, 'utf8'), readBytes: (name) => readFile(`public/${name}`), clock: () => 1 });

interface Wanted {
  arm: Arm;
  filter: Filter;
  [knob: string]: number | string;
}

const idOf = ({ arm, filter, ...knobs }: Wanted): string => ['filter', arm, filter, ...Object.values(knobs)].join('-').replace(/[^a-z0-9-]/g, '');
const configOf = (wanted: Wanted) => parseRunConfig({
  recipe: 'a filter', seed: 4, task: { id: 'names', pairs: 256 }, model: { width: 16, layers: 1, heads: 2 },
  stages: [
    { id: 'pretrain', start: {}, train: { algorithm: 'pretrain', steps: 400, batchSize: 16, evaluateOn: 16, evaluateEvery: 150 } },
    { id: 'sft', start: { policy: 'pretrain' }, train: { algorithm: 'sft', steps: 30, batchSize: 16, evaluateOn: 16, evaluateEvery: 30 } },
    { id: idOf(wanted), start: { policy: 'sft', other: 'pretrain' }, train: { algorithm: 'perplexity-filter', steps: 3, batchSize: 32, evaluateOn: 200, edge: wanted.filter === 'band' ? 0.9 : 0.6, perPrompt: 3, ...wanted } },
  ],
});

/** Lists that the stage left, and its last row. */
async function filtered(wanted: Wanted) {
  const config = configOf(wanted);
  const done = new Set((await store.stages(run)).map(({ stage }) => stage));
  let failure = '';
  for (const { id } of config.stages.filter((stage) => !done.has(stage.id))) {
    await training.start({ run, config, stage: id, engine: 'wasm' }, (event) => event.kind === 'failed' && (failure = `${event.failure.code}: ${event.failure.detail}`));
    await training.ended();
  }
  const [ref] = await store.checkpoints(run, idOf(wanted));
  const { lists = {}, numbers = {} } = ref ? (await store.checkpoint(ref))!.state : {}; // a stage with a checkpoint
  return { failure, lists, numbers, pairs: pairsIn({ lists }), row: ref ? lastRow((await store.history(run, idOf(wanted))).metrics) : {} };
}

const keyOf = ({ prompt, chosen, rejected }: PreferencePair): string => [prompt, ...[chosen.join(), rejected.join()].sort()].join('|');
const keysOf = (pairs: readonly PreferencePair[]): string[] => pairs.map(keyOf);

describe.each(FILTERS)('%s', (filter) => {
  test('its controls see the same candidates, and are as large as it where they should be', async () => {
    const arms = new Map<Arm, Awaited<ReturnType<typeof filtered>>>();
    for (const arm of ARMS) arms.set(arm, await filtered({ arm, filter }));
    const [kept, all] = [arms.get('filtered')!, arms.get('unfiltered')!]; // every arm was made
    for (const [arm, { failure, pairs, row, numbers }] of arms) {
      expect(failure, arm).toBe('');
      expect(pairs.length, arm).toBe(arm === 'unfiltered' ? row['filter/candidates'] : kept.pairs.length);
      expect(row['labels/asked'], arm).toBeGreaterThanOrEqual(pairs.length);
      if (arm !== 'on-policy') expect(row['labels/asked'], arm).toBe(pairs.length);
      expect(row['filter/kept']).toBe(pairs.length);
      expect(numbers['measured']).toHaveLength(row['filter/candidates']!);
    }
    expect(kept.pairs.length).toBeGreaterThan(0);
    expect(kept.pairs.length).toBeLessThan(all.pairs.length);
    if (filter !== 'mine') {
      for (const { lists } of arms.values()) expect(lists['candidates']).toEqual(all.lists['candidates']);
      expect(keysOf(all.pairs)).toEqual(expect.arrayContaining(keysOf(kept.pairs)));
    }
    expect(keysOf(all.pairs)).toEqual(expect.arrayContaining(keysOf(arms.get('random')!.pairs))); // as above
    expect(arms.get('on-policy')!.row['tokens/generated']).toBeGreaterThan(0);
    expect(arms.get('unfiltered')!.row['tokens/generated']).toBe(0);
    // What the filter likes is likelier to the model than what it does not; of its own samples nothing is likelier than they are.
    if (filter === 'cap' || filter === 'mine') {
      expect(kept.row['filter/nll_kept']).toBeLessThan(arms.get('random')!.row['filter/nll_kept']!);
      expect(kept.row['filter/nll_kept']).toBeLessThan(arms.get('inverted')!.row['filter/nll_kept']!);
    }
  });
});

test('corrupted text goes before people’s, and the band lies where the model’s own samples lie', async () => {
  const { row, numbers } = await filtered({ arm: 'filtered', filter: 'cap', corruption: 0.7, steps: 10 });
  expect(row['filter/kept_people']).toBeGreaterThan(row['filter/kept_corrupted']! + 0.1);
  const own = numbers['own']!.map(([nll]) => nll!); // two numbers a row
  expect(own).toHaveLength(200);
  expect(row['filter/nll_own']).toBeCloseTo(own.reduce((sum, x) => sum + x, 0) / 200, 6);
});

test('suspects are turned where that is asked for, and nothing else changes', async () => {
  const [dropped, turned] = [await filtered({ arm: 'filtered', filter: 'flip', gap: 0.5 }), await filtered({ arm: 'filtered', filter: 'flip', gap: 0.5, suspects: 'turn' })];
  expect(turned.pairs.length).toBe(turned.row['filter/candidates']);
  expect(turned.pairs.length).toBeGreaterThan(dropped.pairs.length);
  const chosen = new Set(pairsOfRows(turned.lists['candidates']!).map((pair) => JSON.stringify(pair)));
  expect(turned.pairs.filter((pair) => !chosen.has(JSON.stringify(pair))).length).toBe(turned.pairs.length - dropped.pairs.length);
});

test('the data’s own pairs keep the labels they have', async () => {
  const { pairs, lists, row } = await filtered({ arm: 'filtered', filter: 'cap', candidates: 'data' });
  expect(pairsOfRows(lists['candidates']!)).toHaveLength(96);
  expect(row['filter/kept_data']).toBeCloseTo(pairs.length / 96, 6);
  expect(asRows(pairs)).toEqual(lists['pairs']);
});

test('data that ends before the steps do is no fault; none at all, and a filter that keeps nothing, is said', async () => {
  expect((await filtered({ arm: 'filtered', filter: 'cap', candidates: 'data', batchSize: 200 })).row['filter/candidates']).toBe(256);
  expect((await filtered({ arm: 'filtered', filter: 'gap', gap: 0.01, steps: 1, batchSize: 1 })).failure).toMatch(/^nothing-left|^$/);
  expect((await filtered({ arm: 'filtered', filter: 'mine', candidates: 'data' })).failure).toMatch(/mine looks for pairs of its own/);
});

test('a corrupted text differs in the share asked for, and ends as it did', () => {
  const random = Random.of(1, 'corrupted');
  const text = [...Array.from({ length: 400 }, (_, i) => 5 + (i % 20)), 1];
  const changed = corrupted(text, 0.25, 31, random);
  expect(changed).toHaveLength(text.length);
  expect(changed.at(-1)).toBe(1);
  expect(changed.slice(0, -1).every((token) => token > 1 && token < 31)).toBe(true);
  const share = changed.filter((token, i) => token !== text[i]).length / text.length;
  expect(share).toBeGreaterThan(0.25);
  expect(share).toBeLessThan(0.5); // an exchange changes two
  expect(corrupted(text, 0, 31, random)).toEqual(text);
});

test('what a filter likes least is what it is about', () => {
  const bands = new Bands(Array.from({ length: 100 }, (_, i) => ({ nll: 1 + i / 100, promptLength: 3 })));
  const at = (nll: number) => ({ nll, promptLength: 3 });
  expect(dislike(at(4), at(1.5), bands, 'cap')).toBeCloseTo(4 - bands.of(at(4)).high, 12);
  expect(dislike(at(0.2), at(1.5), bands, 'band')).toBeCloseTo(bands.of(at(0)).low - 0.2, 12);
  expect(dislike(at(1), at(3), bands, 'gap')).toBe(2);
  expect(dislike(at(1), at(3), bands, 'flip')).toBe(-2);
});

test('samples of another task’s model come in this task’s tokens; a task whose tokens do not spell any text says so', async () => {
  const training = new Training({ openStore: async () => store, readFile: (name) => readFile(`public/${name}`, 'utf8'), readBytes: (name) => readFile(`public/${name}`), clock: () => 1 });
  const config = parseRunConfig({
    recipe: 'a filter', seed: 4, task: { id: 'stories' }, model: { width: 16, layers: 1, heads: 2 },
    stages: [
      { id: 'pretrain', start: {}, train: { algorithm: 'pretrain', steps: 3, batchSize: 16, evaluateOn: 16 } },
      { id: 'filter', start: { policy: 'pretrain' }, train: { algorithm: 'perplexity-filter', steps: 1, batchSize: 24, evaluateOn: 20, foreign: 'sentences', arm: 'unfiltered' } },
    ],
  });
  const other = newRunId();
  const failures: unknown[] = [];
  for (const { id } of config.stages) {
    await training.start({ run: other, config, stage: id, engine: 'wasm' }, (event) => event.kind === 'failed' && failures.push(event.failure));
    await training.ended();
  }
  expect(failures).toEqual([]);
  const [ref] = await store.checkpoints(other, 'filter');
  const { numbers } = (await store.checkpoint(ref!))!.state;
  const sources = numbers!['measured']!.flatMap((row) => row.slice(2, 4).map((place) => SOURCE_IDS[place]));
  expect(sources.filter((source) => source === 'foreign').length).toBeGreaterThan(2);
  expect((await filtered({ arm: 'filtered', filter: 'cap', foreign: 'sentences', steps: 1 })).failure).toMatch(/do not spell any text/);
});
