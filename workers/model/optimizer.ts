/** AdamW over a model's flat parameters, with the usual schedule. Moments live on the device and go into checkpoints. */
import { dispose, keep, tensor1d, tidy, valueAndGrads, type Scalar, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { adamWStep } from '../kernels';
import { decayMask, flatten, pack, unpack, type Parameters, type Views, type Weights } from './parameters';

/** Kingma and Ba 2015; PyTorch's defaults. */
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
  #m: Tensor1D;
  #v: Tensor1D;
  readonly #decayed: Tensor1D;

  /** @param updates updates already made, @param moments those of a checkpoint */
  constructor(
    readonly parameters: Parameters,
    private readonly config: OptimizerConfig,
    public updates = 0,
    moments?: Moments,
  ) {
    const { shapes, count } = parameters;
    const from = (weights: Weights | undefined) => keep(tensor1d(weights ? pack(shapes, (name) => weights.get(name)) : new Float32Array(count)));
    this.#m = from(moments?.m);
    this.#v = from(moments?.v);
    this.#decayed = keep(tensor1d(decayMask(shapes)));
  }

  /**
   * One update on the gradient of `loss`.
   * @param measure the loss and any other scalars worth knowing, made from the parameters' views
   * @returns the same scalars and the gradient's norm before clipping, kept on the device for `readScalars`
   */
  update<Name extends string>(measure: (views: Views) => Record<Name | 'loss', Scalar>, learningRate: number): Record<Name | 'loss' | 'grad_norm', Scalar> {
    const { parameters } = this;
    const { names, views } = parameters;
    const before = [this.#m, this.#v];
    this.updates += 1;
    let measured!: Record<Name | 'loss', Scalar>;
    const next = tidy(() => {
      const lossOf = (...tensors: Tensor[]) => {
        measured = measure(Object.fromEntries(names.map((name, i) => [name, tensors[i]!])));
        // Kept because the tape tidies everything in here but the loss.
        Object.values<Scalar>(measured).forEach(keep);
        return measured.loss;
      };
      const { grads } = valueAndGrads(lossOf)(names.map((name) => views[name]!));
      return adamWStep(
        { parameters: parameters.flat, gradient: flatten(grads), m: this.#m, v: this.#v, decayed: this.#decayed },
        { ...BETAS, ...this.config, learningRate, step: this.updates },
      );
    });
    dispose(before);
    this.#m = keep(next.m);
    this.#v = keep(next.v);
    parameters.replace(next.parameters);
    return { ...measured, grad_norm: keep(next.norm) };
  }

  async read(): Promise<{ m: Map<string, Float32Array>; v: Map<string, Float32Array> }> {
    const { shapes } = this.parameters;
    const [m, v] = await Promise.all([this.#m.data(), this.#v.data()]);
    return { m: unpack(shapes, m as Float32Array), v: unpack(shapes, v as Float32Array) }; // float32 by construction
  }

  dispose(): void {
    dispose([this.#m, this.#v, this.#decayed]);
  }
}

/**
 * Linear warm-up, then half a cosine down to `finalRate` of the peak one step after the last, so that no step is made at 0 (Loshchilov and Hutter 2017; as in transformers).
 * @param step 0 for the first update
 */
export function learningRateAt(step: number, { learningRate, warmup, finalRate, steps }: { learningRate: number; warmup: number; finalRate: number; steps: number }): number {
  if (step < warmup) return (learningRate * (step + 1)) / warmup;
  const progress = Math.min(1, (step - warmup) / Math.max(1, steps - warmup));
  return learningRate * (finalRate + ((1 - finalRate) * (1 + Math.cos(Math.PI * progress))) / 2);
}
