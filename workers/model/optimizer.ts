/** AdamW over a model's flat parameters, in place, with the usual schedule. Moments live on the device and go into checkpoints. */
import { dispose, keep, tensor1d, tidy, valueAndGrads, type Scalar, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { cosineOf } from '../../src/contract/exact';
import { adamWStep } from './adamw';
import { pack, unpack } from './layout';
import type { Parameters, Views, Weights } from './parameters';
import { forgetActivations } from './transformer';

/** Kingma and Ba 2015; PyTorch's defaults, as TRL trains with. The N+ details take an epsilon of 1e-5, as TensorFlow's Adam did; the recorded curves of TRL (test/unit/trajectories.test.ts) hold this one. */
const BETAS = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

export interface OptimizerConfig {
  weightDecay: number;
  clipNorm: number;
}

export interface Moments {
  m: Weights;
  v: Weights;
}

export class AdamW {
  readonly #m: Tensor1D;
  readonly #v: Tensor1D;

  /** @param updates updates already made, @param moments those of a checkpoint */
  constructor(
    readonly parameters: Parameters,
    private readonly config: OptimizerConfig,
    public updates = 0,
    moments?: Moments,
  ) {
    const { layout } = parameters.views;
    const from = (weights: Weights | undefined) => keep(tensor1d(weights ? pack(layout, (name) => weights.get(name)) : new Float32Array(layout.size)));
    this.#m = from(moments?.m);
    this.#v = from(moments?.v);
  }

  /**
   * One update on the gradient of `loss`.
   * @param measure the loss and any other scalars worth knowing, made from the parameters' views
   * @returns the same scalars and the gradient's norm before clipping, kept on the device for `readScalars`
   */
  update<Name extends string>(measure: (views: Views) => Record<Name | 'loss', Scalar>, learningRate: number): Record<Name | 'loss' | 'grad_norm', Scalar> {
    const { flat, ...fixed } = this.parameters.views;
    this.updates += 1;
    let measured!: Record<Name | 'loss', Scalar>;
    try {
      const norm = tidy(() => {
        const lossOf = (...[watched]: Tensor[]) => {
          measured = measure({ ...fixed, flat: watched as Tensor1D }); // the one tensor handed in below
          // Kept because the tape tidies everything in here but the loss.
          Object.values<Scalar>(measured).forEach(keep);
          return measured.loss;
        };
        const { grads } = valueAndGrads(lossOf)([flat]);
        const knobs = { ...BETAS, ...this.config, learningRate, step: this.updates };
        return adamWStep({ parameters: flat, gradient: grads[0] as Tensor1D, m: this.#m, v: this.#v }, fixed.layout.decayed, knobs);
      });
      return { ...measured, grad_norm: keep(norm) };
    } finally {
      forgetActivations();
    }
  }

  async read(): Promise<{ m: Map<string, Float32Array>; v: Map<string, Float32Array> }> {
    const { layout } = this.parameters.views;
    const [m, v] = await Promise.all([this.#m.data(), this.#v.data()]);
    return { m: unpack(layout, m as Float32Array), v: unpack(layout, v as Float32Array) }; // float32 by construction
  }

  dispose(): void {
    dispose([this.#m, this.#v]);
  }
}

/**
 * Linear warm-up, then half a cosine down to `finalRate` of the peak one step after the last, so that no step is made at 0 (Loshchilov and Hutter 2017; as in transformers).
 * @param step 0 for the first update
 */
export function learningRateAt(step: number, { learningRate, warmup, finalRate, steps }: { learningRate: number; warmup: number; finalRate: number; steps: number }): number {
  if (step < warmup) return (learningRate * (step + 1)) / warmup;
  const progress = Math.min(1, (step - warmup) / Math.max(1, steps - warmup));
  return learningRate * (finalRate + ((1 - finalRate) * (1 + cosineOf(progress))) / 2);
}
