/**
 * LoRA (Hu et al. 2021, arXiv:2106.09685, equation 3): AdamW over adapters, with the interface of AdamW over a whole model.
 *
 * A target W [in, out] is W₀ + s·A·B with s = α/r, A [in, r] and B [r, out]. The model always computes with W itself, so nothing else knows of adapters: from the gradient dW of
 * the whole come dA = dW·(s·B)ᵀ and dB = (s·A)ᵀ·dW, AdamW moves A and B, and W is written anew. Read as a layer with input A, weight s·B and residual W₀, that is the three
 * launches of `linear`. Everything that is no target is never written.
 * As in PEFT: weight decay on A and B, the gradient clipped by the length of theirs alone, A begun by Kaiming's rule and B at 0, so that the first model is the one it began from.
 * What it saves are moments: 2 numbers of each parameter for a whole model, here 1 of each target's (W₀) and 5 of each adapter's. The gradient of the whole model is still made.
 * Departures: no dropout of what goes into adapters (PEFT's default too); each step rounds W once more to float32 than a model with adapters apart from it.
 */
import { dispose, engine, keep, mul, tensor1d, tidy, type Tensor1D } from '@tensorflow/tfjs-core';
import { ALPHA, adapterShapes, adaptersOf, targetShapes, type AdapterShape } from '../../src/contract/adapter-shape';
import type { ModelShape } from '../../src/contract/model-shape';
import type { Random } from '../../src/contract/random';
import { currentMachine, linearForward, linearInput, linearWeights } from '../kernels';
import { adamWStep } from './adamw';
import { layoutOf, pack, unpack, type Layout } from './layout';
import { BETAS, moveBy, type Measure, type Measured, type Moments, type Optimizer, type OptimizerConfig, type OptimizerPart } from './optimizer';
import type { Parameters, Weights } from './parameters';

/** A as PEFT begins it, Kaiming's uniform rule with a = √5, which is uniform within ±1/√in; B is 0. (The paper draws A from a normal.) */
export function initialAdapters(shape: ModelShape, adapter: AdapterShape, random: Random): Map<string, Float32Array> {
  return new Map(Object.entries(adapterShapes(shape, adapter)).map(([name, [deep = 0, wide = 0]]) => {
    if (name.endsWith('.B')) return [name, new Float32Array(deep * wide)];
    const bound = 1 / Math.sqrt(deep);
    return [name, random.uniforms(deep * wide).map((uniform) => (2 * uniform - 1) * bound)];
  }));
}

/** What adapters go on from. */
export interface LoraStart {
  adapters: Weights;
  /** W₀ of each target. */
  frozen: Weights;
  /** Updates already made, and the moments they left. */
  updates?: number;
  moments?: Moments;
}

export class LoraAdamW implements Optimizer {
  updates: number;
  readonly #layout: Layout;
  readonly #frozenLayout: Layout;
  readonly #adapters: Tensor1D;
  readonly #frozen: Tensor1D;
  readonly #m: Tensor1D;
  readonly #v: Tensor1D;
  readonly #alpha: number;
  readonly #rank: number;

  /** Writes W of every target. @param parameters of a model without a head. Throws `checkpoint-mismatch` when something it goes on from is missing or has another size. */
  constructor(
    readonly parameters: Parameters,
    private readonly config: OptimizerConfig,
    { alpha, ...adapter }: AdapterShape & { alpha: number },
    { adapters, frozen, updates = 0, moments }: LoraStart,
  ) {
    const { shape } = parameters.views;
    this.#layout = layoutOf(adapterShapes(shape, adapter));
    this.#frozenLayout = layoutOf(targetShapes(shape, adapter.targets));
    this.#alpha = alpha;
    this.#rank = adapter.rank;
    this.updates = updates;
    const put = (layout: Layout, weights: Weights | undefined) => keep(tensor1d(weights ? pack(layout, (name) => weights.get(name)) : new Float32Array(layout.size)));
    this.#adapters = put(this.#layout, adapters);
    this.#frozen = put(this.#frozenLayout, frozen);
    this.#m = put(this.#layout, moments?.m);
    this.#v = put(this.#layout, moments?.v);
    tidy(() => this.#merge());
  }

  update<Name extends string>(measure: Measure<Name>, learningRate: number): Measured<Name> {
    this.updates += 1;
    const knobs = { ...BETAS, ...this.config, learningRate, step: this.updates };
    return moveBy(this.parameters.views, measure, (whole) => {
      const gradient = this.#gradientOf(whole);
      const norm = adamWStep({ parameters: this.#adapters, gradient, m: this.#m, v: this.#v }, this.#layout.decayed, knobs);
      this.#merge();
      return norm;
    });
  }

  async read(): Promise<OptimizerPart[]> {
    const [adapters, m, v, frozen] = await Promise.all([this.#adapters, this.#m, this.#v, this.#frozen].map((tensor) => tensor.data()));
    const { shapes } = this.#layout;
    const of = (layout: Layout, numbers: unknown) => unpack(layout, numbers as Float32Array); // float32 by construction
    return [
      { part: 'lora', shapes: { ...shapes, [ALPHA]: [1] }, weights: of(this.#layout, adapters).set(ALPHA, Float32Array.of(this.#alpha)) },
      { part: 'lora.m', shapes, weights: of(this.#layout, m) },
      { part: 'lora.v', shapes, weights: of(this.#layout, v) },
      { part: 'frozen', shapes: this.#frozenLayout.shapes, weights: of(this.#frozenLayout, frozen) },
    ];
  }

  dispose(): void {
    dispose([this.#adapters, this.#frozen, this.#m, this.#v]);
  }

  /** What a gradient of the whole model [P] asks of the adapters. In a tidy. */
  #gradientOf(whole: Tensor1D): Tensor1D {
    const machine = currentMachine();
    const scaled = this.#scaled();
    const gradient = machine.make(this.#layout.size);
    machine.clear(gradient);
    this.#each(({ deep, wide, rank, place, a, b }) => {
      const dW = { buffer: whole, ...place };
      machine.run(linearInput, { dy: dW, weight: { buffer: scaled, ...b }, dx: { buffer: gradient, ...a } }, { rows: deep, deep: rank, wide });
      machine.run(linearWeights, { x: { buffer: scaled, ...a }, dy: dW, dWeight: { buffer: gradient, ...b } }, { rows: deep, deep: rank, wide });
    });
    return engine().makeTensorFromTensorInfo(gradient) as Tensor1D; // as long as the adapters
  }

  /** Writes W = W₀ + A·(s·B) of every target into the model. In a tidy. */
  #merge(): void {
    const machine = currentMachine();
    const scaled = this.#scaled();
    this.#each(({ deep, wide, rank, place, frozen, a, b }) => {
      const operands = { x: { buffer: this.#adapters, ...a }, weight: { buffer: scaled, ...b }, residual: { buffer: this.#frozen, ...frozen }, y: { buffer: this.parameters.views.flat, ...place } };
      machine.run(linearForward, operands, { rows: deep, deep: rank, wide, gelu: 0 });
    });
  }

  /** s·A and s·B. */
  #scaled(): Tensor1D {
    return mul(this.#adapters, this.#alpha / this.#rank);
  }

  /** Every target: its sides, its place in the model and among the frozen ones, and those of its adapters. */
  #each(work: (target: { deep: number; wide: number; rank: number } & Record<'place' | 'frozen' | 'a' | 'b', Layout['places'][string]>) => void): void {
    const { places } = this.parameters.views.layout;
    for (const [matrix, [deep = 0, wide = 0]] of Object.entries(this.#frozenLayout.shapes)) {
      const { a, b } = adaptersOf(matrix);
      // Places of one model's matrices and of their adapters.
      work({ deep, wide, rank: this.#rank, place: places[matrix]!, frozen: this.#frozenLayout.places[matrix]!, a: this.#layout.places[a]!, b: this.#layout.places[b]! });
    }
  }
}
