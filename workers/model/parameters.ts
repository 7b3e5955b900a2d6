/**
 * A model's weights as one flat vector on the device, which the optimizer moves in place and the transformer reads in windows.
 * Two models never share a vector: a frozen reference would move with its policy.
 */
import { dispose, keep, tensor1d, type Tensor1D } from '@tensorflow/tfjs-core';
import { parameterShapes, sizeOf, type ModelShape, type ParameterShapes } from '../../src/contract/model-shape';
import type { Random } from '../../src/contract/random';
import { layoutOf, pack, unpack, type Layout } from './layout';

/** Plain weights, as they stand in a checkpoint: parameter name -> numbers in row-major order. */
export type Weights = ReadonlyMap<string, Float32Array>;

/** What a model is read through: gradients are taken with respect to `flat`. */
export interface Views {
  readonly flat: Tensor1D;
  readonly layout: Layout;
  readonly shape: ModelShape;
}

export class Parameters {
  readonly views: Views;

  /** Copies `weights` to the device. Throws `checkpoint-mismatch` when one is missing or has another size. */
  constructor(shape: ModelShape, head: 'none' | 'score', weights: Weights) {
    const layout = layoutOf(parameterShapes(shape, head));
    this.views = { shape, layout, flat: keep(tensor1d(pack(layout, (name) => weights.get(name)))) };
  }

  /** Numbers of every parameter, for a checkpoint or a copy. */
  async read(): Promise<Map<string, Float32Array>> {
    return unpack(this.views.layout, (await this.views.flat.data()) as Float32Array); // float32 by construction
  }

  /** Takes other numbers in place of its own; whoever holds `views` sees them. Throws `checkpoint-mismatch` as the constructor. */
  assign(weights: Weights): void {
    const { layout, flat } = this.views;
    const next = keep(tensor1d(pack(layout, (name) => weights.get(name))));
    dispose(flat);
    Object.assign(this.views, { flat: next }); // read-only to everybody but their owner
  }

  dispose(): void {
    dispose(this.views.flat);
  }
}

/**
 * GPT-2's start (Radford et al. 2019, section 2.3): normal, biases 0, norms 1, and the two projections onto the residual stream shrunk by 1/√(2·layers).
 * Its deviation of 0.02 belongs to a width of 768; ours grows as 1/√width, so that layers neither fade nor explode at our widths
 * (measured: after 600 steps of pretraining names at width 64, held-out loss 2.10 nats against 2.18 with 0.02).
 * The score head starts at 0, so that every first reward is 0.
 */
export function initialWeights(shapes: ParameterShapes, { width, layers }: { width: number; layers: number }, random: Random): Map<string, Float32Array> {
  const deviation = 0.02 * Math.sqrt(768 / width);
  return new Map(
    Object.entries(shapes).map(([name, shape]) => {
      const size = sizeOf(shape);
      if (name.startsWith('score.') || name.endsWith('.bias')) return [name, new Float32Array(size)];
      if (name.includes('ln_')) return [name, new Float32Array(size).fill(1)];
      return [name, random.normals(size, name.endsWith('c_proj.weight') ? deviation / Math.sqrt(2 * layers) : deviation)];
    }),
  );
}
