/** Models that leave as Hugging Face's: the numbers that their libraries compute from our folders, which models of a run go, and what the card says. */
import { Tokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import recorded from '../golden/hugging-face.json';
import { main } from '../../scripts/export';
import { TASK_DOORS } from '../../scripts/task-doors';
import { configOf, recipeOf } from '../../src/recipes';
import { entriesIn, hashOf, openArchive, type Entries } from '../../src/storage/archive';
import { withoutScoreBias } from '../../src/storage/hugging-face/gpt2';
import { memoryStore } from '../../src/storage/memory-store';
import type { RunBundle } from '../../src/storage/run-store';
import { decodeSafetensors, encodeSafetensors } from '../../src/storage/safetensors';
import { huggingFaceZip } from '../../src/state/hugging-face';
import { openTask, type Task } from '../../src/tasks';
import { writtenAlphabet } from '../../src/tasks/tokenizer/written';
import { startEngine } from '../../workers/engine/engine';
import { answersOf } from '../interop/answers';
import { folderOf, prompts, SHAPE, tokenizers, weightsOf } from '../interop/cases';
import { bundleOf, modelTensors, RUN, SHAPE as SMALL, VOCABULARY } from './made-runs';

/** What an exported model may differ by. */
const BOUND = 1e-4;

describe('the same numbers as transformers computes, recorded by test/interop/check.py', () => {
  beforeAll(() => startEngine('wasm').then(() => {}));

  test.each(['none', 'score'] as const)('head: %s', async (head) => {
    const record = recorded[`drawn-${head}`];
    expect(await hashOf(folderOf(head).get('model.safetensors')!)).toBe(record.sha256); // what was recorded is this model
    const ours = (await answersOf(SHAPE, head, weightsOf(head), prompts())).map((answer) => (typeof answer === 'number' ? [answer] : answer.at(-1)!)); // a text has a last place
    const differences = ours.flatMap((row, i) => row.map((x, j) => Math.abs(x - [record.answers[i]!].flat()[j]!)));
    expect(differences).toHaveLength(prompts().length * (head === 'none' ? SHAPE.vocabulary : 1));
    expect(Math.max(...differences)).toBeLessThan(BOUND);
  });
});

describe('a score without a bias', () => {
  const numbers = (length: number) => fc.array(fc.float({ min: -4, max: 4, noNaN: true }), { minLength: length, maxLength: length }).map((values) => Float32Array.from(values));
  /** w·(norm ∘ x + shift) + b, in double precision. */
  const scoreOf = (weights: ReadonlyMap<string, Float32Array>, x: readonly number[], bias: number) =>
    x.reduce((sum, each, i) => sum + weights.get('score.weight')![i]! * (each * weights.get('ln_f.weight')![i]! + weights.get('ln_f.bias')![i]!), bias);

  test('gives the same scores', () => {
    fc.assert(fc.property(numbers(6), numbers(6), numbers(6), fc.float({ min: -4, max: 4, noNaN: true }), fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 6, maxLength: 6 }), (score, norm, shift, bias, x) => {
      fc.pre(score.every((w) => w === 0) || Math.hypot(...score) > 0.05);
      const weights = new Map([['score.weight', score], ['ln_f.weight', norm], ['ln_f.bias', shift], ['score.bias', Float32Array.of(bias)]]);
      expect(Math.abs(scoreOf(withoutScoreBias(weights), x, 0) - scoreOf(weights, x, bias))).toBeLessThan(1e-5 * (1 + Math.abs(bias)));
    }));
  });

  test('a head of zeros says its bias of every text', () => {
    const weights = new Map([['score.weight', new Float32Array(3)], ['ln_f.weight', Float32Array.of(1, 2, 3)], ['ln_f.bias', Float32Array.of(4, 5, 6)], ['score.bias', Float32Array.of(0.5)]]);
    expect(scoreOf(withoutScoreBias(weights), [7, 8, 9], 0)).toBe(0.5);
  });
});

test('tokenizer files give the ids of our own tokenizers on a thousand texts each, read by Hugging Face’s JavaScript library', async () => {
  const cases = await tokenizers(TASK_DOORS.readFile);
  expect(cases.map(({ texts }) => texts.length)).toEqual(cases.map(() => 1000));
  for (const { name, written: { json, start }, encode, texts } of cases) {
    if (name === 'characters') continue; // that library lacks its normalizer; check.py reads it
    const theirs = new Tokenizer(JSON.parse(json), { pad_token: '<pad>', eos_token: '<eos>', ...(start !== undefined && { bos_token: start }) });
    for (const text of texts) expect([name, text, theirs.encode(text).ids]).toEqual([name, text, encode(text)]);
  }
});

test('a tokenizer spells what it reads', async () => {
  for (const { written, encode, texts } of await tokenizers(TASK_DOORS.readFile)) for (const text of texts.slice(0, 200)) expect(written.spell(encode(text))).toBe(text);
});

/** A world of the five tokens of made runs. */
const task: Task = {
  tokenizer: { vocabulary: VOCABULARY, decode: String, written: () => writtenAlphabet(VOCABULARY) },
  context: SMALL.context, isVerifiable: false,
  corpus: () => [[2, 3, 1], [4, 1]], demonstration: () => ({ prompt: [2], completion: [3, 1] }), demonstrationCount: () => 1, prompt: () => [2], read: () => [2], showcase: () => [[2], [2, 3]],
  pairs: () => [{ prompt: [2], chosen: [3, 1], rejected: [4, 1] }],
};

async function zipOf(bundle: RunBundle, more: { stage?: string; isHalf?: boolean } = {}): Promise<Entries> {
  const store = memoryStore();
  await store.putBundle(bundle);
  const { content } = await huggingFaceZip(store, RUN, { appVersion: '0.1.0', openTask: async () => task, ...more });
  return entriesIn(await openArchive(new Blob(content)));
}

const text = (entries: Entries, name: string) => new TextDecoder().decode(entries.get(name));
const json = (entries: Entries, name: string) => JSON.parse(text(entries, name)) as Record<string, unknown>;
const FILES = ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json', 'README.md'];

describe('of a run', () => {
  test('go the last policy and the reward model that judged it, each a folder', async () => {
    const entries = await zipOf(bundleOf());
    expect([...entries.keys()].sort()).toEqual([...[...FILES, 'generation_config.json'].map((file) => `policy/${file}`), ...FILES.map((file) => `reward-model/${file}`)].sort());
    expect(text(entries, 'policy/README.md')).toMatch(/^# Names, seed 7: ppo$/m);
    const { 'policy/wte.weight': ours } = modelTensors('policy', 'none');
    const theirs = decodeSafetensors(entries.get('policy/model.safetensors')!);
    expect(theirs['transformer.wte.weight']).toEqual(ours);
    expect(Object.keys(theirs)).not.toContain('lm_head.weight'); // tied
    expect(decodeSafetensors(entries.get('reward-model/model.safetensors')!)['score.weight']!.shape).toEqual([1, SMALL.width]);
    expect(json(entries, 'policy/config.json')).toMatchObject({ architectures: ['GPT2LMHeadModel'], vocab_size: 5, n_positions: 4, n_embd: 8, n_layer: 1, n_head: 2, activation_function: 'gelu_new', layer_norm_epsilon: 1e-5, tie_word_embeddings: true, eos_token_id: 1, pad_token_id: 0, torch_dtype: 'float32' });
    expect(json(entries, 'reward-model/config.json')).toMatchObject({ architectures: ['GPT2ForSequenceClassification'], num_labels: 1 });
  });

  test('a stage can be named, and half precision asked for', async () => {
    const entries = await zipOf(bundleOf(), { stage: 'reward-model', isHalf: true });
    expect([...entries.keys()].every((name) => name.startsWith('reward-model/'))).toBe(true);
    expect(json(entries, 'reward-model/config.json')).toMatchObject({ torch_dtype: 'float16' });
    expect(text(await zipOf(bundleOf(), { stage: 'sft' }), 'policy/README.md')).toMatch(/^# Names, seed 7: sft$/m);
    await expect(zipOf(bundleOf(), { stage: 'dpo' })).rejects.toMatchObject({ code: 'nothing-to-export', detail: expect.stringContaining('dpo; there are some of') });
  });

  test('all models of an ensemble go', async () => {
    const bundle = bundleOf();
    for (const { stage, checkpoints } of bundle.stages) {
      if (stage.stage === 'reward-model') for (const checkpoint of checkpoints) checkpoint.tensors = encodeSafetensors({ ...modelTensors('reward', 'score'), ...modelTensors('reward-2', 'score') });
    }
    expect(new Set([...(await zipOf(bundle)).keys()].map((name) => name.split('/')[0]))).toEqual(new Set(['policy', 'reward-model', 'reward-model-2']));
  });

  test('without a checkpoint, and with one of another vocabulary, it says so', async () => {
    const bundle = bundleOf();
    await expect(zipOf({ ...bundle, stages: [] })).rejects.toMatchObject({ code: 'nothing-to-export' });
    const other = { ...task, tokenizer: { ...task.tokenizer, vocabulary: [...VOCABULARY, 'd'] } };
    const store = memoryStore();
    await store.putBundle(bundle);
    await expect(huggingFaceZip(store, RUN, { appVersion: '0.1.0', openTask: async () => other })).rejects.toMatchObject({ code: 'checkpoint-mismatch', detail: 'ppo: the model has 5 tokens, its task has 6 now' });
  });
});

describe('the card', () => {
  test('says what made the model, from which data, what was measured and where it ends', async () => {
    const bundle = bundleOf();
    const config = configOf(recipeOf('names-ppo'), 7, ['ppo.klCoef=0.2', 'model.width=8', 'model.layers=1', 'model.heads=2']);
    const card = text(await zipOf({ ...bundle, record: { ...bundle.record, config } }), 'policy/README.md');
    const hash = (lines: string) => hashOf(new TextEncoder().encode(lines));
    for (const said of [
      'library_name: transformers', 'all 100 steps', 'Recipe `names-ppo`, seed 7', '`ppo.klCoef=0.2`', '| sft | Supervised fine-tuning | pretrain | 100 | 10 s |', 'tokenizer("a", return_tensors="pt")',
      `Texts to learn from, each as a line of JSON with its token ids: SHA-256 \`${await hash('[2,3,1]\n[4,1]\n')}\``, `Preference pairs to learn from, likewise: SHA-256 \`${await hash('[[2],[3,1],[4,1]]\n')}\``,
      '| `accuracy` | 0.01 | fraction |', '## Limits', 'reads 4 tokens at most', 'Licence: public domain.',
    ]) expect(card).toContain(said);
    expect(card).not.toMatch(/undefined|NaN|\[object/);
  });

  test('of a reward model shows a whole text with its end', async () => {
    const card = text(await zipOf(bundleOf()), 'reward-model/README.md');
    expect(card).toContain('tokenizer("ab" + tokenizer.eos_token, return_tensors="pt")');
    expect(card).toContain('pipeline_tag: text-classification');
  });
});

test('the door writes the zip of a run file, and says what it wants and what went wrong', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  const told = vi.spyOn(console, 'log').mockImplementation(() => {});
  const to = join(tmpdir(), `nudge-models-${process.pid}.zip`);
  try {
    expect(await main([])).toBe(2);
    expect(said.mock.lastCall![0]).toMatch(/want one run file.*\nnpm run export/s);
    expect(await main(['run.nudge'])).toBe(2);
    expect(await main(['package.json', '--to', to])).toBe(1);
    expect(said.mock.lastCall![0]).toMatch(/not a \.nudge run file/);
    expect(await main(['test/fixtures/run-file.v1.nudge', '--to', to])).toBe(1); // its five tokens are no names
    expect(said.mock.lastCall![0]).toMatch(/the model has 5 tokens, its task has 31 now/);
    await expect(readFile(to)).rejects.toThrow('ENOENT');
  } finally {
    said.mockRestore();
    told.mockRestore();
    await rm(to, { force: true });
  }
});

test('every task writes a tokenizer that spells its prompts and has an id for each token', async () => {
  for (const id of ['names', 'digits', 'sentences', 'stories'] as const) {
    const recipe = { names: 'names-dpo', digits: 'digits-grpo', sentences: 'sentences-dpo', stories: 'stories-dpo' }[id];
    const opened = await openTask(configOf(recipeOf(recipe), 1, []).task, TASK_DOORS);
    const { json: file, spell } = opened.tokenizer.written();
    const { model } = JSON.parse(file) as { model: { vocab: Record<string, number> } };
    expect(Object.values(model.vocab).sort((a, b) => a - b)).toEqual(opened.tokenizer.vocabulary.map((_, token) => token));
    for (const prompt of opened.showcase()) expect(spell(prompt)).not.toBe('');
  }
});
