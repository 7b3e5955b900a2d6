/**
 * Every launch on every engine against its definition in plain numbers, in double precision; and each gradient's definition against differences of the forward one.
 * That every way to do one gives the same bits is asked in test/ways.
 */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/contract/random';
import { startEngine } from '../../workers/engine/engine';
import { currentMachine, sampleColumn } from '../../workers/kernels';
import * as kernels from '../../workers/kernels';
import type { Numbers } from '../../workers/kernels/launch';
import { BUILDS } from './engines';
import { CASES, numbers, type Case } from './launch-cases';
import { found } from './run-launch';

/** Results by operand, as the reference twin makes them. */
function wanted(test: Case): Record<string, Numbers> {
  const copies = Object.fromEntries(Object.entries(test.operands).flatMap(([name, given]) => (given ? [[name, given instanceof Float32Array ? Float64Array.from(given) : test.launch.operands[name]!.endsWith('u32') ? new Uint32Array(given) : given.slice()]] : [])));
  test.launch.reference(copies as never, test.sizes); // each case names the operands of its launch
  return copies;
}

function expectClose(name: string, got: ArrayLike<number>, want: ArrayLike<number>, tolerance: number): void {
  const finite = Array.from(want).filter(Number.isFinite);
  const scale = Math.max(1, ...finite.map(Math.abs));
  expect(got.length, name).toBe(want.length);
  for (let i = 0; i < want.length; i++) {
    if (Number.isNaN(want[i]!)) expect(got[i], `${name}[${i}]`).toBeNaN();
    else if (!(Math.abs(got[i]! - want[i]!) <= tolerance * scale)) expect.fail(`${name}[${i}]: want ${want[i]}, got ${got[i]}`);
  }
}

describe.each(BUILDS)('launches on %s', (choice) => {
  beforeAll(async () => {
    const { engine, adapter } = await startEngine(choice);
    expect(`${engine}${adapter.startsWith('relaxed') ? '-fast' : ''}`).toBe(choice);
  });

  it.each(CASES)('$name', async (test) => {
    const want = wanted(test);
    const got = await found(currentMachine(), test);
    for (const [name, values] of Object.entries(got)) expectClose(name, values, want[name]!, test.tolerance ?? 0);
  });

  it('draws as often as the distribution says, in every row', async () => {
    const rows = 4096;
    const shares = [0.5, 0.3, 0.15, 0.05];
    const machine = currentMachine();
    const [logits, given, stream] = [machine.put(Float32Array.from({ length: rows * 4 }, (_, i) => Math.log(shares[i % 4]!))), machine.put(new Int32Array(rows).fill(1)), machine.put(Int32Array.of(5, 77, 0, 0))];
    const [tokens, alive] = [machine.put(new Int32Array(rows * 2)), machine.put(new Int32Array(rows).fill(1))];
    machine.run(sampleColumn, { logits, given, stream, tokens, alive }, { rows, batch: rows, vocabulary: 4, context: 2, column: 0, topK: 0, endOfSequence: 9, padding: 0, temperature: 1 });
    const drawn = await tf.backend().read(tokens.dataId);
    const counts = [0, 0, 0, 0];
    for (let row = 0; row < rows; row++) counts[Number(drawn[row * 2 + 1])]! += 1 / rows;
    // Four standard errors of a share of 4,096.
    shares.forEach((share, token) => expect(Math.abs(counts[token]! - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / rows)));
    for (const buffer of [logits, given, stream, tokens, alive]) machine.free(buffer);
  });
});

/** Slope of `measure` at each number of `at`, by differences. */
const differences = (at: Float64Array, measure: () => number): number[] =>
  Array.from(at, (value, i) => {
    const step = 1e-5 * Math.max(1, Math.abs(value));
    at[i] = value + step;
    const above = measure();
    at[i] = value - step;
    const below = measure();
    at[i] = value;
    return (above - below) / (2 * step);
  });

const doubles = (count: number): Float64Array => Float64Array.from(numbers(count));
const weighed = (values: Numbers, weights: Numbers): number => Array.from(values).reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0);

describe('gradients in plain numbers are the slopes of what they belong to', () => {
  const close = (got: ArrayLike<number>, want: number[]) => expectClose('gradient', got, want, 1e-6);

  it.each([0, 1])('linear, GELU %s', (gelu) => {
    const [rows, deep, wide] = [3, 4, 5];
    const [x, weight, bias, dy] = [doubles(rows * deep), doubles(deep * wide), doubles(wide), doubles(rows * wide)];
    const [slope, y] = [new Float64Array(rows * wide), new Float64Array(rows * wide)];
    const measure = () => (kernels.linearForward.reference({ x, weight, bias, slope, y }, { rows, deep, wide, gelu }), weighed(y, dy));
    measure();
    // The slope of GELU belongs to the product that the gradient comes through; a product with the identity brings it here.
    const identity = Float64Array.from({ length: wide * wide }, (_, i) => (i % (wide + 1) === 0 ? 1 : 0));
    const dBefore = new Float64Array(rows * wide);
    kernels.linearInput.reference({ dy, weight: identity, dx: dBefore, slope }, { rows, deep: wide, wide });
    const [dx, dWeight, dBias] = [new Float64Array(rows * deep), new Float64Array(deep * wide), new Float64Array(wide)];
    kernels.linearInput.reference({ dy: dBefore, weight, dx }, { rows, deep, wide });
    kernels.linearWeights.reference({ x, dy: dBefore, dWeight, dBias }, { rows, deep, wide });
    close(dx, differences(x, measure));
    close(dWeight, differences(weight, measure));
    close(dBias, differences(bias, measure));
  });

  it('layerNorm', () => {
    const [rows, width] = [3, 5];
    const [x, weight, bias, dy, residual] = [doubles(15), doubles(5), doubles(5), doubles(15), doubles(15)];
    const [y, stats] = [new Float64Array(15), new Float64Array(6)];
    const measure = () => (kernels.layerNormForward.reference({ x, weight, bias, y, stats }, { rows, width }), weighed(y, dy) + weighed(x, residual));
    measure();
    const [dx, dWeight, dBias] = [new Float64Array(15), new Float64Array(5), new Float64Array(5)];
    kernels.layerNormBackward.reference({ dy, x, weight, stats, residual, dx, dWeight, dBias }, { rows, width });
    close(dx, differences(x, measure));
    close(dWeight, differences(weight, measure));
    close(dBias, differences(bias, measure));
  });

  it.each([undefined, Int32Array.of(4, 2)])('attention, lengths %s', (lengths) => {
    const sizes = { batch: 2, columns: 4, heads: 2, width: 6 };
    const [qkv, dy] = [doubles(8 * 18), doubles(48)];
    const [y, logSumExp, dQkv] = [new Float64Array(48), new Float64Array(16), new Float64Array(8 * 18)];
    const measure = () => (kernels.attentionForward.reference({ qkv, y, logSumExp, ...(lengths && { lengths }) }, sizes), weighed(y, dy));
    measure();
    kernels.attentionBackward.reference({ qkv, y, logSumExp, dy, dQkv, scratch: new Float64Array(16), ...(lengths && { lengths }) }, sizes);
    close(dQkv, differences(qkv, measure));
  });

  it('log-probabilities and entropy, at a temperature', () => {
    const sizes = { rows: 3, vocabulary: 5, first: 0, total: 3, columns: 3, stride: 4, start: 1, temperature: 0.7 };
    const ids = Int32Array.of(0, 4, 2, 1);
    const [logits, out, logSumExp] = [doubles(15), new Float64Array(9), new Float64Array(3)];
    const dOut = Float64Array.from({ length: 9 }, (_, i) => (i < 6 ? Random.of(1, String(i)).next() : 0));
    const measure = () => (kernels.logProbsForward.reference({ logits, ids, out, logSumExp }, sizes), weighed(out, dOut));
    measure();
    const slopes = logits.slice();
    kernels.logProbsBackward.reference({ ids, out, logSumExp, dOut, logits: slopes }, sizes);
    close(slopes, differences(logits, measure));
  });

  it('embed and pickRows', () => {
    const sizes = { rows: 6, columns: 3, stride: 3, start: 0, width: 4, vocabulary: 5 };
    const ids = Int32Array.of(1, 1, 4, 0, 1, 2);
    const [tokens, positions, mask, dy] = [doubles(20), doubles(12), Float64Array.of(0, 1, 0, 0, 0, 1), doubles(8)];
    const [x, y, dx] = [new Float64Array(24), new Float64Array(8), new Float64Array(24)];
    const measure = () => {
      kernels.embedForward.reference({ ids, tokens, positions, x }, sizes);
      kernels.pickRowsForward.reference({ x, mask, y }, { batch: 2, columns: 3, width: 4 });
      return weighed(y, dy);
    };
    const [dTokens, dPositions] = [new Float64Array(20), new Float64Array(12)];
    kernels.pickRowsBackward.reference({ dy, mask, dx }, { batch: 2, columns: 3, width: 4 });
    kernels.embedBackward.reference({ ids, dx, dTokens, dPositions, scratch: new Int32Array(0) }, sizes);
    close(dTokens, differences(tokens, measure));
    close(dPositions, differences(positions, measure));
  });
});
