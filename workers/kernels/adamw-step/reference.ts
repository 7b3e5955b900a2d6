/** adamWStep in plain numbers, for tests, one parameter at a time as Loshchilov and Hutter write it. */
import type { AdamWAttributes } from '.';

export interface AdamWState {
  parameters: number[];
  m: number[];
  v: number[];
}

export function adamWReference({ parameters, m, v }: AdamWState, gradient: readonly number[], decayed: readonly number[], a: AdamWAttributes): AdamWState & { norm: number } {
  const norm = Math.hypot(...gradient);
  const scale = Math.min(1, a.clipNorm / (norm + 1e-6));
  const next: AdamWState = { parameters: [], m: [], v: [] };
  parameters.forEach((parameter, i) => {
    const g = gradient[i]! * scale;
    const first = a.beta1 * m[i]! + (1 - a.beta1) * g;
    const second = a.beta2 * v[i]! + (1 - a.beta2) * g * g;
    const direction = first / (1 - a.beta1 ** a.step) / (Math.sqrt(second / (1 - a.beta2 ** a.step)) + a.epsilon);
    next.parameters.push(parameter - a.learningRate * a.weightDecay * decayed[i]! * parameter - a.learningRate * direction);
    next.m.push(first);
    next.v.push(second);
  });
  return { ...next, norm };
}
