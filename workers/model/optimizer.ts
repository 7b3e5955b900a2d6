/** AdamW over a model's flat parameters, in place, with the usual schedule. Moments live on the device and go into checkpoints. What trains adapters in its place is in lora.ts. */
import { dispose, keep, tensor1d, tidy, valueAndGrads, type Scalar, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { cosineOf } from '../../src/contract/exact';
import type { ParameterShapes } from '../../src/contract/model-shape';
import { adamWStep } from './adamw';
import { pack, unpack } from './layout';
import type { Parameters, Views, Weights } from './parameters';
import { forgetActivations } from './transformer';

/** Kingma and Ba 2015; PyTorch's defaults, as TRL trains with. The N+ details take an epsilon of 1e-5, as TensorFlow's Adam did; the recorded curves of TRL (test/unit/trajectories.test.ts) hold this one. */
export const BETAS = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

export interface OptimizerConfig {
  weightDecay: number;
  clipNorm: number;
}

export interface Moments {
  m: Weights;
  v: Weights;
}

/** A part of what an optimizer remembers, as it stands in a checkpoint: `<optimizer>.<part>/<name>`. */
export interface OptimizerPart {
  part: string;
  shapes: ParameterShapes;
  weights: Weights;
}

/** What is measured when a model is moved: the loss and any other scalars worth knowing, made from its views. */
export type Measure<Name extends string> = (views: Views) => Record<Name | 'loss', Scalar>;
/** The same scalars and the gradient's norm before clipping, kept on the device for `readScalars`. */
export type Measured<Name extends string> = Record<Name | 'loss' | 'grad_norm', Scalar>;

/** What moves a model, on the whole or by adapters. */
export interface Optimizer {
  readonly parameters: Parameters;
  /** Updates made. */
  readonly updates: number;
  /** One update on the gradient of `loss`. */
  update<Name extends string>(measure: Measure<Name>, learningRate: number): Measured<Name>;
  read(): Promise<OptimizerPart[]>;
  dispose(): void;
}

/** @param move makes the step that a gradient [P] asks for, @returns the length of what was clipped, before */
export function moveBy<Name extends string>({ flat, ...fixed }: Views, measure: Measure<Name>, move: (gradient: Tensor1D) => Scalar): Measured<Name> {
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
      return move(grads[0] as Tensor1D); // of the one tensor handed in
    });
    return { ...measured, grad_norm: keep(norm) };
  } finally {
    forgetActivations();
  }
}

export class AdamW implements Optimizer {
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

  update<Name extends string>(measure: Measure<Name>, learningRate: number): Measured<Name> {
    const { views } = this.parameters;
    this.updates += 1;
    const knobs = { ...BETAS, ...this.config, learningRate, step: this.updates };
    return moveBy(views, measure, (gradient) => adamWStep({ parameters: views.flat, gradient, m: this.#m, v: this.#v }, views.layout.decayed, knobs));
  }

  async read(): Promise<OptimizerPart[]> {
    const { layout } = this.parameters.views;
    const [m, v] = await Promise.all([this.#m.data(), this.#v.data()]);
    const partOf = (part: string, numbers: Float32Array) => ({ part, shapes: layout.shapes, weights: unpack(layout, numbers) });
    return [partOf('m', m as Float32Array), partOf('v', v as Float32Array)]; // float32 by construction
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
