/**
 * One-hot rows as float32. Cast, because `oneHot` with dtype float32 writes integer bits on WASM (TF.js 4.22.0): every 1 becomes 1.4e-45.
 * [N] int32 -> [N, count]
 */
import { cast, oneHot, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';

export const oneHotRows = (ids: Tensor1D, count: number): Tensor2D => cast(oneHot(ids, count) as Tensor2D, 'float32'); // a vector of ids gives a matrix
