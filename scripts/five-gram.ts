/**
 * What a language model without a network makes of the same text: interpolated Kneser-Ney over up to five tokens (Kneser and Ney 1995; Chen and Goodman 1998).
 * The highest order counts how often a token followed four others; lower orders count after how many different tokens it stood. Each order gives up a discount
 * D = n₁ / (n₁ + 2 n₂) from each count (n₁ and n₂ of its counts are 1 and 2) and hands the rest to the next lower one; below one token all are equally likely.
 */
const LONGEST = 5;

/** What followed a context. */
interface Follower {
  counts: Map<number, number>;
  total: number;
}

export class FiveGram {
  /** By how many tokens the context has: context -> what followed. */
  readonly #orders: Map<string, Follower>[] = Array.from({ length: LONGEST }, () => new Map());
  readonly #discounts: number[];
  readonly #vocabulary: number;

  /** @param texts as tokens, each with its end */
  constructor(texts: readonly (readonly number[])[], vocabulary: number) {
    this.#vocabulary = vocabulary;
    const orders = this.#orders;
    /** What stood before a context and its follower, so that each is counted once. */
    const met = new Set<string>();
    for (const text of texts) {
      for (let at = 0; at < text.length; at++) {
        const longest = Math.min(LONGEST - 1, at);
        for (let length = 0; length <= longest; length++) {
          const context = text.slice(at - length, at).join();
          // At the beginning of a text nothing stands before the context: its plain count is all there is.
          if (length < LONGEST - 1 && at > length) {
            const before = `${text[at - length - 1]}|${context}|${text[at]}`;
            if (met.has(before)) continue;
            met.add(before);
          }
          const follower = orders[length]!.get(context) ?? { counts: new Map<number, number>(), total: 0 }; // below LONGEST
          follower.counts.set(text[at]!, (follower.counts.get(text[at]!) ?? 0) + 1); // below the length
          follower.total += 1;
          orders[length]!.set(context, follower); // as above
        }
      }
    }
    this.#discounts = orders.map((order) => {
      const withCount = (count: number) => [...order.values()].reduce((sum, { counts }) => sum + [...counts.values()].filter((each) => each === count).length, 0);
      const [ones, twos] = [withCount(1), withCount(2)];
      return ones === 0 ? 0.5 : ones / (ones + 2 * twos); // where nothing stands once, nothing would be handed down
    });
  }

  /** Probability of a token after others, of which the last four count. */
  probability(before: readonly number[], token: number): number {
    let probability = 1 / this.#vocabulary;
    for (let length = 0; length <= Math.min(LONGEST - 1, before.length); length++) {
      const follower = this.#orders[length]!.get(before.slice(before.length - length).join()); // below LONGEST
      if (!follower) break; // longer contexts were not met either
      const discount = this.#discounts[length]!; // as above
      const kept = Math.max(0, (follower.counts.get(token) ?? 0) - discount) / follower.total;
      probability = kept + ((discount * follower.counts.size) / follower.total) * probability;
    }
    return probability;
  }

  /** −log p of each text's tokens after the first, summed, nats. */
  nats(texts: readonly (readonly number[])[]): number {
    let sum = 0;
    for (const text of texts) for (let at = 1; at < text.length; at++) sum -= Math.log(this.probability(text.slice(0, at), text[at]!)); // below the length
    return sum;
  }
}
