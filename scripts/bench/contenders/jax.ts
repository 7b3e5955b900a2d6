/** jax-js under measurement, on one thread. */
import { memories } from './single-thread';
import { defaultDevice, init, numpy as np } from '@jax-js/jax';
import { parameterShapes } from '../../../src/contract/model-shape';
import type { Contender, OpenRequest } from '../contender';
import { BATCH, CONTEXT, drawsOf, promptsOf, shapeOf, tokensOf } from '../protocol';
import { decodeStepOf, trainStepOf, type Arrays, type DecodeStep } from './jax-model';

const zerosOf = (count: number, shape: number[]): Arrays => Array.from({ length: count }, () => np.zeros(shape));
const references = (arrays: Arrays): Arrays => arrays.map((array) => array.ref);
const dispose = (arrays: Arrays): void => arrays.forEach((array) => array.dispose());

export async function openJax({ name: { device }, size, weights, context }: OpenRequest): Promise<Contender> {
  if (!(await init(device)).includes(device)) throw new Error(`jax-js did not start ${device}`);
  defaultDevice(device);
  const shape = shapeOf(size, context);
  const shapes = parameterShapes(shape, 'none');
  const names = Object.keys(shapes);
  const { heads, layers, width } = shape;
  let parameters: Arrays = names.map((name) => np.array(new Float32Array(weights.get(name)!)).reshape(shapes[name]!)); // the weights of that shape
  let m: Arrays = names.map((name) => np.zeros(shapes[name]!));
  let v: Arrays = names.map((name) => np.zeros(shapes[name]!));
  const trainStep = trainStepOf(names, shape);
  const decodeSteps: readonly DecodeStep[] = [decodeStepOf(names, shape, false), decodeStepOf(names, shape, true)];
  let trained = 0;
  return {
    async train(steps) {
      const batches = Array.from({ length: steps }, () => tokensOf(trained++));
      let step = trained - steps;
      const began = performance.now();
      const losses: number[] = [];
      for (const batch of batches) {
        step += 1;
        const rows = np.array(batch, { shape: [BATCH, CONTEXT + 1], dtype: np.int32 });
        let loss: np.Array;
        [parameters, m, v, loss] = trainStep(parameters, m, v, np.array(step, { dtype: np.float32 }), rows);
        losses.push(Number((await loss.data())[0]));
      }
      return { losses, milliseconds: performance.now() - began };
    },
    async generate({ batch, temperature, tokens: count, round }) {
      const decodeStep = decodeSteps[temperature]!; // 0 or 1
      const seed = drawsOf(round).below(2 ** 30);
      const prompts = promptsOf(batch);
      const began = performance.now();
      let keys = zerosOf(layers, [batch, context, heads, width / heads]);
      let values = zerosOf(layers, [batch, context, heads, width / heads]);
      let tokens = np.array(Int32Array.from(prompts), { dtype: np.int32 });
      const columns: np.Array[] = [];
      for (let i = 0; i < count; i++) {
        const position = np.array(i, { dtype: np.int32 });
        const draws = np.array(seed + i, { dtype: np.uint32 });
        [keys, values, tokens] = decodeStep(references(parameters), keys, values, tokens, position, draws);
        columns.push(tokens.ref);
        await tokens.blockUntilReady(); // lets jax-js free what it used; without, it is up to twice as slow and holds hundreds of megabytes
      }
      const found = await np.stack(columns, 1).data();
      const milliseconds = performance.now() - began;
      dispose([...keys, ...values, tokens]);
      return { milliseconds, rows: prompts.map((_, row) => Array.from(found.slice(row * count, (row + 1) * count), Number)) };
    },
    memory: () => ({ bytes: device === 'wasm' ? Math.max(0, ...memories.map((each) => each.buffer.byteLength)) : 0 }),
  };
}

