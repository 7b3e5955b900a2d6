/**
 * How a kernel is made known to TF.js: one registered name on every backend, one gradient, so that the tape joins it to plain ops
 * and a later native version replaces the composition of a single backend without any caller noticing.
 */
import { engine, registerGradient, registerKernel, tidy, type NamedAttrMap, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';

const BACKENDS = ['webgpu', 'wasm', 'cpu'] as const;

interface Definition<Inputs extends Record<string, Tensor>, Attributes> {
  name: string;
  /** Composition of TF.js ops; memory is the engine's business. The first output is the result; others are kept for the gradient. */
  forward(inputs: Inputs, attributes: Attributes): Tensor[];
  /** Inputs and outputs (by position) that `backward` reads. */
  saves: { inputs: (keyof Inputs & string)[]; outputs: boolean[] };
  /** @param dy gradient of the first output. Returns a tensor of its own for each differentiable input. */
  backward?(dy: Tensor, saved: Tensor[], attributes: Attributes): Record<string, Tensor>;
}

/** @returns a function that runs the kernel on the current backend; its result is the first output, or all of them with `all` */
export function defineKernel<Inputs extends Record<string, Tensor>, Attributes = Record<never, never>>(definition: Definition<Inputs, Attributes>) {
  const { name, forward, backward, saves } = definition;
  for (const backendName of BACKENDS) {
    registerKernel({
      kernelName: name,
      backendName,
      // TF.js stores kernels of all shapes in one table and hides their types; callers of `run` below are typed.
      kernelFunc: ({ inputs, attrs }) => tidy(() => forward(inputs as unknown as Inputs, attrs as unknown as Attributes)),
    });
  }
  registerGradient({
    kernelName: name,
    inputsToSave: saves.inputs,
    outputsToSave: saves.outputs,
    gradFunc: (dys, saved, attrs) => {
      const dy = Array.isArray(dys) ? dys[0]! : dys;
      if (!backward) throw new Error(`${name}: has no gradient`);
      // Computed at once, in the tape's own scope: TF.js tidies after each single input and would dispose the others.
      const all = tidy(() => backward(dy, saved, attrs as unknown as Attributes));
      return Object.fromEntries(Object.entries(all).map(([input, gradient]) => [input, () => gradient]));
    },
  });
  return (inputs: Inputs, attributes: Attributes): Tensor[] => {
    const out: Tensor | Tensor[] = engine().runKernel(name, inputs as unknown as NamedTensorMap, attributes as unknown as NamedAttrMap);
    return Array.isArray(out) ? out : [out];
  };
}
