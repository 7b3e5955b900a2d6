/** Stored models that speak side by side: the same seed says the same, both sides are weighed exactly, and neither a tensor nor a number of the run is left changed. */
import { memory } from '@tensorflow/tfjs-core';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import type { HeardToken, Question, TalkOrder } from '../../src/contract/model-api';
import type { RunConfig } from '../../src/contract/config';
import { newRunId } from '../../src/contract/ids';
import { emptyColumns } from '../../src/contract/metrics';
import { parameterShapes, sizeOf } from '../../src/contract/model-shape';
import { Random } from '../../src/contract/random';
import type { CheckpointRef } from '../../src/contract/run';
import { configOf, recipeOf } from '../../src/recipes';
import { memoryStore } from '../../src/storage/memory-store';
import { encodeSafetensors } from '../../src/storage/safetensors';
import { openTask, TASKS, type Task } from '../../src/tasks';
import { startEngine } from '../../workers/engine/engine';
import { attentionWeights } from '../../workers/tensor/attention-weights';
import { entropyOf, exactKl, rankOf } from '../../workers/stage/odds';
import { Talk } from '../../workers/session/talk';
import { preferences } from '../made-data';
import { contentOf } from './made-runs';
import { bench, configFor, PPO, trainAll, type Bench } from './session-bench';

const question: Question = { prompt: '♀', seed: 1, temperature: 1, topK: 0, length: 10 };
const logs = (...shares: number[]) => Float32Array.from(shares, Math.log);

/** The page's part of a run. */
const known = ({ store, run, config }: Bench) => store.putRun({ id: run, name: 'a run', config, created: 1, appVersion: 'test', parents: [] });

describe('what is said of a place', () => {
  test('KL is that of left from right, in nats, and not of right from left', () => {
    const [p, q] = [logs(0.5, 0.25, 0.25), logs(0.25, 0.25, 0.5)];
    expect(exactKl(p, q)).toBeCloseTo(0.25 * Math.log(2), 6);
    const [sure, even] = [logs(0.9, 0.1), logs(0.5, 0.5)];
    expect(exactKl(sure, even)).toBeCloseTo(0.9 * Math.log(1.8) + 0.1 * Math.log(0.2), 6);
    expect(exactKl(even, sure)).toBeCloseTo(0.5 * Math.log(5 / 9) + 0.5 * Math.log(5), 6);
    expect([exactKl(p, p), exactKl(logs(1, 0), even)]).toEqual([0, expect.closeTo(Math.log(2), 6)]);
  });

  test('entropy and rank are those of the whole distribution', () => {
    expect(entropyOf(logs(0.25, 0.25, 0.25, 0.25))).toBeCloseTo(Math.log(4), 6);
    expect([entropyOf(logs(1, 0)), entropyOf(logs(0.5, 0.5, 0))]).toEqual([0, expect.closeTo(Math.log(2), 6)]);
    expect([0, 1, 2].map((token) => rankOf(logs(0.2, 0.5, 0.3), token))).toEqual([3, 1, 2]);
    expect([0, 1, 2].map((token) => rankOf(logs(0.4, 0.4, 0.2), token))).toEqual([1, 1, 3]);
  });

  test('attention is the softmax of scaled scores over what came before, of the head that was asked for', () => {
    // Two tokens, two heads of four numbers. Head 0: equal scores. Head 1: the second query meets the second key twice as hard as √d undoes.
    const D = 8;
    const qkv = new Float32Array(2 * 3 * D);
    const set = (token: number, part: number, head: number, numbers: number[]) => qkv.set(numbers, token * 3 * D + part * D + head * 4);
    set(0, 0, 1, [1, 0, 0, 0]);
    set(1, 0, 1, [1, 1, 0, 0]);
    set(1, 1, 1, [2 * Math.log(3), 0, 0, 0]);
    expect([...attentionWeights(qkv, { T: 2, width: D, heads: 2, head: 0 })]).toEqual([1, 0, 0.5, 0.5]);
    const [first, behind, back, own] = attentionWeights(qkv, { T: 2, width: D, heads: 2, head: 1 });
    expect([first, behind]).toEqual([1, 0]); // the first token sees itself alone, however the second calls
    expect([back, own]).toEqual([expect.closeTo(0.25, 6), expect.closeTo(0.75, 6)]);
  });
});

describe('two stages of a run', () => {
  let on: Bench;
  let order: TalkOrder;
  const ref = (stage: string, step = 6): CheckpointRef => ({ run: on.run, stage, step });
  const talking = (start?: ConstructorParameters<typeof Talk>[1]) => new Talk({ openStore: async () => on.store, readFile: (name) => readFile(`public/${name}`, 'utf8') }, start);
  beforeAll(async () => {
    on = bench(configFor('names-ppo', PPO));
    await trainAll(on);
    await known(on);
    order = { engine: 'wasm', left: ref('ppo'), right: ref('sft'), reward: ref('reward-model') };
  }, 120_000);

  test('say the same with the same seed, token by token as they are heard, and something else with another', async () => {
    const talk = talking();
    expect(await talk.open(order)).toMatchObject({ context: 16, takesNothing: true, left: { layers: 1, heads: 2 }, right: { layers: 1 }, engine: { engine: 'wasm' } });
    const heard: HeardToken[] = [];
    const answer = await talk.say(question, (token) => heard.push(token));
    expect(heard.filter(({ side }) => side === 'left').map(({ text }) => text)).toEqual(answer.left.completion.map(({ text }) => text));
    expect(heard.filter(({ side }) => side === 'right').map(({ at }) => at)).toEqual(answer.right!.completion.map((_, at) => at));
    expect(await talk.say(question, () => {})).toEqual(answer);
    const other = talking();
    await other.open(order);
    expect(await other.say(question, () => {})).toEqual(answer);
    const texts = await Promise.all([2, 3, 4].map((seed) => talk.say({ ...question, seed }, () => {})));
    expect(texts.some(({ left }) => left.text !== answer.left.text)).toBe(true);
    await Promise.all([talk.close(), other.close()]);
  });

  test('the same checkpoint on both sides is one model: the same text, no KL anywhere', async () => {
    const talk = talking();
    await talk.open({ ...order, right: order.left });
    const { left, right } = await talk.say(question, () => {});
    expect(right).toEqual(left);
    expect(left.completion.map(({ kl }) => kl)).toEqual(left.completion.map(() => 0));
    await talk.close();
  });

  test('are weighed as training weighs them: log-probabilities, exact KL, and the reward of the whole text at its end', async () => {
    const talk = talking();
    await talk.open(order);
    const task = TASKS.names.open(await readFile('public/names.csv', 'utf8'), on.config.task as Parameters<typeof TASKS.names.open>[1]); // the recipe's task
    for (const prompt of ['♂ Jo', '']) {
      const { left } = await talk.say({ ...question, prompt }, () => {});
      const ids = task.read(prompt);
      expect(left.tokens.slice(0, ids.length)).toEqual(ids);
      expect(left.gold).toBe(task.gold(ids, left.tokens.slice(ids.length)));
      for (const token of left.completion) {
        expect(token.kl).toBeGreaterThan(0);
        expect(token.score).not.toBeNull();
        expect(token.odds).toHaveLength(10);
        const listed = token.odds.find(({ text }) => text === token.text);
        if (listed) expect([Math.log(listed.left), Math.log(listed.right!)]).toEqual([expect.closeTo(token.left.logProb, 4), expect.closeTo(token.right!.logProb, 4)]);
      }
    }
    await talk.close();
  });

  test('without a right side and a reward model nothing is said of them', async () => {
    const talk = talking();
    await talk.open({ ...order, right: null, reward: null });
    const { left, right } = await talk.say(question, () => {});
    expect(right).toBeNull();
    expect(left.completion.every(({ right: thought, kl, score, odds }) => thought === null && kl === null && score === null && odds.every((each) => each.right === null))).toBe(true);
    await talk.close();
  });

  test('ten questions leave as many tensors as one, other models take the place of those before, and at the end nothing is left', async () => {
    await startEngine('wasm');
    const none = memory().numTensors;
    const talk = talking();
    const { left } = await talk.open(order);
    expect(left.parameters).toBeGreaterThan(1000);
    await talk.say(question, () => {});
    const { numTensors, numDataBuffers } = memory();
    for (let seed = 0; seed < 10; seed++) {
      const said = await talk.say({ ...question, seed }, () => {});
      await talk.attention({ side: 'right', tokens: said.right!.tokens, layer: 0, head: 1 });
    }
    expect(memory()).toMatchObject({ numTensors, numDataBuffers });
    await talk.open({ ...order, right: null, reward: null, left: ref('pretrain') });
    expect(memory().numTensors).toBe(none + 1);
    await talk.close();
    expect(memory().numTensors).toBe(none);
  });

  test('Stop ends what is being said; a new question does so too', async () => {
    const talk = talking();
    await talk.open(order);
    const stopped = await talk.say({ ...question, temperature: 2 }, ({ at }) => void (at === 1 && talk.stop()));
    expect(stopped.left.completion).toHaveLength(2);
    const first = talk.say({ ...question, temperature: 2 }, () => {});
    const second = talk.say({ ...question, length: 1 }, () => {});
    expect((await first).left.completion).toHaveLength(0);
    expect((await second).left.completion).toHaveLength(1);
    await talk.close();
  });

  test('what cannot be is refused with what to do, and the models stay open', async () => {
    const talk = talking();
    const code = (name: string) => expect.objectContaining({ code: name }) as Error; // what matchers are typed as
    await expect(talk.say(question, () => {})).rejects.toEqual(code('missing-checkpoint'));
    await expect(talk.open({ ...order, left: ref('ppo', 5) })).rejects.toEqual(code('missing-checkpoint'));
    await expect(talk.open({ ...order, left: { ...order.left, run: newRunId() } })).rejects.toEqual(code('missing-checkpoint'));
    await expect(talk.open({ ...order, left: ref('reward-model') })).rejects.toEqual(code('checkpoint-mismatch'));
    const digits = bench(configFor('digits-grpo', ['model.width=16', 'model.layers=1', 'model.heads=2', 'pretrain.steps=1', 'pretrain.batchSize=8', 'pretrain.evaluateOn=16']), on.store);
    await known(digits);
    await digits.start('pretrain');
    await digits.training.ended();
    await expect(talk.open({ ...order, right: { run: digits.run, stage: 'pretrain', step: 1 } })).rejects.toEqual(code('unlike-models'));
    await talk.open(order);
    await expect(talk.say({ ...question, prompt: '♀ é' }, () => {})).rejects.toEqual(code('unusable-prompt'));
    await expect(talk.say({ ...question, prompt: 'a'.repeat(16) }, () => {})).rejects.toEqual(code('sequence-too-long'));
    await expect(talk.attention({ side: 'left', tokens: [2, 99], layer: 0, head: 0 })).rejects.toEqual(code('unknown-token'));
    expect((await talk.say(question, () => {})).left.tokens[0]).toBe(3);
    await talk.close();
  });

  test('a lost engine is replaced by WASM, which says the same', async () => {
    const well = talking();
    await well.open(order);
    const answer = await well.say(question, () => {});
    let lose: (reason: string) => void = () => {};
    const asked: string[] = [];
    const talk = talking(async (choice) => {
      asked.push(choice);
      const engine = await startEngine('wasm');
      return choice === 'webgpu' ? { ...engine, engine: 'webgpu', lost: new Promise((done) => (lose = done)) } : engine;
    });
    await talk.open({ ...order, engine: 'webgpu' });
    const again = await talk.say(question, ({ at, side }) => void (at === 1 && side === 'left' && asked.length === 1 && lose('gone')));
    expect(again).toEqual(answer);
    expect(asked).toEqual(['webgpu', 'wasm']);
    await Promise.all([talk.close(), well.close()]);
  });

  test('a run that is trained meanwhile comes out the same, bit for bit, and nothing stored is changed', { timeout: 300_000 }, async () => {
    const before = await contentOf(on.store);
    const again = bench(configFor('names-ppo', PPO));
    const talk = talking();
    await talk.open(order);
    const training = trainAll(again);
    for (let seed = 0; seed < 6; seed++) await talk.say({ ...question, seed }, () => {});
    await training;
    await talk.close();
    for (const { id } of on.config.stages) expect((await again.store.checkpoint({ run: again.run, stage: id, step: 6 }))!.tensors).toEqual((await on.store.checkpoint(ref(id)))!.tensors);
    expect(await contentOf(on.store)).toEqual(before);
  });
});

describe('a model of every task', () => {
  /** A run of nothing but a first stage, whose weights are drawn. */
  async function untrained(recipe: string, settings: string[], task: Task, pieces: Partial<RunConfig['task']> = {}) {
    const store = memoryStore();
    const drawn = configOf(recipeOf(recipe), 1, ['model.width=16', 'model.layers=1', 'model.heads=2', ...settings]);
    const config: RunConfig = { ...drawn, task: { ...drawn.task, ...pieces } as RunConfig['task'] }; // of the same task
    const run = newRunId();
    const [first] = config.stages;
    const shapes = parameterShapes({ ...config.model, vocabulary: task.tokenizer.vocabulary.length, context: task.context }, 'none');
    const tensors = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [`policy/${name}`, { shape, data: Random.of(1, name).normals(sizeOf(shape), 0.2) }]));
    await store.putRun({ id: run, name: recipe, config, created: 1, appVersion: 'test', parents: [] });
    const stage = { run, stage: first!.id, step: 1, total: 1, finished: true, engine: null, updated: 1, seconds: 1 }; // a recipe has stages
    await store.commit({ stage, checkpoint: { run, stage: first!.id, step: 1, created: 1, state: { random: {}, counters: {} }, tensors: encodeSafetensors(tensors) }, metrics: emptyColumns(), samples: [], events: [] });
    return { store, ref: { run, stage: first!.id, step: 1 } };
  }
  const doors = { readFile: (name: string) => readFile(`public/${name}`, 'utf8'), readDataset: async () => preferences(40) };
  const dataset = 'd'.repeat(64);

  test.each([
    ['digits-grpo', [], '321', false],
    ['sentences-pretrain', [], 'a Ünï 🎈', false],
    ['stories-pretrain', [], 'Es war', false],
    ['yours-pretrain', ['task.tokenizer=characters'], 'how ß', true],
    ['yours-pretrain', ['task.tokenizer=bpe', 'task.vocabulary=300'], 'how ß', true],
  ] as const)('%s %j is talked to, also in words it was not made of', async (recipe, settings, typed, takesNothing) => {
    const own = recipe.startsWith('yours') ? { dataset } : {};
    const { task: config } = configOf(recipeOf(recipe), 1, [...settings]);
    const task = await openTask({ ...config, ...own } as RunConfig['task'], doors); // of the same task
    const { store, ref } = await untrained(recipe, [...settings], task, own);
    const talk = new Talk({ ...doors, openStore: async () => store });
    const { examples, ...opened } = await talk.open({ engine: 'wasm', left: ref, right: null, reward: null });
    expect(opened).toMatchObject({ takesNothing, context: task.context });
    for (const prompt of [typed, examples[0]!, ...(takesNothing ? [''] : [])]) {
      const { left } = await talk.say({ ...question, prompt, length: 4 }, () => {});
      expect(left.completion.length).toBeGreaterThan(0);
      expect(left.text.replace(' → ', '').startsWith(task.tokenizer.decode(task.read(prompt)).replace(' →', ''))).toBe(true);
    }
    expect((await talk.say({ ...question, prompt: examples[0]!, length: 4 }, () => {})).left.tokens.slice(0, task.showcase()[0]!.length)).toEqual(task.showcase()[0]);
    await talk.close();
  });
});
