/** sampleColumn on WASM: four random numbers at a time. */
import { log4, splat } from '../assembly/math';
import { free } from '../assembly/scratch';

@inline
function round(x: v128, y: v128, turn: i32): v128 {
  return v128.xor(v128.or(i32x4.shl(y, turn), i32x4.shr_u(y, 32 - turn)), x);
}

/** First words of Threefry-2x32-20 (Salmon et al. 2011) at four counters: src/contract/random.ts in lanes. */
function threefry4(key0: i32, key1: i32, low: v128, high: v128): v128 {
  const k0 = i32x4.splat(key0);
  const k1 = i32x4.splat(key1);
  const k2 = i32x4.splat(key0 ^ key1 ^ 0x1bd11bda);
  let x = i32x4.add(low, k0);
  let y = i32x4.add(high, k1);
  for (let block = 0; block < 5; block++) {
    const isEven = (block & 1) === 0;
    x = i32x4.add(x, y);
    y = isEven ? round(x, y, 13) : round(x, y, 17);
    x = i32x4.add(x, y);
    y = isEven ? round(x, y, 15) : round(x, y, 29);
    x = i32x4.add(x, y);
    y = isEven ? round(x, y, 26) : round(x, y, 16);
    x = i32x4.add(x, y);
    y = isEven ? round(x, y, 6) : round(x, y, 24);
    const next = block + 1;
    const first = next % 3;
    x = i32x4.add(x, first === 0 ? k0 : first === 1 ? k1 : k2);
    y = i32x4.add(i32x4.add(y, first === 0 ? k1 : first === 1 ? k2 : k0), i32x4.splat(next));
  }
  return x;
}

/** The k-th largest of `count` numbers, counting equals. */
function kthLargest(logits: usize, count: i32, k: i32): f32 {
  let bound = f32.MAX_VALUE;
  let found = 0;
  let highest = bound;
  while (found < k) {
    highest = -f32.MAX_VALUE;
    let equals = 0;
    for (let i = 0; i < count; i++) {
      const x = load<f32>(logits + (<usize>i << 2));
      if (x >= bound) continue;
      if (x > highest) {
        highest = x;
        equals = 1;
      } else if (x === highest) equals++;
    }
    if (equals === 0) break;
    found += equals;
    bound = highest;
  }
  return highest;
}

export function sampleColumn(
  logits: usize, chosen: usize, given: usize, stream: usize, tokens: usize, alive: usize,
  rows: i32, batch: i32, vocabulary: i32, context: i32, column: i32, topK: i32, endOfSequence: i32, padding: i32, temperature: f32,
): void {
  const scores = free();
  const key0 = load<i32>(stream);
  const key1 = load<i32>(stream, 4);
  const drawn = <u64>load<u32>(stream, 8) | (<u64>load<u32>(stream, 12) << 32);
  for (let row = 0; row < rows; row++, logits += <usize>vocabulary << 2) {
    const b = chosen ? load<i32>(chosen + (<usize>row << 2)) : row;
    if (column + 1 < load<i32>(given + (<usize>b << 2))) continue;
    const place = tokens + (<usize>(b * context + column + 1) << 2);
    if (load<i32>(alive + (<usize>b << 2)) === 0) {
      store<i32>(place, padding);
      continue;
    }
    const threshold = topK > 0 && topK < vocabulary ? kthLargest(logits, vocabulary, topK) : -f32.MAX_VALUE;
    if (temperature > 0) {
      const coldness: f32 = 1 / temperature;
      for (let v = 0; v < vocabulary; v += 4) {
        const n = drawn + (<u64>column * <u64>batch + <u64>b) * <u64>vocabulary + <u64>v;
        const low = i32x4.add(i32x4.splat(<i32>n), i32x4(0, 1, 2, 3));
        // Lanes that went round have carried one into the high word.
        const high = i32x4.sub(i32x4.splat(<i32>(n >> 32)), u32x4lt(low, i32x4.splat(<i32>n)));
        const word = threefry4(key0, key1, low, high);
        const uniform = f32x4.mul(f32x4.add(f32x4.convert_i32x4_s(i32x4.shr_u(word, 9)), splat(0.5)), splat(1.1920928955078125e-7)); // 2^-23
        const noise = f32x4.neg(log4(f32x4.neg(log4(uniform))));
        if (v + 4 <= vocabulary) {
          v128.store(scores + (<usize>v << 2), f32x4.add(f32x4.mul(v128.load(logits + (<usize>v << 2)), splat(coldness)), noise));
        } else {
          v128.store(scores + (<usize>v << 2), noise);
          for (let i = v; i < vocabulary; i++) store<f32>(scores + (<usize>i << 2), load<f32>(scores + (<usize>i << 2)) + load<f32>(logits + (<usize>i << 2)) * coldness);
        }
      }
    } else memory.copy(scores, logits, <usize>vocabulary << 2);
    let best = -f32.MAX_VALUE;
    let token = 0;
    for (let v = 0; v < vocabulary; v++) {
      if (load<f32>(logits + (<usize>v << 2)) < threshold) continue;
      const score = load<f32>(scores + (<usize>v << 2));
      if (score > best) {
        best = score;
        token = v;
      }
    }
    store<i32>(place, token);
    if (token === endOfSequence) store<i32>(alive + (<usize>b << 2), 0);
  }
}

function u32x4lt(a: v128, b: v128): v128 {
  return i32x4.lt_u(a, b);
}
