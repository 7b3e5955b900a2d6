/** adamWStep in plain numbers, as Loshchilov and Hutter write it. */
import type { Numbers } from '../launch';

type Operands = Record<'gradient' | 'knobs' | 'parameters' | 'm' | 'v' | 'norm', Numbers>;

/** @param knobs in the order of KNOBS; corrections are 1 − betaᵗ @param gradient, parameters, m, v [count] */
export function adamWReference({ gradient, knobs, parameters, m, v, norm }: Operands, { count, decayed }: { count: number; decayed: number }): void {
  const [learningRate, beta1, beta2, epsilon, weightDecay, clipNorm, correction1, correction2] = knobs as unknown as [number, number, number, number, number, number, number, number]; // KNOBS has eight
  let squares = 0;
  for (let i = 0; i < count; i++) squares += gradient[i]! ** 2;
  norm[0] = Math.sqrt(squares);
  const scale = Math.min(1, clipNorm / (Math.sqrt(squares) + 1e-6));
  for (let i = 0; i < count; i++) {
    const g = gradient[i]! * scale;
    m[i] = beta1 * m[i]! + (1 - beta1) * g;
    v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
    const kept = i < decayed ? parameters[i]! * (1 - learningRate * weightDecay) : parameters[i]!;
    parameters[i] = kept - (learningRate * (m[i]! / correction1)) / (Math.sqrt(v[i]! / correction2) + epsilon);
  }
}
