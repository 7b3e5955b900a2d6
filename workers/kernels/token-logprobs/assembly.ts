/** tokenLogProbs on WASM, a row of logits at a time. */
import { exp1, exp4, log1, maxOf, splat, sumOf } from '../assembly/math';

@inline
function targetOf(ids: usize, n: i32, columns: i32, stride: i32, start: i32): i32 {
  return load<i32>(ids + (<usize>((n / columns) * stride + start + (n % columns)) << 2));
}

export function logProbsForward(logits: usize, ids: usize, out: usize, logSumExp: usize, rows: i32, vocabulary: i32, first: i32, total: i32, columns: i32, stride: i32, start: i32, temperature: f32): void {
  const coldness: f32 = 1 / temperature;
  for (let row = 0; row < rows; row++, logits += <usize>vocabulary << 2) {
    const n = first + row;
    const target = targetOf(ids, n, columns, stride, start);
    let highest = -f32.MAX_VALUE;
    let tops = splat(highest);
    let i = 0;
    for (; i + 4 <= vocabulary; i += 4) tops = f32x4.pmax(tops, v128.load(logits + (<usize>i << 2)));
    highest = maxOf(tops);
    for (; i < vocabulary; i++) highest = max(highest, load<f32>(logits + (<usize>i << 2)));
    let sums = splat(0);
    let weighed = splat(0);
    for (i = 0; i + 4 <= vocabulary; i += 4) {
      const below = f32x4.mul(f32x4.sub(v128.load(logits + (<usize>i << 2)), splat(highest)), splat(coldness));
      const share = exp4(below);
      sums = f32x4.add(sums, share);
      weighed = f32x4.add(weighed, f32x4.mul(share, below));
    }
    let sum = sumOf(sums);
    let mass = sumOf(weighed);
    for (; i < vocabulary; i++) {
      const below = (load<f32>(logits + (<usize>i << 2)) - highest) * coldness;
      const share = exp1(below);
      sum += share;
      mass += share * below;
    }
    const logSum = log1(sum);
    const at = <usize>n << 2;
    const isKnown = target >= 0 && target < vocabulary;
    const picked: f32 = isKnown ? load<f32>(logits + (<usize>target << 2)) : <f32>NaN;
    store<f32>(out + at, (picked - highest) * coldness - logSum);
    store<f32>(out + (<usize>total << 2) + at, logSum - mass / sum);
    store<f32>(out + (<usize>total << 3) + at, picked >= highest ? 1 : 0);
    store<f32>(logSumExp + at, highest * coldness + logSum);
  }
}

export function logProbsBackward(ids: usize, out: usize, logSumExp: usize, dOut: usize, logits: usize, rows: i32, vocabulary: i32, first: i32, total: i32, columns: i32, stride: i32, start: i32, temperature: f32): void {
  const coldness: f32 = 1 / temperature;
  for (let row = 0; row < rows; row++, logits += <usize>vocabulary << 2) {
    const at = <usize>(first + row) << 2;
    const target = targetOf(ids, first + row, columns, stride, start);
    const dPicked = load<f32>(dOut + at) * coldness;
    const dEntropy = load<f32>(dOut + (<usize>total << 2) + at) * coldness;
    const entropy = load<f32>(out + (<usize>total << 2) + at);
    const sum = load<f32>(logSumExp + at);
    let i = 0;
    for (; i + 4 <= vocabulary; i += 4) {
      const place = logits + (<usize>i << 2);
      const logProb = f32x4.sub(f32x4.mul(v128.load(place), splat(coldness)), splat(sum));
      const share = f32x4.add(splat(dPicked), f32x4.mul(splat(dEntropy), f32x4.add(logProb, splat(entropy))));
      v128.store(place, f32x4.neg(f32x4.mul(exp4(logProb), share)));
    }
    for (; i < vocabulary; i++) {
      const place = logits + (<usize>i << 2);
      const logProb = load<f32>(place) * coldness - sum;
      store<f32>(place, -exp1(logProb) * (dPicked + dEntropy * (logProb + entropy)));
    }
    if (target < 0 || target >= vocabulary) continue;
    const place = logits + (<usize>target << 2);
    store<f32>(place, load<f32>(place) + dPicked);
  }
}
