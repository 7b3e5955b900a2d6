/**
 * LoRA on every engine: against a step written out by hand, and against Hugging Face's PEFT, which trained the same adapters in double precision (test/interop/check-adapters.py).
 * Planted and seen to fail: the scale left out of the gradient of A or of B, W written without W₀, a second moment forgotten at resuming, gradients added to what stood there before, A drawn twice as wide.
 */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { adapterShapes, adaptersOf, targetShapes } from '../../src/contract/adapter-shape';
import { hashOf } from '../../src/storage/archive';
import { startEngine } from '../../workers/engine/engine';
import { LoraAdamW } from '../../workers/model/lora';
import { Parameters } from '../../workers/model/parameters';
import recorded from '../golden/lora.json';
import { ADAPTER_NAMES, ADAPTERS, adapterFolderOf, adapterOf, adaptersIn, begun, stepOf, TRAINING } from '../interop/adapter-cases';
import { answersOf } from '../interop/answers';
import { prompts, SHAPE } from '../interop/cases';
import { ENGINES } from './engines';

/** What an exported model may differ by, and training in single precision from double: of a number, or of 1. */
const BOUND = 1e-4;

const gap = (got: ArrayLike<number>, want: readonly number[]): number => {
  expect(got.length).toBe(want.length);
  return want.reduce((worst, x, i) => Math.max(worst, Math.abs(got[i]! - x) / Math.max(1, Math.abs(x))), 0);
};

/** [rows, deep] · [deep, wide], in double precision. */
const product = (x: ArrayLike<number>, y: ArrayLike<number>, [rows, deep, wide]: [number, number, number]): number[] =>
  Array.from({ length: rows * wide }, (_, i) => Array.from({ length: deep }, (_, k) => x[Math.floor(i / wide) * deep + k]! * y[k * wide + (i % wide)]!).reduce((sum, z) => sum + z, 0));
/** [columns, rows] -> [rows, columns] */
const turned = (x: ArrayLike<number>, rows: number, columns: number): number[] => Array.from({ length: rows * columns }, (_, i) => x[(i % columns) * rows + Math.floor(i / columns)]!);

describe.each(ENGINES)('LoRA on %s', (engine) => {
  beforeAll(async () => {
    await startEngine(engine);
  });

  it.each(ADAPTER_NAMES)('makes the step that the chain rule and AdamW ask for, written out: %s', async (name) => {
    const { adapters, base, alpha, ...shape } = adapterOf(name, true);
    const { model, optimizer } = begun(name, true);
    // A loss whose gradient is known: each parameter times a number of its own.
    const slopes = Float32Array.from({ length: model.views.layout.size }, (_, i) => Math.sin(i));
    const { loss, grad_norm: length } = tf.tidy(() => optimizer.update(({ flat }) => ({ loss: tf.sum<tf.Scalar>(tf.mul(flat, tf.tensor1d(slopes))) }), TRAINING.learningRate));
    const scale = alpha / shape.rank;
    const gradients = new Map<string, number[]>();
    for (const [matrix, [deep = 0, wide = 0]] of Object.entries(targetShapes(SHAPE, shape.targets))) {
      const { a, b } = adaptersOf(matrix);
      const { offset, count } = model.views.layout.places[matrix]!;
      const dW = Array.from(slopes.subarray(offset, offset + count), (x) => x * scale);
      gradients.set(a, product(dW, turned(adapters.get(b)!, wide, shape.rank), [deep, wide, shape.rank]));
      gradients.set(b, product(turned(adapters.get(a)!, shape.rank, deep), dW, [shape.rank, deep, wide]));
    }
    const norm = Math.sqrt([...gradients.values()].flat().reduce((sum, g) => sum + g * g, 0));
    expect(gap(await length.data(), [norm])).toBeLessThan(BOUND);
    const clip = Math.min(1, TRAINING.clipNorm / (norm + 1e-6));
    const now = await adaptersIn(optimizer);
    for (const [adapter, gradient] of gradients) {
      const want = gradient.map((g, i) => adapters.get(adapter)![i]! * (1 - TRAINING.learningRate * TRAINING.weightDecay) - (TRAINING.learningRate * g * clip) / (Math.abs(g * clip) + 1e-8));
      expect(gap(now.get(adapter)!, want), adapter).toBeLessThan(BOUND);
    }
    // And the model is what the adapters say, in nothing but their targets.
    for (const [parameter, numbers] of await model.read()) {
      const [deep = 0, wide = 0] = targetShapes(SHAPE, shape.targets)[parameter] ?? [];
      if (deep === 0) expect(numbers, parameter).toEqual(base.get(parameter));
      else {
        const { a, b } = adaptersOf(parameter);
        const added = product(now.get(a)!, now.get(b)!, [deep, shape.rank, wide]);
        expect(gap(numbers, added.map((x, i) => base.get(parameter)![i]! + scale * x)), parameter).toBeLessThan(1e-5);
      }
    }
    tf.dispose([loss, length]);
    optimizer.dispose();
    model.dispose();
  });

  it.each(ADAPTER_NAMES)('trains as PEFT does: %s', async (name) => {
    const want = recorded.training[name];
    const { model, optimizer } = begun(name);
    const steps: Awaited<ReturnType<typeof stepOf>>[] = [];
    for (let step = 0; step < TRAINING.steps; step++) steps.push(await stepOf(optimizer));
    expect(gap(steps.map(({ loss }) => loss), want.losses)).toBeLessThan(BOUND);
    expect(gap(steps.map(({ norm }) => norm), want.norms)).toBeLessThan(BOUND);
    const now = await adaptersIn(optimizer);
    for (const [adapter, numbers] of Object.entries(want.adapters)) expect(gap(now.get(adapter)!, numbers), adapter).toBeLessThan(BOUND);
    optimizer.dispose();
    model.dispose();
  });

  it.each(ADAPTER_NAMES)('says with drawn adapters what PEFT says with the folder we write: %s', async (name) => {
    const want = recorded.drawn[name];
    expect(await hashOf(adapterFolderOf(name, true).get('adapter_model.safetensors')!)).toBe(want.sha256); // what was recorded are these adapters
    const { model, optimizer } = begun(name, true);
    const answers = await answersOf(SHAPE, 'none', await model.read(), prompts());
    answers.forEach((answer, i) => expect(gap(typeof answer === 'number' ? [] : answer.at(-1)!, want.answers[i]!)).toBeLessThan(BOUND)); // a text has a last place
    optimizer.dispose();
    model.dispose();
  });

  it('begins as the model it began from, bit for bit', async () => {
    for (const name of ADAPTER_NAMES) {
      const { model, optimizer } = begun(name);
      expect(await model.read()).toEqual(adapterOf(name, false).base);
      optimizer.dispose();
      model.dispose();
    }
  });

  it('goes on from what it read back, bit for bit, and leaves as many tensors as it found', async () => {
    const { model, optimizer } = begun('all-linear');
    await stepOf(optimizer);
    const before = tf.memory().numTensors;
    for (let step = 0; step < 2; step++) await stepOf(optimizer);
    expect(tf.memory().numTensors).toBe(before);

    const parts = Object.fromEntries((await optimizer.read()).map(({ part, weights }) => [part, weights]));
    const again = new Parameters(SHAPE, 'none', await model.read());
    const { alpha, ...shape } = ADAPTERS['all-linear'];
    const resumed = new LoraAdamW(again, TRAINING, { ...shape, alpha }, { adapters: parts['lora']!, frozen: parts['frozen']!, updates: optimizer.updates, moments: { m: parts['lora.m']!, v: parts['lora.v']! } });
    for (let step = 0; step < 2; step++) expect(await stepOf(resumed)).toEqual(await stepOf(optimizer));
    expect(await resumed.read()).toEqual(await optimizer.read());
    expect(await again.read()).toEqual(await model.read());
    for (const each of [optimizer, resumed, model, again]) each.dispose();
  });
});

it('adapters of a block have as many numbers as the paper says: rank × (in + out)', () => {
  const counts = Object.entries(adapterShapes({ ...SHAPE, layers: 1 }, { rank: 4, targets: 'all-linear' })).map(([name, [deep = 0, wide = 0]]) => [name, deep * wide]);
  expect(counts.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(4 * (32 + 96 + (32 + 32) + (32 + 128) + (128 + 32)));
});
