/** Our engine under measurement, through the same doors as the training thread. */
import { mean, memory, neg, tensor2d, type Scalar } from '@tensorflow/tfjs-core';
import { startEngine } from '../../../workers/engine/engine';
import { engineBytes } from '../../../workers/engine/memory';
import { generate } from '../../../workers/model/generate';
import { policyOutput } from '../../../workers/model/heads';
import { AdamW } from '../../../workers/model/optimizer';
import { Parameters } from '../../../workers/model/parameters';
import { readScalars } from '../../../workers/tensor/read';
import type { Contender, OpenRequest } from '../contender';
import { ADAM, BATCH, CONTEXT, drawsOf, NO_CLIPPING, promptsOf, shapeOf, tokensOf } from '../protocol';
import { launchTimes } from './launch-times';

export async function openNudge({ name: { device, isFast = false }, size, weights, context }: OpenRequest): Promise<Contender | undefined> {
  const { engine, adapter } = await startEngine(isFast ? 'wasm-fast' : device);
  if (engine !== device) throw new Error(`openNudge: want ${device}, got ${engine}`);
  if (isFast && !/relaxed|fast/i.test(adapter)) return undefined; // the engine says so where it runs its relaxed build
  const shape = shapeOf(size, context);
  const parameters = new Parameters(shape, 'none', weights);
  const optimizer = new AdamW(parameters, { weightDecay: 0, clipNorm: NO_CLIPPING });
  let trained = 0;
  const step = async (batch: Int32Array): Promise<number> => {
    const tokens = tensor2d(batch, [BATCH, CONTEXT + 1], 'int32');
    const record = optimizer.update((views) => ({ loss: neg(mean(policyOutput(views, tokens).logProbs)) as Scalar }), ADAM.learningRate);
    tokens.dispose();
    const [read] = await readScalars([record]);
    return read!.loss; // as many as were given
  };
  return {
    async train(steps) {
      const batches = Array.from({ length: steps }, () => tokensOf(trained++));
      const began = performance.now();
      const losses: number[] = [];
      for (const batch of batches) losses.push(await step(batch));
      return { losses, milliseconds: performance.now() - began };
    },
    launches: () => launchTimes(() => step(tokensOf(trained++))),
    async generate({ batch, temperature, round }) {
      const prompts = promptsOf(batch).map((token) => [token]);
      const random = drawsOf(round);
      const began = performance.now();
      const rows = await generate(parameters.views, prompts, random, { temperature, topK: 0 });
      return { milliseconds: performance.now() - began, rows };
    },
    memory: () => ({ bytes: device === 'wasm' ? engineBytes() : 0, tensors: memory().numTensors }),
  };
}
