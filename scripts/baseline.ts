/**
 * The yardstick beside our accuracies: Bradley-Terry with a linear reward over n-grams of tokens (1 to 5, with start and end marks; in `names` a token is a letter),
 * trained on the same pairs by AdaGrad. No neural network; what it reaches is what spelling alone gives away.
 */
import { Random } from '../src/contract/random';
import type { PreferencePair, Task } from '../src/tasks/task';

const LONGEST = 5;
const EPOCHS = 5;
const RATE = 0.1;
/** Ridge on each visit; chosen on seen pairs, stated so that nobody takes it for tuned on unseen ones. */
const RIDGE = 1e-4;

export function linearBaseline(task: Task): { seen: number; unseen: number } {
  const index = new Map<string, number>();
  const featuresOf = (prompt: readonly number[], completion: readonly number[]): Int32Array => {
    const text = ['^', ...[...prompt, ...completion].map((token) => task.tokenizer.vocabulary[token])];
    const found: number[] = [];
    for (let n = 1; n <= LONGEST; n++) {
      for (let i = 0; i + n <= text.length; i++) {
        const gram = text.slice(i, i + n).join(' ');
        if (!index.has(gram)) index.set(gram, index.size);
        found.push(index.get(gram)!);
      }
    }
    return Int32Array.from(found);
  };
  const asFeatures = (pairs: readonly PreferencePair[]) =>
    pairs.map(({ prompt, chosen, rejected }) => ({ chosen: featuresOf(prompt, chosen), rejected: featuresOf(prompt, rejected) }));
  const [train, seen, unseen] = [asFeatures(task.pairs('train')), asFeatures(task.pairs('seen')), asFeatures(task.pairs('unseen'))];

  const weights = new Float64Array(index.size);
  const squares = new Float64Array(index.size).fill(1e-8);
  const rewardOf = (features: Int32Array) => features.reduce((sum, feature) => sum + weights[feature]!, 0);
  /** What one side has more often than the other; what both have says nothing, and must not wear out its rate. */
  const differenceOf = (chosen: Int32Array, rejected: Int32Array) => {
    const counts = new Map<number, number>();
    for (const feature of chosen) counts.set(feature, (counts.get(feature) ?? 0) + 1);
    for (const feature of rejected) counts.set(feature, (counts.get(feature) ?? 0) - 1);
    return [...counts].filter(([, count]) => count !== 0);
  };
  const move = (difference: readonly (readonly [number, number])[], push: number) => {
    for (const [feature, count] of difference) {
      const slope = push * count - RIDGE * weights[feature]!;
      squares[feature]! += slope * slope;
      weights[feature]! += (RATE * slope) / Math.sqrt(squares[feature]!);
    }
  };
  const order = train.map((_, i) => i);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (const i of Random.of(1, `baseline ${epoch}`).shuffle(order)) {
      const { chosen, rejected } = train[i]!;
      const push = 1 / (1 + Math.exp(rewardOf(chosen) - rewardOf(rejected)));
      move(differenceOf(chosen, rejected), push);
    }
  }
  const accuracy = (pairs: typeof seen) => pairs.filter(({ chosen, rejected }) => rewardOf(chosen) > rewardOf(rejected)).length / pairs.length;
  return { seen: accuracy(seen), unseen: accuracy(unseen) };
}
