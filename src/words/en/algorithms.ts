/** Algorithms: English says what the batch door says. */
import { ALGORITHMS, type AlgorithmId } from '../../contract/algorithms';

export const algorithms: Readonly<Record<AlgorithmId, { title: string; says: string; source: string }>> = ALGORITHMS;
