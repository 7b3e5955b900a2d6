/** Where a model looks, for people: the queries, keys and values of a layer as the forward pass makes them, and from them the weights of a head. No gradient. */
import { engine, registerKernel, tensor2d, tidy, type NamedAttrMap, type Tensor2D, type TensorInfo } from '@tensorflow/tfjs-core';
import type { ModelShape } from '../../src/contract/model-shape';
import { currentMachine } from '../kernels';
import { attentionWeights } from '../tensor/attention-weights';
import type { Layout } from './layout';
import type { Views } from './parameters';
import { freeActivations, trunkForward } from './program';
import { checkTokens } from './transformer';

interface Attributes {
  shape: ModelShape;
  layout: Layout;
  layer: number;
  /** Tokens read. */
  columns: number;
}

/** Weights of one head over one text, [T, T] row-major: row t is where token t looks. @param tokens T ids. Throws `sequence-too-long`, `unknown-token`. */
export async function attentionOf(views: Views, tokens: readonly number[], layer: number, head: number): Promise<Float32Array> {
  const { shape } = views;
  if (!(layer >= 0 && layer < shape.layers && head >= 0 && head < shape.heads)) throw new Error(`attentionOf: want one of ${shape.layers} layers and ${shape.heads} heads, got ${layer} and ${head}`);
  const qkv = tidy(() => queriesOf(views, tensor2d([...tokens], [1, tokens.length], 'int32'), layer));
  const numbers = await qkv.data();
  qkv.dispose();
  return attentionWeights(numbers, { T: tokens.length, width: shape.width, heads: shape.heads, head });
}

/** @param tokens [1, T] int32 -> [T, 3D] queries, keys and values of a layer */
export function queriesOf({ flat, layout, shape }: Views, tokens: Tensor2D, layer: number): Tensor2D {
  const [, columns] = tokens.shape;
  checkTokens(tokens, shape, columns);
  const attributes: Attributes = { shape, layout, layer, columns };
  // TF.js types attributes as numbers and strings and only hands them on.
  return engine().runKernel('NudgeQueries', { flat, ids: tokens }, attributes as unknown as NamedAttrMap);
}

/** A whole pass is made, as for everything else: what is shown is what the model computes with. */
function queries({ flat, ids }: { flat: TensorInfo; ids: TensorInfo }, { shape, layout, layer, columns }: Attributes): TensorInfo {
  const machine = currentMachine();
  const activations = trunkForward({ machine, shape, layout, flat, ids, reading: { batch: 1, columns, stride: columns, start: 0 }, lengths: undefined, at: undefined }, true);
  const { qkv } = activations.blocks[layer]!; // checked by whoever asks
  machine.hold(qkv);
  freeActivations(machine, activations);
  machine.free(activations.hidden);
  return { ...qkv, shape: [columns, 3 * shape.width] };
}

for (const backendName of ['webgpu', 'wasm', 'cpu'] as const) {
  // TF.js keeps kernels of all shapes in one table and hides their types; `queriesOf` is typed.
  registerKernel({ kernelName: 'NudgeQueries', backendName, kernelFunc: ({ inputs, attrs }) => queries(inputs as { flat: TensorInfo; ids: TensorInfo }, attrs as unknown as Attributes) });
}
