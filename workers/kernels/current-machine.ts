/** The machine of TF.js's current backend. The engine makes one when it starts a backend; kernels find it here. */
import { backend, type KernelBackend, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Machine } from './machine';

const machines = new WeakMap<KernelBackend, Machine<TensorInfo>>();

export const setMachine = (of: KernelBackend, machine: Machine<TensorInfo>): void => void machines.set(of, machine);

export function currentMachine(): Machine<TensorInfo> {
  const machine = machines.get(backend());
  if (!machine) throw new Error('currentMachine: want a backend started by workers/engine, got one without a machine');
  return machine;
}
