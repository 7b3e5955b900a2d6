/** Counts of live tensors. Every step must leave as many as it found; a session that sees growth stops rather than slowly filling the GPU. */
import { memory } from '@tensorflow/tfjs-core';

export const liveTensors = (): number => memory().numTensors;
