/** tokenLogProbs in plain numbers. Matrices are flat, row-major. A target outside the vocabulary gives NaN. */
import type { Numbers } from '../launch';

interface Sizes {
  rows: number;
  vocabulary: number;
  first: number;
  total: number;
  columns: number;
  stride: number;
  start: number;
  temperature: number;
}

const targetOf = (ids: Numbers, n: number, { columns, stride, start }: Sizes): number => ids[Math.floor(n / columns) * stride + start + (n % columns)]!;

/** @param logits [rows, V], those of rows first to first + rows @param out [3, N] @param logSumExp [N] */
export function logProbsReference({ logits, ids, out, logSumExp }: Record<'logits' | 'ids' | 'out' | 'logSumExp', Numbers>, sizes: Sizes): void {
  const { rows, vocabulary: V, first, total: N, temperature } = sizes;
  for (let row = 0; row < rows; row++) {
    const n = first + row;
    const target = targetOf(ids, n, sizes);
    const scaled = Array.from({ length: V }, (_, v) => logits[row * V + v]! / temperature);
    const highest = Math.max(...scaled);
    const sum = highest + Math.log(scaled.reduce((total, logit) => total + Math.exp(logit - highest), 0));
    const picked = target >= 0 && target < V ? scaled[target]! : NaN;
    out[n] = picked - sum;
    out[N + n] = -scaled.reduce((total, logit) => total + Math.exp(logit - sum) * (logit - sum), 0);
    out[2 * N + n] = picked >= highest ? 1 : 0;
    logSumExp[n] = sum;
  }
}

/** log p(target) has the slope onehot − p, the entropy H has −p(log p + H), both over the temperature. Being the likeliest has none. */
export function logProbsBackwardReference({ ids, out, logSumExp, dOut, logits }: Record<'ids' | 'out' | 'logSumExp' | 'dOut' | 'logits', Numbers>, sizes: Sizes): void {
  const { rows, vocabulary: V, first, total: N, temperature } = sizes;
  for (let row = 0; row < rows; row++) {
    const n = first + row;
    const target = targetOf(ids, n, sizes);
    const [dPicked, dEntropy] = [dOut[n]!, dOut[N + n]!];
    for (let v = 0; v < V; v++) {
      const logProb = logits[row * V + v]! / temperature - logSumExp[n]!;
      const prob = Math.exp(logProb);
      logits[row * V + v] = (dPicked * ((v === target ? 1 : 0) - prob) - dEntropy * prob * (logProb + out[N + n]!)) / temperature;
    }
  }
}
