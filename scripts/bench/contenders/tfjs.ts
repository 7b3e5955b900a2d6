/** Plain TF.js under measurement: its operations, its Adam, its backends with their defaults; WASM is the SIMD build on one thread, as ours. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { parameterShapes } from '../../../src/contract/model-shape';
import type { Contender, Device, OpenRequest } from '../contender';
import { ADAM, BATCH, CONTEXT, drawsOf, promptsOf, shapeOf, tokensOf } from '../protocol';
import { causalMask, hiddenStates, meanLoss } from './tfjs-model';
import { engineBytes } from '../../../workers/engine/memory';

async function start(device: Device): Promise<void> {
  if (device === 'wasm') {
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    setWasmPaths({ 'tfjs-backend-wasm.wasm': simd, 'tfjs-backend-wasm-simd.wasm': simd, 'tfjs-backend-wasm-threaded-simd.wasm': simd });
  } else {
    await import('@tensorflow/tfjs-backend-webgpu');
  }
  if (!(await tf.setBackend(device))) throw new Error(`TF.js did not start ${device}`);
  await tf.ready();
}

export async function openTfjs({ name: { device }, size, weights, context }: OpenRequest): Promise<Contender> {
  await start(device);
  const shape = shapeOf(size, context);
  const shapes = Object.entries(parameterShapes(shape, 'none'));
  const variables = Object.fromEntries(shapes.map(([name, sides]) => [name, tf.variable(tf.tensor(weights.get(name)!, sides))])); // the weights of that shape
  const list = Object.values(variables);
  const optimizer = tf.train.adam(ADAM.learningRate, ADAM.beta1, ADAM.beta2, ADAM.epsilon);
  const mask = causalMask(CONTEXT);
  let trained = 0;

  /** One more token for rows of T. tokens: [B, T] -> [B] int32 */
  const nextToken = (tokens: tf.Tensor2D, temperature: 0 | 1, seed: number): tf.Tensor1D => tf.tidy(() => {
    const [B, T] = tokens.shape;
    const hidden = tf.reshape(hiddenStates(variables, shape, tokens, causalMask(T)), [B, T, shape.width]);
    const last = tf.reshape(tf.slice(hidden, [0, T - 1, 0], [B, 1, shape.width]), [B, shape.width]);
    const logits = tf.matMul(last, variables['wte.weight']!, false, true);
    if (temperature === 0) return tf.argMax(logits, 1);
    // Gumbel-max: tf.multinomial always gives row 0 token 0 on WebGPU (tfjs issue 8057).
    const uniform = tf.randomUniform([B, shape.vocabulary], 1e-6, 1 - 1e-6, 'float32', seed);
    return tf.argMax(tf.sub(logits, tf.log(tf.neg(tf.log(uniform)))), 1);
  });

  return {
    async train(steps) {
      const batches = Array.from({ length: steps }, () => tokensOf(trained++));
      const began = performance.now();
      const losses: number[] = [];
      for (const batch of batches) {
        const loss = tf.tidy(() => {
          const rows = tf.tensor2d(batch, [BATCH, CONTEXT + 1], 'int32');
          const part = (from: number) => tf.slice(rows, [0, from], [BATCH, CONTEXT]);
          // The cost is asked for, so it is not null.
          return optimizer.minimize(() => meanLoss(variables, shape, part(0), part(1), mask), true, list)!;
        });
        losses.push((await loss.data())[0]!); // a scalar
        loss.dispose();
      }
      return { losses, milliseconds: performance.now() - began };
    },
    async generate({ batch, temperature, tokens, lengths, round }) {
      const seed = drawsOf(round).below(2 ** 31);
      const prompts = promptsOf(batch);
      const began = performance.now();
      if (lengths) {
        for (const length of lengths) {
          const given = tf.tensor2d(prompts.flatMap((token) => Array.from({ length }, () => token)), [batch, length], 'int32');
          const next = nextToken(given, temperature, seed + length);
          await next.data();
          tf.dispose([given, next]);
        }
        return { milliseconds: performance.now() - began, rows: prompts.map(() => []) };
      }
      let rows = tf.tensor2d(prompts, [batch, 1], 'int32');
      for (let i = 0; i < tokens; i++) {
        const next = nextToken(rows, temperature, seed + i);
        const grown = tf.concat([rows, tf.reshape(next, [batch, 1])], 1) as tf.Tensor2D; // two of rank 2
        tf.dispose([rows, next]);
        rows = grown;
      }
      const found = await rows.array();
      rows.dispose();
      return { milliseconds: performance.now() - began, rows: found.map((row) => row.slice(1)) };
    },
    memory: () => ({ bytes: device === 'wasm' ? engineBytes() : 0, tensors: tf.memory().numTensors }),
  };
}

/** Floating-point operations per second of the best of ten products of two 1024 × 1024 matrices. */
export async function matmulPeak(): Promise<number> {
  const side = 1024;
  const [a, b] = [tf.randomNormal([side, side]), tf.randomNormal([side, side])];
  const multiply = async (times: number) => {
    const began = performance.now();
    const products = Array.from({ length: times }, () => tf.matMul(a, b));
    const corner = tf.slice(products.at(-1)!, [0, 0], [1, 1]); // times is at least 1
    await corner.data();
    tf.dispose([...products, corner]);
    return performance.now() - began;
  };
  await multiply(1);
  // Reading back costs the same for few products and for many: the difference is arithmetic alone.
  let fastest = Infinity;
  for (let round = 0; round < 5; round++) fastest = Math.min(fastest, ((await multiply(60)) - (await multiply(10))) / 50);
  tf.dispose([a, b]);
  return (2 * side ** 3) / (fastest / 1000);
}
