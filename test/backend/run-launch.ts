/** A launch on a machine. Scratch operands are nobody's result and are not read. */
import * as tf from '@tensorflow/tfjs-core';
import type { Machine } from '../../workers/kernels/machine';
import type { Case } from './launch-cases';

const isResult = ({ launch }: Case, name: string): boolean => !launch.operands[name]!.startsWith('in ') && name !== 'scratch';

/** Results by operand. */
export async function found(machine: Machine<tf.TensorInfo>, test: Case): Promise<Record<string, Float32Array | Int32Array>> {
  const buffers = Object.fromEntries(Object.entries(test.operands).map(([name, given]) => [name, given && machine.put(given.slice())]));
  machine.run(test.launch, buffers as never, test.sizes); // each case names the operands of its launch
  const results: Record<string, Float32Array | Int32Array> = {};
  for (const [name, buffer] of Object.entries(buffers)) {
    if (!buffer) continue;
    if (isResult(test, name)) results[name] = (await tf.backend().read(buffer.dataId)) as Float32Array | Int32Array; // launches have no other types
    machine.free(buffer);
  }
  return results;
}
