/** What must hold of any causal language model, on every engine. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parameterShapes, type ModelShape } from '../../src/contract/model-shape';
import { FAILURES } from '../../src/contract/failures';
import { Random } from '../../src/contract/random';
import { EOS, PAD } from '../../src/tasks/task';
import { startEngine } from '../../workers/engine/engine';
import { generate } from '../../workers/model/generate';
import { distributions, policyOutput, scores } from '../../workers/model/heads';
import { AdamW, learningRateAt } from '../../workers/model/optimizer';
import { initialWeights, Parameters } from '../../workers/model/parameters';
import { maskedMean, maskedRowSum } from '../../workers/tensor/masked';
import { batchOf, disposeBatch } from '../../workers/tensor/sequences';
import { ENGINES } from './engines';

const SHAPE: ModelShape = { width: 16, layers: 2, heads: 4, vocabulary: 9, context: 8 };
/** Wider than GPT-2's start, so that predictions differ visibly. */
const weightsOf = (seed: number, head: 'none' | 'score' = 'score') =>
  new Map(Object.entries(parameterShapes(SHAPE, head)).map(([name, shape]) => [name, Random.of(seed, name).normals(shape.reduce((a, b) => a * b, 1), 0.3)]));

const ROWS = [[2, 3, 4, 5, 1], [2, 6, 1, 0, 0], [3, 3, 7, 8, 1]];
const tokens = (rows: number[][]) => tf.tensor2d(rows, [rows.length, rows[0]!.length], 'int32');
const read = async (make: () => tf.Tensor) => {
  const tensor = tf.tidy(make);
  const values = Array.from(await tensor.data());
  tensor.dispose();
  return values;
};
const worst = (a: number[], b: number[]) => Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));

describe.each(ENGINES)('model on %s', (engine) => {
  let model: Parameters;
  beforeAll(async () => {
    await startEngine(engine);
    model = new Parameters(SHAPE, 'score', weightsOf(1));
  });
  afterAll(() => model.dispose());

  it('looks only back: changing a token changes nothing before it', async () => {
    const before = await read(() => scores(model.views, tokens(ROWS)));
    const after = await read(() => scores(model.views, tokens(ROWS.map((row) => [...row.slice(0, 3), 8, row[4]!]))));
    for (const row of [0, 1, 2]) expect(worst(before.slice(row * 5, row * 5 + 3), after.slice(row * 5, row * 5 + 3))).toBe(0);
    expect(worst(before, after)).toBeGreaterThan(0.01);
  });

  it('permuting a batch permutes its outputs', async () => {
    const straight = await read(() => policyOutput(model.views, tokens(ROWS)).logProbs);
    const turned = await read(() => policyOutput(model.views, tokens([ROWS[2]!, ROWS[0]!, ROWS[1]!])).logProbs);
    expect(worst([...turned.slice(4, 12), ...turned.slice(0, 4)], straight)).toBeLessThan(1e-6);
  });

  // What lets rows be measured in whatever block they fall, padded to whatever width.
  it('a row is judged to the same bits alone, in company, and with any padding behind it', async () => {
    const padded = (width: number) => ROWS.map((row) => [...row, ...Array.from({ length: width - row.length }, () => PAD)]);
    const wide = await read(() => policyOutput(model.views, tokens(padded(8))).logProbs);
    const narrow = await read(() => policyOutput(model.views, tokens(ROWS)).logProbs);
    const many = await read(() => policyOutput(model.views, tokens(Array.from({ length: 4 }, () => padded(7)).flat())).logProbs);
    for (const row of [0, 1, 2]) {
      const alone = await read(() => policyOutput(model.views, tokens([ROWS[row]!])).logProbs);
      expect(narrow.slice(row * 4, row * 4 + 4)).toEqual(alone);
      expect(wide.slice(row * 7, row * 7 + 4)).toEqual(alone);
      expect(many.slice((9 + row) * 6, (9 + row) * 6 + 4)).toEqual(alone);
    }
    const sums = (width: number) =>
      read(() => {
        const batch = batchOf(ROWS.map((row) => ({ prompt: row.slice(0, 1), completion: row.slice(1) })), width);
        return maskedRowSum(policyOutput(model.views, batch.tokens).logProbs, batch.completionMask);
      });
    expect(await sums(8)).toEqual(await sums(5));
  });

  it('log-probabilities are those of the full distributions', async () => {
    const all = await read(() => distributions(model.views, tokens(ROWS)));
    const picked = await read(() => policyOutput(model.views, tokens(ROWS)).logProbs);
    const V = SHAPE.vocabulary;
    const wanted = ROWS.flatMap((row, b) => row.slice(1).map((token, t) => all[(b * 5 + t) * V + token]!));
    expect(worst(picked, wanted)).toBeLessThan(1e-5);
    const total = all.slice(0, V).reduce((sum, logProb) => sum + Math.exp(logProb), 0);
    expect(total).toBeCloseTo(1, 5);
  });

  // Where all prompts are long, columns that only read them leave their keys and values and nothing else.
  it.each([[[[2], [3, 4, 5], [2, 6], [8, 8, 8, 8]]], [[[3, 4, 5], [8, 8, 8, 8]]]])('decoding with a cache takes the path that whole sequences say is likeliest, prompts %j side by side', async (prompts) => {
    const completions = await generate(model.views, prompts, Random.of(1, 'greedy'), { temperature: 0 });
    for (const [i, completion] of completions.entries()) {
      const all = await read(() => distributions(model.views, tokens([[...prompts[i]!, ...completion]])));
      completion.forEach((token, t) => {
        const place = prompts[i]!.length - 1 + t;
        const row = all.slice(place * SHAPE.vocabulary, (place + 1) * SHAPE.vocabulary);
        expect(row.indexOf(Math.max(...row))).toBe(token);
      });
    }
  });

  it('refuses texts longer than the context and tokens it does not know', async () => {
    const long = Array.from({ length: SHAPE.context + 2 }, () => 2);
    expect(() => tf.tidy(() => policyOutput(model.views, tokens([long])).logProbs)).toThrow(FAILURES['sequence-too-long']);
    expect(() => tf.tidy(() => policyOutput(model.views, tokens([[2, SHAPE.vocabulary, 3]])).logProbs)).toThrow(FAILURES['unknown-token']);
    await expect(generate(model.views, [long], Random.of(1, 'x'))).rejects.toThrow(FAILURES['sequence-too-long']);
    await expect(generate(model.views, [[-1]], Random.of(1, 'x'))).rejects.toThrow(FAILURES['unknown-token']);
  });

  it('generates past prompts of any length, keeps them, and ends at EOS or the context', async () => {
    const prompts = [[2], [3, 4, 5], [2, 6]];
    const completions = await generate(model.views, Array.from({ length: 60 }, (_, i) => prompts[i % 3]!), Random.of(1, 'generate'));
    completions.forEach((completion, i) => {
      const ended = completion.indexOf(EOS);
      expect(completion.length).toBeGreaterThan(0);
      expect(completion.length).toBeLessThanOrEqual(SHAPE.context - prompts[i % 3]!.length);
      if (ended >= 0) expect(ended).toBe(completion.length - 1);
      else expect(completion.length).toBe(SHAPE.context - prompts[i % 3]!.length);
    });
    expect(completions.some((completion) => completion.at(-1) !== EOS)).toBe(true);
    expect(new Set(completions.map(String)).size).toBeGreaterThan(30);
  });

  it('the same seed draws the same completions; temperature 0 is the likeliest path', async () => {
    const draw = (temperature: number) => generate(model.views, [[2], [3, 4]], Random.of(7, 'x'), { temperature });
    expect(await draw(1)).toEqual(await draw(1));
    const [greedy] = await draw(0);
    const prefix = [2, ...greedy!];
    const all = await read(() => distributions(model.views, tokens([prefix])));
    greedy!.forEach((token, t) => {
      const row = all.slice(t * SHAPE.vocabulary, (t + 1) * SHAPE.vocabulary);
      expect(row.indexOf(Math.max(...row))).toBe(token);
    });
  });

  it('the gradient of one batch of four is the mean of four batches of one', async () => {
    const examples = [[2, 3, 4], [2, 6, 8], [3, 3, 7], [4, 5, 5]].map((row) => ({ prompt: row.slice(0, 1), completion: [...row.slice(1), EOS] }));
    const trained = async (parts: (typeof examples)[]) => {
      const parameters = new Parameters(SHAPE, 'none', weightsOf(2, 'none'));
      const batches = parts.map((part) => batchOf(part));
      const optimizer = new AdamW(parameters, { weightDecay: 0, clipNorm: 100 });
      const measured = optimizer.update((views) => {
        const losses = batches.map(({ tokens: ids, completionMask }) => tf.neg(maskedMean(policyOutput(views, ids).logProbs, completionMask)));
        return { loss: tf.div(tf.addN(losses), losses.length) as tf.Scalar };
      }, 0.01);
      const norm = (await measured.grad_norm.data())[0]!;
      tf.dispose(Object.values(measured));
      batches.forEach(disposeBatch);
      optimizer.dispose();
      parameters.dispose();
      return norm;
    };
    expect(await trained([examples])).toBeCloseTo(await trained(examples.map((example) => [example])), 4);
  });

  it('an update leaves as many tensors as it found', async () => {
    const parameters = new Parameters(SHAPE, 'none', weightsOf(3, 'none'));
    const optimizer = new AdamW(parameters, { weightDecay: 0.1, clipNorm: 1 });
    const update = () => {
      const batch = batchOf([{ prompt: [2], completion: [3, EOS] }]);
      const measured = optimizer.update((views) => ({ loss: tf.neg(maskedMean(policyOutput(views, batch.tokens).logProbs, batch.completionMask)) as tf.Scalar }), 0.01);
      tf.dispose(Object.values(measured));
      disposeBatch(batch);
    };
    update();
    const before = tf.memory().numTensors;
    for (let i = 0; i < 5; i++) update();
    expect(tf.memory().numTensors).toBe(before);
    optimizer.dispose();
    parameters.dispose();
  });

  it('untrained weights know little: close to even on average, and every first reward is 0', async () => {
    const fresh = new Parameters(SHAPE, 'score', initialWeights(parameterShapes(SHAPE, 'score'), SHAPE, Random.of(1, 'fresh')));
    const logProbs = await read(() => policyOutput(fresh.views, tokens(ROWS)).logProbs);
    const mean = logProbs.reduce((sum, logProb) => sum + logProb, 0) / logProbs.length;
    expect(Math.abs(mean + Math.log(SHAPE.vocabulary))).toBeLessThan(0.5);
    expect(await read(() => scores(fresh.views, tokens(ROWS)))).toEqual(new Array<number>(15).fill(0));
    fresh.dispose();
  });
});

describe('batches', () => {
  it('are left-aligned, padded on the right, and mask exactly the completion', async () => {
    const batch = batchOf([{ prompt: [2, 3], completion: [4, EOS] }, { prompt: [5], completion: [EOS] }], 5);
    expect(Array.from(await batch.tokens.data())).toEqual([2, 3, 4, EOS, PAD, 5, EOS, PAD, PAD, PAD]);
    expect(Array.from(await batch.completionMask.data())).toEqual([0, 1, 1, 0, 1, 0, 0, 0]);
    expect(Array.from(await batch.lastMask.data())).toEqual([0, 0, 0, 1, 0, 0, 1, 0, 0, 0]);
    expect(batch.tokenCount).toBe(6);
    disposeBatch(batch);
  });
});

describe('learning rate', () => {
  const schedule = { learningRate: 1, warmup: 4, finalRate: 0.1, steps: 14 };
  it('rises in equal steps, peaks after warm-up and ends at its final rate', () => {
    expect([0, 1, 2, 3].map((step) => learningRateAt(step, schedule))).toEqual([0.25, 0.5, 0.75, 1]);
    expect(learningRateAt(4, schedule)).toBe(1);
    expect(learningRateAt(13, schedule)).toBeGreaterThan(0.1);
    expect(learningRateAt(14, schedule)).toBeCloseTo(0.1, 9);
    expect(learningRateAt(500, schedule)).toBeCloseTo(0.1, 9);
  });
});
