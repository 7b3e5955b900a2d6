/**
 * Every kernel on every engine against plain numbers in double precision, and its gradient against differences of those.
 * Extreme values stand among the cases on purpose.
 */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/contract/random';
import { startEngine } from '../../workers/engine/engine';
import * as kernels from '../../workers/kernels';
import { adamWReference } from '../../workers/kernels/adamw-step/reference';
import { causalAttentionReference } from '../../workers/kernels/causal-attention/reference';
import { embedReference } from '../../workers/kernels/embed/reference';
import { layerNormReference } from '../../workers/kernels/layer-norm/reference';
import { linearReference } from '../../workers/kernels/linear/reference';
import { tokenLogProbsReference } from '../../workers/kernels/token-logprobs/reference';
import { ENGINES } from './engines';

type Numbers = readonly number[];

const numbers = (name: string, count: number, scale = 1): number[] => Array.from(Random.of(3, name).normals(count, scale));

interface Case {
  name: string;
  inputs: { shape: number[]; values: Numbers }[];
  run(tensors: tf.Tensor[]): tf.Tensor;
  reference(inputs: Numbers[]): number[];
  /** Relative to the largest number of the reference. */
  tolerance?: number;
  hasGradient?: boolean;
}

const [B, T, D, H, V] = [3, 5, 8, 2, 7];
const N = B * T;
const IDS = [1, 2, 3, 4, 0, 5, 6, 1, 0, 0, 2, 2, 6, 5, 3];
const ids2d = () => tf.tensor2d(IDS, [B, T], 'int32');
const ids1d = () => tf.tensor1d(IDS, 'int32');

const CASES: Case[] = [
  {
    name: 'embed, shorter than the context',
    inputs: [{ shape: [V, D], values: numbers('tokens', V * D) }, { shape: [9, D], values: numbers('places', 9 * D) }],
    run: ([tokens, places]) => kernels.embed(ids2d(), tokens!, places!),
    reference: ([tokens, places]) => embedReference(IDS, tokens!, places!, { T, D }),
  },
  ...[1, 1000].map((scale): Case => ({
    name: `layerNorm, inputs of ±${scale}`,
    inputs: [{ shape: [N, D], values: numbers('x', N * D, scale) }, { shape: [D], values: numbers('weight', D) }, { shape: [D], values: numbers('bias', D) }],
    run: ([x, weight, bias]) => kernels.layerNorm(x as tf.Tensor2D, weight!, bias!),
    reference: ([x, weight, bias]) => layerNormReference(x!, weight!, bias!),
  })),
  ...[false, true].flatMap((gelu) => [1, 30].map((scale): Case => ({
    name: `linear${gelu ? ' with GELU' : ''}, inputs of ±${scale}`,
    inputs: [{ shape: [N, D], values: numbers('x', N * D, scale) }, { shape: [D, 6], values: numbers('weight', D * 6) }, { shape: [6], values: numbers('bias', 6) }],
    run: ([x, weight, bias]) => kernels.linear(x as tf.Tensor2D, weight!, bias!, { gelu }),
    reference: ([x, weight, bias]) => linearReference(x!, weight!, bias!, gelu),
  }))),
  ...[1, 30].map((scale): Case => ({
    name: `causalAttention, inputs of ±${scale}`,
    inputs: [{ shape: [N, 3 * D], values: numbers('qkv', N * 3 * D, scale) }],
    run: ([qkv]) => kernels.causalAttention(qkv as tf.Tensor2D, B, H),
    reference: ([qkv]) => causalAttentionReference(qkv!, { B, T, D, heads: H }),
    // Large logits saturate the softmax: its differences are nothing but rounding.
    hasGradient: scale === 1,
  })),
  ...[{ scale: 1, temperature: 1 }, { scale: 1, temperature: 0.7 }, { scale: 20, temperature: 1 }].map(({ scale, temperature }): Case => ({
    name: `tokenLogProbs, hidden states of ±${scale}, temperature ${temperature}`,
    inputs: [{ shape: [N, D], values: numbers('hidden', N * D, scale) }, { shape: [V, D], values: numbers('weight', V * D) }],
    run: ([hidden, weight]) => kernels.tokenLogProbs(hidden as tf.Tensor2D, weight!, ids1d(), temperature),
    reference: ([hidden, weight]) => tokenLogProbsReference(hidden!, weight!, IDS, { D, temperature }),
    hasGradient: scale === 1,
  })),
];

/** Every output weighed differently, so that errors cannot cancel. */
const weigh = (count: number) => numbers('weights of outputs', count);

function expectClose(found: ArrayLike<number>, wanted: Numbers, tolerance: number): void {
  const scale = Math.max(1, ...wanted.map(Math.abs));
  const worst = Math.max(...wanted.map((value, i) => Math.abs(value - found[i]!)));
  expect(found.length).toBe(wanted.length);
  expect(worst / scale).toBeLessThan(tolerance);
}

describe.each(ENGINES)('kernels on %s', (engine) => {
  beforeAll(async () => {
    expect((await startEngine(engine)).engine).toBe(engine);
  });

  const tensorsOf = ({ inputs }: Case) => inputs.map(({ shape, values }) => tf.tensor(Array.from(values), shape));

  it.each(CASES)('$name: forward', async (test) => {
    const out = tf.tidy(() => test.run(tensorsOf(test)));
    expectClose(await out.data(), test.reference(test.inputs.map(({ values }) => values)), test.tolerance ?? 2e-5);
    out.dispose();
  });

  it.each(CASES.filter(({ hasGradient = true }) => hasGradient))('$name: gradient', async (test) => {
    const values = test.inputs.map((input) => input.values);
    const weights = weigh(test.reference(values).length);
    const gradients = tf.tidy(() =>
      tf.grads((...tensors: tf.Tensor[]) => {
        const out = test.run(tensors);
        return tf.sum(tf.mul(out, tf.tensor(weights, out.shape)));
      })(tensorsOf(test)),
    );
    const lossAt = (input: number, place: number, change: number) => {
      const moved = values.map((each, i) => (i === input ? each.map((value, p) => (p === place ? value + change : value)) : each));
      return test.reference(moved).reduce((sum, value, i) => sum + value * weights[i]!, 0);
    };
    for (const [input, gradient] of gradients.entries()) {
      const step = 1e-4 * Math.max(1, ...values[input]!.map(Math.abs));
      const differences = values[input]!.map((_, place) => (lossAt(input, place, step) - lossAt(input, place, -step)) / (2 * step));
      expectClose(await gradient.data(), differences, 2e-3);
      gradient.dispose();
    }
  });

  it('adamWStep follows the algorithm over three updates, with clipping, decay and no decay', async () => {
    const attributes = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1, clipNorm: 1 };
    const count = 20;
    const decayed = Array.from({ length: count }, (_, i) => i % 2);
    let plain = { parameters: numbers('parameters', count), m: new Array<number>(count).fill(0), v: new Array<number>(count).fill(0), norm: 0 };
    let state = { parameters: tf.tensor1d(plain.parameters), m: tf.zeros([count]) as tf.Tensor1D, v: tf.zeros([count]) as tf.Tensor1D };
    for (let step = 1; step <= 3; step++) {
      const gradient = numbers(`gradient ${step}`, count, step === 2 ? 0.01 : 10); // one below the clip, two far above
      plain = adamWReference(plain, gradient, decayed, { ...attributes, step });
      const next = kernels.adamWStep({ ...state, gradient: tf.tensor1d(gradient), decayed: tf.tensor1d(decayed) }, { ...attributes, step });
      expectClose(await next.norm.data(), [plain.norm], 1e-5);
      state = next;
    }
    expectClose(await state.parameters.data(), plain.parameters, 1e-6);
    expectClose(await state.v.data(), plain.v, 1e-6);
    tf.disposeVariables();
  });

  it('sample draws as often as the distribution says, in every row, and only the likeliest k', async () => {
    const rows = 4096;
    const logits = [Math.log(0.5), Math.log(0.3), Math.log(0.15), Math.log(0.05)];
    const draw = async (options: { temperature?: number; topK?: number }) => {
      const uniforms = Random.of(5, 'sample').uniforms(rows * 4);
      const drawn = tf.tidy(() => kernels.sample(tf.tile(tf.tensor2d([logits]), [rows, 1]), tf.tensor2d(uniforms, [rows, 4]), options));
      const counts = [0, 0, 0, 0];
      for (const token of await drawn.data()) counts[token]! += 1 / rows;
      drawn.dispose();
      return counts;
    };
    // Four standard errors of a share of 4,096.
    const near = (share: number) => 4 * Math.sqrt((share * (1 - share)) / rows) + 1e-9;
    const shares = [0.5, 0.3, 0.15, 0.05];
    (await draw({})).forEach((count, i) => expect(Math.abs(count - shares[i]!)).toBeLessThan(near(shares[i]!)));
    const top2 = await draw({ topK: 2 });
    expect(top2[2]! + top2[3]!).toBe(0);
    expect(Math.abs(top2[0]! - 0.625)).toBeLessThan(near(0.625));
    const total = shares.reduce((sum, share) => sum + share ** 2, 0); // temperature ½ squares probabilities
    (await draw({ temperature: 0.5 })).forEach((count, i) => expect(Math.abs(count - shares[i]! ** 2 / total)).toBeLessThan(near(shares[i]! ** 2 / total)));
  });

  it('sample gives every row its own draw, the first one too', async () => {
    const rows = 64;
    const drawn = tf.tidy(() => kernels.sample(tf.zeros([rows, 8]), tf.tensor2d(Random.of(6, 'rows').uniforms(rows * 8), [rows, 8])));
    const tokens = Array.from(await drawn.data());
    const uniforms = Random.of(6, 'rows').uniforms(rows * 8);
    const wanted = Array.from({ length: rows }, (_, row) => {
      const own = Array.from(uniforms.subarray(row * 8, row * 8 + 8));
      return own.indexOf(Math.max(...own)); // with equal logits the largest uniform has the largest Gumbel noise
    });
    expect(tokens).toEqual(wanted);
    drawn.dispose();
  });
});
