/**
 * What the best of n completions is worth, for every n up to N, from one pool of N completions of a prompt (Stiennon et al. 2020; Nakano et al. 2021, appendix I).
 * Averaged over all subsets of n, so nothing is drawn again: the completion of rank k by score is the best of C(k−1, n−1) of the C(N, n) subsets.
 */
import { log } from '../../src/contract/exact';

/** Weight of each completion in the mean over all subsets of n, worst first; they add up to 1. By recurrence, since binomials of 1,024 do not fit a number. @returns [N] */
export function bestOfWeights(N: number, n: number): Float64Array {
  const weights = new Float64Array(N);
  let weight = n / N; // C(N−1, n−1) / C(N, n): the best of all is in so many subsets
  for (let rank = N; rank >= n; rank--) {
    weights[rank - 1] = weight;
    weight *= (rank - n) / (rank - 1); // C(rank−2, n−1) / C(rank−1, n−1)
  }
  return weights;
}

/** log n − (n − 1)/n, nats: what KL(best of n ‖ one draw) is at most (Beirami et al. 2024), and what is usually shown for it. */
export const bestOfKl = (n: number): number => log(n) - (n - 1) / n;
