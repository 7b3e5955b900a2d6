/** Training that can be trusted for hours: losses on the reference curve, the same bits twice, and as much memory at the end as near the beginning. */
import { backend, mean, memory, neg, tensor2d, type Scalar } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ADAM, BATCH, CONTEXT, CURVE_STEPS, NO_CLIPPING, shapeOf, startWeights, tokensOf } from '../../scripts/bench/protocol';
import { startEngine } from '../../workers/engine/engine';
import { generate } from '../../workers/model/generate';
import { policyOutput } from '../../workers/model/heads';
import { AdamW } from '../../workers/model/optimizer';
import { Parameters } from '../../workers/model/parameters';
import { readScalars } from '../../workers/tensor/read';
import { Random } from '../../src/contract/random';
import { curves } from '../golden/loss-curves.json';
import { BUILDS } from './engines';

const SIZE = '0.12M';

function model() {
  const shape = shapeOf(SIZE);
  const parameters = new Parameters(shape, 'none', startWeights(SIZE));
  const optimizer = new AdamW(parameters, { weightDecay: 0, clipNorm: NO_CLIPPING });
  let step = 0;
  return {
    shape,
    parameters,
    async train(): Promise<number> {
      const tokens = tensor2d(tokensOf(step++), [BATCH, CONTEXT + 1], 'int32');
      const record = optimizer.update((views) => ({ loss: neg(mean(policyOutput(views, tokens).logProbs)) as Scalar }), ADAM.learningRate);
      tokens.dispose();
      const [read] = await readScalars([record]);
      return read!.loss;
    },
    dispose() {
      optimizer.dispose();
      parameters.dispose();
    },
  };
}

const trained = async (steps: number): Promise<number[]> => {
  const own = model();
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) losses.push(await own.train());
  own.dispose();
  return losses;
};

// Plain numbers take minutes for this.
describe.each(BUILDS.filter((choice) => choice !== 'cpu'))('training on %s', (engine) => {
  beforeAll(async () => {
    await startEngine(engine);
  });

  it(`follows the float64 curve for ${CURVE_STEPS} steps`, { timeout: 120_000 }, async () => {
    const losses = await trained(CURVE_STEPS);
    const reference = curves[SIZE].losses;
    expect(reference.length).toBe(CURVE_STEPS);
    // Asked for: 1 % on WASM, 2 % on WebGPU. Reached: about 0.0003 %; a wrong gradient anywhere is off by more than this within a few steps.
    losses.forEach((loss, step) => expect(Math.abs(loss - reference[step]!) / reference[step]!, `step ${step + 1}: ${loss}, want ${reference[step]}`).toBeLessThan(1e-4));
    expect(losses.at(-1)!).toBeLessThan(losses[0]! - 0.5);
  });

  it('makes the same bits twice', { timeout: 60_000 }, async () => {
    expect(await trained(6)).toEqual(await trained(6));
  });

  it('keeps no tensor and no byte of a step or a rollout', { timeout: 60_000 }, async () => {
    const own = model();
    const round = async () => {
      for (let step = 0; step < 3; step++) await own.train();
      await generate(own.parameters.views, [[5], [7, 9]], Random.of(1, 'draws'));
      const { numTensors, numBytes } = memory();
      const { numBytesInGPU = 0, numBytesInGPUAllocated = 0 } = memory() as { numBytesInGPU?: number; numBytesInGPUAllocated?: number }; // only TF.js's WebGPU backend has them
      // The backend's own count: TF.js's misses what a kernel let go of later than its tensor.
      return { numTensors, buffers: backend().numDataIds(), numBytes, numBytesInGPU, numBytesInGPUAllocated };
    };
    await round();
    const early = await round();
    for (let i = 0; i < 4; i++) await round();
    expect(await round()).toEqual(early);
    own.dispose();
  });
});
