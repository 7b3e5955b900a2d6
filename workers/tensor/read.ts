/** Reading numbers back, once per step: on WebGPU each read waits for the device, and some browsers only look every 100 ms. */
import { concat, dispose, reshape, tidy, type Scalar } from '@tensorflow/tfjs-core';

/** Reads all scalars of all records in one transfer and disposes of them. */
export async function readScalars<Name extends string>(records: readonly Record<Name, Scalar>[]): Promise<Record<Name, number>[]> {
  const scalars = records.flatMap((record) => Object.values<Scalar>(record));
  const all = tidy(() => concat(scalars.map((scalar) => reshape(scalar, [1]))));
  const numbers = await all.data();
  dispose([all, ...scalars]);
  let next = 0;
  // Names and values of a record come in the same order.
  return records.map((record) => Object.fromEntries(Object.keys(record).map((name) => [name, numbers[next++]!])) as Record<Name, number>);
}
