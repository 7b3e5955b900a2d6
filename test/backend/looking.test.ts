/** Looking at a model changes nothing and invents nothing: text that is written token by token is the text that is generated, and attention is what the pass computes with. On every engine. */
import { memory } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parameterShapes, sizeOf, type ModelShape } from '../../src/contract/model-shape';
import { Random } from '../../src/contract/random';
import { startEngine } from '../../workers/engine/engine';
import { Float64Machine } from '../../workers/kernels/machines/plain';
import { attentionOf } from '../../workers/model/attention';
import { generate, writeOn } from '../../workers/model/generate';
import { pack } from '../../workers/model/layout';
import { Parameters } from '../../workers/model/parameters';
import { trunkForward } from '../../workers/model/program';
import { weigh } from '../../workers/stage/weighing';
import { ENGINES } from './engines';

const SHAPE: ModelShape = { width: 16, layers: 2, heads: 4, vocabulary: 9, context: 12 };
const weightsOf = (seed: number, head: 'none' | 'score' = 'none') => new Map(Object.entries(parameterShapes(SHAPE, head)).map(([name, shape]) => [name, Random.of(seed, name).normals(sizeOf(shape), 0.3)]));
const TEXT = [2, 3, 4, 5, 8, 3, 1];

describe.each(ENGINES)('on %s', (engine) => {
  let model: Parameters;
  let other: Parameters;
  let judge: Parameters;
  beforeAll(async () => {
    await startEngine(engine);
    [model, other, judge] = [new Parameters(SHAPE, 'none', weightsOf(1)), new Parameters(SHAPE, 'none', weightsOf(2)), new Parameters(SHAPE, 'score', weightsOf(3, 'score'))];
  });
  afterAll(() => [model, other, judge].forEach((each) => each.dispose()));

  test.each([{ temperature: 1 }, { temperature: 0.7, topK: 3 }, { temperature: 0 }])('token by token it is what is generated in one go: %j', async (options) => {
    for (const seed of [1, 2, 3, 4]) {
      for (const prompt of [[2], [3, 4, 5]]) {
        const [whole] = await generate(model.views, [prompt], Random.of(seed, 'say'), options);
        const tokens: number[] = [];
        for await (const token of writeOn(model.views, prompt, Random.of(seed, 'say'), options)) tokens.push(token);
        expect(tokens).toEqual(whole);
      }
    }
  });

  test('whoever stops listening leaves no tensor behind, and nobody else is disturbed', async () => {
    const before = memory();
    for (let turn = 0; turn < 5; turn++) {
      const [one, two] = [writeOn(model.views, [2], Random.of(7, 'say')), writeOn(model.views, [2], Random.of(7, 'say'))];
      const heard = [(await one.next()).value, (await two.next()).value];
      expect(heard[0]).toBe(heard[1]);
      await one.return(undefined);
      await two.next();
      await two.return(undefined);
    }
    expect(memory()).toMatchObject({ numTensors: before.numTensors, numDataBuffers: before.numDataBuffers });
  });

  test('attention is that of the pass: with the values it gives what the pass mixed, in double precision', async () => {
    const { layout } = model.views;
    const weights = weightsOf(1);
    const machine = new Float64Machine();
    const { width, heads, layers } = SHAPE;
    const T = TEXT.length;
    const d = width / heads;
    const { blocks } = trunkForward({ machine, shape: SHAPE, layout, flat: machine.put(pack(layout, (name) => weights.get(name))), ids: Int32Array.from(TEXT), reading: { batch: 1, columns: T, stride: T, start: 0 }, lengths: undefined, at: undefined }, true);
    for (let layer = 0; layer < layers; layer++) {
      for (let head = 0; head < heads; head++) {
        const found = await attentionOf(model.views, TEXT, layer, head);
        const { qkv, mixed } = blocks[layer]!;
        for (let t = 0; t < T; t++) {
          const row = found.subarray(t * T, (t + 1) * T);
          expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
          expect(row.subarray(t + 1).every((weight) => weight === 0)).toBe(true);
          for (let i = 0; i < d; i++) {
            const sum = row.reduce((total, weight, s) => total + weight * qkv[s * 3 * width + 2 * width + head * d + i]!, 0);
            expect(sum).toBeCloseTo(mixed[t * width + head * d + i]!, 4);
          }
        }
      }
    }
  });

  test('what is looked at leaves no tensor behind', async () => {
    const row = { prompt: TEXT.slice(0, 2), completion: TEXT.slice(2) };
    const look = async () => {
      await attentionOf(model.views, TEXT, 1, 3);
      return weigh({ left: model.views, right: other.views, judges: [judge.views, judge.views] }, row, [...'▁⏎abcdefg']);
    };
    await look();
    const before = memory();
    const tokens = await look();
    await look();
    expect(memory()).toMatchObject({ numTensors: before.numTensors, numDataBuffers: before.numDataBuffers });
    expect(tokens.map(({ text }) => text).join('')).toBe('cdgb⏎');
    for (const { left, right, kl, odds } of tokens) {
      expect(kl).toBeGreaterThan(0);
      expect(left.rank).toBeGreaterThanOrEqual(1);
      expect(Math.max(left.entropy, right!.entropy)).toBeLessThan(Math.log(SHAPE.vocabulary));
      expect(odds).toHaveLength(SHAPE.vocabulary);
      expect(odds.reduce((sum, each) => sum + each.left, 0)).toBeCloseTo(1, 5);
    }
  });
});
