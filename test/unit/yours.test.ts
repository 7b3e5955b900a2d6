/** The visitor's own data as a task: whatever the rows are, what they can teach comes out of them as it went in, and what they cannot is said. */
import fc from 'fast-check';
import * as v from 'valibot';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { ALGORITHMS } from '../../src/contract/algorithms';
import { parseRunConfig, withSettings } from '../../src/contract/config';
import { detailText } from '../../src/contract/details';
import { newRunId } from '../../src/contract/ids';
import { METRIC_NAMES, METRICS, type MetricInfo } from '../../src/contract/metrics';
import { Random } from '../../src/contract/random';
import type { Kind, Sample } from '../../src/contract/sample';
import { TASK_OPTIONS } from '../../src/contract/tasks';
import { isHeldOut } from '../../src/formats/summary';
import { memoryStore } from '../../src/storage/memory-store';
import { EOS, openTask, PAD, TASKS, type Split, type Task } from '../../src/tasks';
import { Characters } from '../../src/tasks/tokenizer/characters';
import { Training } from '../../workers/session/train-api';
import { ALGORITHM_IDS, configOf, LAST } from '../each-algorithm';
import { preferences, rowsOf } from '../made-data';

const ID = 'ab'.repeat(32);
const options = (settings: Record<string, unknown> = {}) => v.parse(TASK_OPTIONS.yours, { id: 'yours', dataset: ID, vocabulary: 320, ...settings });
const open = (samples: readonly Sample[], settings: Record<string, unknown> = {}): Promise<Task> => TASKS.yours.open(samples, options(settings));
const SPLITS: readonly Split[] = ['train', 'held-out'];
const demonstrations = (task: Task, split: Split) => Array.from({ length: task.demonstrationCount(split) }, (_, i) => task.demonstration(split, i, Random.of(1, 'unused')));
const text = (prompt: string, chosen: string, rejected: string): Sample => ({ kind: 'preference', prompt, chosen, rejected, extra: {} });

describe.each(['bpe', 'characters'] as const)('cut into %s', (tokenizer) => {
  test('pairs come out as they went in, each on the side of its prompt', async () => {
    const samples = preferences();
    const task = await open(samples, { tokenizer });
    const { decode } = task.tokenizer;
    for (const split of SPLITS) {
      const pairs = task.pairs(split === 'train' ? 'train' : 'unseen');
      const wanted = samples.filter((sample) => isHeldOut(sample, 0.1) === (split === 'held-out'));
      expect(pairs.map(({ prompt, chosen, rejected }) => text(decode(prompt), decode(chosen), decode(rejected)))).toEqual(wanted);
      expect(demonstrations(task, split).map(({ prompt, completion }) => decode([...prompt, ...completion]))).toEqual(wanted.map((sample) => (sample.kind === 'preference' ? `${String(sample.prompt)}${String(sample.chosen)}` : '')));
    }
    expect(task.pairs('unseen').length).toBeGreaterThan(3);
    expect(task.pairs('seen')).toEqual([]);
  });

  test('every text is whole tokens that end once, fit the context and are the same each time', async () => {
    const [task, again] = [await open(preferences(), { tokenizer, context: 80 }), await open(preferences(), { tokenizer, context: 80 })];
    const isSound = (tokens: readonly number[]) => tokens.length <= task.context && tokens.every((token) => token !== PAD && token in task.tokenizer.vocabulary) && tokens.indexOf(EOS) === tokens.length - 1;
    for (const split of SPLITS) {
      expect(task.corpus(split).filter((tokens) => !isSound(tokens))).toEqual([]);
      expect(task.corpus(split)).toEqual(again.corpus(split));
      for (const { prompt, completion } of demonstrations(task, split)) expect(prompt.length > 0 && isSound([...prompt, ...completion])).toBe(true);
      for (let i = 0; i < 20; i++) expect(task.prompt(split, Random.of(i, 'p'))).toEqual(again.prompt(split, Random.of(i, 'p')));
    }
    expect(task.showcase()).toEqual(again.showcase());
    expect(task.tokenizer.vocabulary).toEqual(again.tokenizer.vocabulary);
  });

  test('every string survives: emoji, NUL, halves of characters, markup', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.string({ unit: 'binary', maxLength: 30 }), fc.constantFrom('', '\0', '👩‍👩‍👧', '\uD83D', '\uDE00x', '<img src=x onerror=alert(1)>', '\r\n', '𝒳'.repeat(9))), { minLength: 3, maxLength: 5 }), async (texts) => {
        const samples = texts.map((each): Sample => ({ kind: 'text', text: each, extra: {} }));
        const task = await open(samples, { tokenizer, context: 512 });
        const out = SPLITS.flatMap((split) => task.corpus(split).map((tokens) => task.tokenizer.decode(tokens)));
        expect(out.toSorted()).toEqual([...new Set(texts)].toSorted());
      }),
      { numRuns: 40 },
    );
  });

  test('the vocabulary is learned from training rows alone', async () => {
    const samples = preferences().map((sample) => (sample.kind === 'preference' && isHeldOut(sample, 0.1) ? { ...sample, chosen: ' ☃☃☃☃☃☃ ☃☃☃☃☃☃' } : sample));
    const task = await open(samples, { tokenizer });
    expect(task.tokenizer.vocabulary.join('')).not.toContain('☃');
    expect(task.pairs('unseen').map(({ chosen }) => task.tokenizer.decode(chosen))).toContain(' ☃☃☃☃☃☃ ☃☃☃☃☃☃');
  });
});

test('characters: unknown ones are spelled in bytes, and a text of tokens nobody wrote still reads', () => {
  const cutter = new Characters(['a', 'b']);
  expect(cutter.encode('ab')).toHaveLength(2);
  expect(cutter.encode('é')).toHaveLength(4);
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => { expect(cutter.decode(cutter.encode(text))).toBe(text); }));
  fc.assert(fc.property(fc.array(fc.nat(30)), (tokens) => { expect(typeof cutter.decode(tokens)).toBe('string'); }));
});

describe('what a kind of rows can teach', () => {
  const CANNOT: Record<Kind, string[]> = { preference: [], unpaired: ['pairs'], completion: ['marks', 'pairs'], prompt: ['demonstrations', 'marks', 'pairs', 'texts'], text: ['demonstrations', 'marks', 'pairs'] };

  test.each(Object.entries(CANNOT))('%s: all but %j', async (kind, cannot) => {
    const task = await open(rowsOf(kind as Kind)); // a key of the table
    expect(Object.keys(task.cannot!).sort()).toEqual(cannot);
    for (const split of SPLITS) expect(task.prompt(split, Random.of(1, 'p')).length).toBeGreaterThan(0);
    expect(task.corpus('train').length > 0).toBe(!cannot.includes('texts'));
    expect(task.gold ?? task.isReal ?? task.ceiling).toBeUndefined();
  });

  test('marked completions keep their marks; only good ones are imitated', async () => {
    const task = await open(rowsOf('unpaired'));
    const marked = task.marked!('train');
    expect(new Set(marked.map(({ isGood }) => isGood))).toEqual(new Set([true, false]));
    for (const { completion, isGood } of marked) expect(task.tokenizer.decode(completion)).toMatch(isGood ? /kindly|gently|warmly|gladly/ : /rudely|angrily|coldly|meanly/);
    expect(demonstrations(task, 'train')).toEqual(marked.filter(({ isGood }) => isGood).map(({ prompt, completion }) => ({ prompt, completion })));
  });

  test('a share of raters becomes a soft label; messages become a transcript', async () => {
    const messages = [{ role: 'user', content: 'hi' }];
    const task = await open([{ kind: 'preference', prompt: messages, chosen: [{ role: 'assistant', content: 'hello' }], rejected: [{ role: 'assistant', content: 'go away' }], extra: { probability: 0.7 } }]);
    const [pair] = task.pairs('train');
    expect(pair!.probability).toBe(0.7);
    expect(task.tokenizer.decode([...pair!.prompt, ...pair!.chosen])).toBe('\n\nHuman: hi\n\nAssistant: hello');
  });
});

describe('extreme data', () => {
  test('one row: it is trained on, and nothing is held out but prompts to look at', async () => {
    const task = await open(preferences(1));
    expect(task.pairs('train')).toHaveLength(1);
    expect(task.pairs('unseen')).toEqual([]);
    expect(task.prompt('held-out', Random.of(1, 'p'))).toEqual(task.pairs('train')[0]!.prompt);
  });

  test('two prompts: one on each side, whatever the share', async () => {
    for (const heldOut of [0.01, 0.5]) {
      const task = await open(preferences(2), { heldOut });
      expect([task.pairs('train').length, task.pairs('unseen').length]).toEqual([1, 1]);
    }
  });

  test('sides that are all the same leave nothing, and it is said', async () => {
    await expect(open([text('a', 'b', 'b'), text('c', 'd', 'd')])).rejects.toMatchObject({ code: 'unfit-data' });
    const task = await open([...preferences(20), text('x', 'y', 'y')]);
    expect(detailText(task.notes ?? '')).toContain('1 had two sides that are the same');
  });

  test('no row at all is said', async () => {
    await expect(open([])).rejects.toMatchObject({ code: 'unfit-data', detail: 'the data set is empty' });
  });

  test('empty prompts are prompts, and split by their answers', async () => {
    const task = await open(preferences(60).map((sample) => ({ ...sample, prompt: '' })));
    expect(task.pairs('train').length).toBeGreaterThan(40);
    expect(task.pairs('unseen').length).toBeGreaterThan(0);
    expect(task.tokenizer.decode(task.prompt('train', Random.of(1, 'p')))).toBe('');
  });

  test.each(['truncate', 'drop'] as const)('rows longer than the context: %s, and how many is told', async (long) => {
    const samples = [...preferences(40), ...Array.from({ length: 5 }, (_, i) => text(`${'way before '.repeat(40)}end${i}`, ` yes ${'y'.repeat(200)}`, ' no'))];
    const task = await open(samples, { long, context: 64, tokenizer: 'characters' });
    const all = [...task.pairs('train'), ...task.pairs('unseen')];
    expect(all).toHaveLength(long === 'drop' ? 40 : 45);
    expect(detailText(task.notes ?? '')).toContain(`5 had more than 64 tokens and were ${long === 'drop' ? 'left out' : 'cut'}.`);
    for (const { prompt, chosen, rejected } of all) expect(prompt.length + Math.max(chosen.length, rejected.length)).toBeLessThanOrEqual(64);
    if (long === 'drop') return;
    const cut = all.filter(({ chosen }) => chosen.at(-1) !== EOS);
    expect(cut.length).toBe(5);
    for (const { prompt } of cut) expect(task.tokenizer.decode(prompt)).toMatch(/end\d$/);
  });

  test('no more rows than wanted are taken', async () => {
    const task = await open(preferences(50), { rows: 20 });
    expect(task.pairs('train').length + task.pairs('unseen').length).toBe(20);
  });
});

test('data that is not here is said by its name, and so is that none is chosen', async () => {
  const readFile = async () => '';
  await expect(openTask(options({ called: 'kind.jsonl' }), { readFile, readDataset: async () => undefined })).rejects.toMatchObject({ code: 'missing-dataset', detail: `kind.jsonl (${ID.slice(0, 8)}…)` });
  await expect(openTask(options({ dataset: '' }), { readFile })).rejects.toMatchObject({ code: 'missing-dataset', detail: 'none is chosen' });
  expect(() => options({ dataset: 'no id' })).toThrow('it is no id of a data set');
});

/** A worker over some rows. */
function trainer(samples: readonly Sample[]) {
  const store = memoryStore();
  const training = new Training({ openStore: async () => store, readFile: async () => '', readBytes: async () => new Uint8Array(), readDataset: async () => samples, clock: () => 1 });
  return { store, training, run: newRunId() };
}

describe('before anything is trained', () => {
  const config = (algorithm: string, batchSize = 8) => parseRunConfig({ recipe: '', seed: 1, task: options(), model: { width: 8, layers: 1, heads: 1 }, stages: [
    { id: 'pretrain', start: {}, train: { algorithm: 'pretrain', batchSize: 8 } }, { id: LAST, start: { policy: 'pretrain' }, train: { algorithm, batchSize } },
  ] });

  test.each([
    ['text', 'dpo', 'last: the data have no pairs'],
    ['completion', 'kto', 'last: the data have neither marked completions'],
    ['text', 'sft', 'last: the data have no completion to imitate'],
    ['prompt', 'sft', 'pretrain: the data are prompts alone'],
  ] as const)('%s rows cannot teach %s', async (kind, algorithm, detail) => {
    const { training, run, store } = trainer(rowsOf(kind));
    await expect(training.start({ run, config: config(algorithm), stage: 'pretrain', engine: 'wasm' }, () => {})).rejects.toMatchObject({ code: 'unfit-data', detail: expect.stringContaining(detail) as string });
    expect(await store.stages(run)).toEqual([]);
  });

  test('a later stage’s batch is larger than all there is', async () => {
    const { training, run } = trainer(preferences(10));
    await expect(training.start({ run, config: config('dpo', 64), stage: 'pretrain', engine: 'wasm' }, () => {})).rejects.toMatchObject({ code: 'invalid-config', detail: expect.stringContaining('the batch size of last must be at most') as string });
  });
});

describe('every algorithm learns from it, and measures nothing that nobody knows', () => {
  const unknown = METRIC_NAMES.filter((name) => (METRICS[name] as MetricInfo).needs !== undefined);
  const { training, store, run } = trainer(preferences(64));
  const task = options({ tokenizer: 'characters', context: 64 });
  /** What makes candidates of its own needs raters, whom nobody knows here; it takes the pairs there are. */
  const OF_DATA: Partial<Record<string, string>> = { labels: 'last.source=data', 'perplexity-filter': 'last.candidates=data' };
  const start = async (algorithm: (typeof ALGORITHM_IDS)[number], stage: string) => {
    let failure = '';
    const setting = OF_DATA[algorithm];
    const config = withSettings({ ...configOf(algorithm, 2), task }, setting === undefined ? [] : [setting]);
    const started = await training.start({ run, config, stage, engine: 'wasm' }, (event) => event.kind === 'failed' && (failure = event.failure.detail || event.failure.code));
    await training.ended();
    expect(failure).toBe('');
    return started;
  };

  beforeAll(async () => {
    for (const stage of ['pretrain', 'sft', 'judge']) await start('sft', stage);
  });

  it.each(ALGORITHM_IDS)('%s', async (algorithm) => {
    await store.clearStage(run, LAST);
    expect(await start(algorithm, LAST)).toMatchObject({ notes: { name: 'together', given: [{ name: 'rows-to-learn' }] } });
    const { metrics, samples } = await store.history(run, LAST);
    expect(unknown.filter((name) => metrics.columns[name] !== undefined)).toEqual([]);
    for (const [name, column] of Object.entries(metrics.columns)) expect(column.every((value) => value === null || Number.isFinite(value)), name).toBe(true);
    for (const { prompts } of samples) for (const { before, now } of prompts) expect([before.gold, now.gold]).toEqual([undefined, undefined]);
    expect(ALGORITHMS[algorithm].makes === 'pairs' || samples.length > 0).toBe(true);
  });

  it('KTO and point-wise DPO learn from marks alone', async () => {
    for (const algorithm of ['kto', 'pointwise-dpo'] as const) {
      const on = trainer(rowsOf('unpaired'));
      const config = { ...configOf(algorithm, 2), task };
      const stages = config.stages.filter(({ id }) => id !== 'judge');
      for (const { id } of stages) {
        await on.training.start({ run: on.run, config: { ...config, stages }, stage: id, engine: 'wasm' }, (event) => expect(event.kind).not.toBe('failed'));
        await on.training.ended();
      }
      expect((await on.store.history(on.run, LAST)).metrics.columns['rewards/chosen']?.length).toBe(2);
    }
  });
});
