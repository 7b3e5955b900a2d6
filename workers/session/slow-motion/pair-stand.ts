/** What a method makes of one pair, by the method's own loss: the margin, the loss of the pair alone, and how hard that pulls. */
import { dispose, tensor1d, valueAndGrads, type Scalar, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import type { PairStand } from '../../../src/contract/slow-motion';
import type { PreferencePair } from '../../../src/tasks/task';
import { doubtsOf } from '../../algorithms/direct';

/** Loss of one pair. @param chosen, rejected what the method compares, before β [1] @param doubts that the label is the wrong way round [1] */
export type LossOf = (chosen: Tensor1D, rejected: Tensor1D, doubts: Tensor1D | undefined) => Scalar;

/** Where a pair stands, and −∂loss/∂chosen. @param scale β, where what is compared becomes a reward by it @param margin off the difference */
export async function standOf(pair: PreferencePair, [chosen, rejected]: readonly [number, number], loss: LossOf, { scale = 1, margin = 0 } = {}): Promise<PairStand & { pull: number }> {
  const doubts = doubtsOf([pair]);
  const sides = [tensor1d([chosen]), tensor1d([rejected])];
  const { value, grads } = valueAndGrads((...[better, worse]: Tensor[]) => loss(better as Tensor1D, worse as Tensor1D, doubts))(sides); // the two handed in
  const [[of], [pull]] = await Promise.all([value.data(), grads[0]!.data()]); // one gradient a side
  dispose([value, ...grads, ...sides, ...(doubts ? [doubts] : [])]);
  return { chosen: scale * chosen, rejected: scale * rejected, margin: scale * (chosen - rejected) - margin, loss: of!, pull: -pull! }; // one number each
}
