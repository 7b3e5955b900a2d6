/** sampleColumn in plain numbers. */
import { threefry2x32 } from '../../../src/contract/random';
import type { Numbers } from '../launch';

interface Sizes {
  rows: number;
  batch: number;
  vocabulary: number;
  context: number;
  column: number;
  topK: number;
  endOfSequence: number;
  padding: number;
  temperature: number;
}

/** The n-th uniform after those drawn before: 23 bits and a half, so that float32 holds it exactly and none is 0 or 1. */
export function uniformOf(stream: Numbers, n: number): number {
  const at = (stream[2]! >>> 0) + 2 ** 32 * (stream[3]! >>> 0) + n; // words may come as signed numbers
  return (Math.floor(threefry2x32(stream[0]!, stream[1]!, at >>> 0, Math.floor(at / 2 ** 32))[0] / 2 ** 9) + 0.5) / 2 ** 23;
}

export function sampleReference({ logits, chosen, given, stream, tokens, alive }: Record<'logits' | 'given' | 'stream' | 'tokens' | 'alive', Numbers> & { chosen?: Numbers }, sizes: Sizes): void {
  const { rows, batch, vocabulary: V, context, column, topK, endOfSequence, padding, temperature } = sizes;
  for (let row = 0; row < rows; row++) {
    const b = chosen ? chosen[row]! : row;
    if (column + 1 < given[b]!) continue;
    const place = b * context + column + 1;
    if (alive[b] === 0) {
      tokens[place] = padding;
      continue;
    }
    const own = Array.from(logits.subarray(row * V, (row + 1) * V));
    const threshold = topK > 0 && topK < V ? own.toSorted((x, y) => y - x)[topK - 1]! : -Infinity;
    let best = -Infinity;
    let token = 0;
    own.forEach((logit, v) => {
      if (logit < threshold) return;
      const score = temperature > 0 ? logit / temperature - Math.log(-Math.log(uniformOf(stream, (column * batch + b) * V + v))) : logit;
      if (score <= best) return;
      best = score;
      token = v;
    });
    tokens[place] = token;
    if (token === endOfSequence) alive[b] = 0;
  }
}
