/** decodeAttention on WASM: four positions side by side for the scores, sixteen numbers for the mix. Every sum is made in the order of its positions, whatever stands beside it. */
import { exp1, exp4, maxOf, splat, sumOf } from '../assembly/math';
import { free } from '../assembly/scratch';

/** Sums over the lanes of four vectors, each in the order of `sumOf`. */
@inline
function sumsOf(a: v128, b: v128, c: v128, d: v128): v128 {
  const lowAB = v128.shuffle<f32>(a, b, 0, 4, 1, 5); // a0 b0 a1 b1
  const lowCD = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const highAB = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const highCD = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  const low = f32x4.add(v128.shuffle<f32>(lowAB, lowCD, 0, 1, 4, 5), v128.shuffle<f32>(lowAB, lowCD, 2, 3, 6, 7));
  const high = f32x4.add(v128.shuffle<f32>(highAB, highCD, 0, 1, 4, 5), v128.shuffle<f32>(highAB, highCD, 2, 3, 6, 7));
  return f32x4.add(low, high);
}

/** Scaled products of a query with `seen` keys, `stride` bytes apart. @returns the largest */
function scoresOf(query: usize, keys: usize, stride: usize, seen: i32, d: i32, scale: f32, scores: usize): f32 {
  let t = 0;
  let highest = splat(-f32.MAX_VALUE);
  if ((d & 3) === 0) {
    for (; t + 4 <= seen; t += 4) {
      let key = keys + <usize>t * stride;
      let a = splat(0), b = splat(0), c = splat(0), e = splat(0);
      for (let i = 0; i < d; i += 4, key += 16) {
        const q = v128.load(query + (<usize>i << 2));
        a = f32x4.add(a, f32x4.mul(q, v128.load(key)));
        b = f32x4.add(b, f32x4.mul(q, v128.load(key + stride)));
        c = f32x4.add(c, f32x4.mul(q, v128.load(key + 2 * stride)));
        e = f32x4.add(e, f32x4.mul(q, v128.load(key + 3 * stride)));
      }
      const dots = f32x4.mul(sumsOf(a, b, c, e), splat(scale));
      highest = f32x4.max(highest, dots);
      v128.store(scores + (<usize>t << 2), dots);
    }
  }
  let most = maxOf(highest);
  for (; t < seen; t++) {
    const key = keys + <usize>t * stride;
    let sums = splat(0);
    let i = 0;
    for (; i + 4 <= d; i += 4) sums = f32x4.add(sums, f32x4.mul(v128.load(query + (<usize>i << 2)), v128.load(key + (<usize>i << 2))));
    let dot = sumOf(sums);
    for (; i < d; i++) dot += load<f32>(query + (<usize>i << 2)) * load<f32>(key + (<usize>i << 2));
    dot *= scale;
    most = max(most, dot);
    store<f32>(scores + (<usize>t << 2), dot);
  }
  return most;
}

/** exp of each score less the highest, in place. @returns their sum */
function sharesOf(scores: usize, seen: i32, highest: f32): f32 {
  let t = 0;
  for (; t + 4 <= seen; t += 4) v128.store(scores + (<usize>t << 2), exp4(f32x4.sub(v128.load(scores + (<usize>t << 2)), splat(highest))));
  for (; t < seen; t++) store<f32>(scores + (<usize>t << 2), exp1(load<f32>(scores + (<usize>t << 2)) - highest));
  let sum: f32 = 0;
  for (t = 0; t < seen; t++) sum += load<f32>(scores + (<usize>t << 2));
  return sum;
}

/** Values in the measure of their shares. */
function mix(shares: usize, values: usize, stride: usize, seen: i32, d: i32, part: f32, y: usize): void {
  let i = 0;
  for (; i + 16 <= d; i += 16, values += 64, y += 64) {
    let a = splat(0), b = splat(0), c = splat(0), e = splat(0);
    let value = values;
    for (let t = 0; t < seen; t++, value += stride) {
      const share = v128.load32_splat(shares + (<usize>t << 2));
      a = f32x4.add(a, f32x4.mul(share, v128.load(value)));
      b = f32x4.add(b, f32x4.mul(share, v128.load(value, 16)));
      c = f32x4.add(c, f32x4.mul(share, v128.load(value, 32)));
      e = f32x4.add(e, f32x4.mul(share, v128.load(value, 48)));
    }
    v128.store(y, f32x4.mul(a, splat(part)));
    v128.store(y, f32x4.mul(b, splat(part)), 16);
    v128.store(y, f32x4.mul(c, splat(part)), 32);
    v128.store(y, f32x4.mul(e, splat(part)), 48);
  }
  for (; i + 4 <= d; i += 4, values += 16, y += 16) {
    let a = splat(0);
    let value = values;
    for (let t = 0; t < seen; t++, value += stride) a = f32x4.add(a, f32x4.mul(v128.load32_splat(shares + (<usize>t << 2)), v128.load(value)));
    v128.store(y, f32x4.mul(a, splat(part)));
  }
  for (; i < d; i++, values += 4, y += 4) {
    let a: f32 = 0;
    let value = values;
    for (let t = 0; t < seen; t++, value += stride) a += load<f32>(shares + (<usize>t << 2)) * load<f32>(value);
    store<f32>(y, a * part);
  }
}

export function decodeAttention(qkv: usize, chosen: usize, cache: usize, y: usize, rows: i32, context: i32, column: i32, heads: i32, width: i32): void {
  const bytes = <usize>width << 2;
  const d = width / heads;
  const scale: f32 = 1 / sqrt<f32>(<f32>d);
  const scores = free();
  const seen = column + 1;
  const part = <usize>d << 2;
  for (let row = 0; row < rows; row++, qkv += 3 * bytes, y += bytes) {
    const sequence = chosen ? load<i32>(chosen + (<usize>row << 2)) : row;
    let own = cache + <usize>sequence * <usize>context * 2 * bytes;
    for (let h = 0; h < heads; h++, own += <usize>context * 2 * part) {
      const shift = <usize>h * part;
      const here = own + <usize>column * 2 * part;
      memory.copy(here, qkv + bytes + shift, part);
      memory.copy(here + part, qkv + 2 * bytes + shift, part);
      const highest = scoresOf(qkv + shift, own, 2 * part, seen, d, scale, scores);
      const sum = sharesOf(scores, seen, highest);
      mix(scores, own + part, 2 * part, seen, d, 1 / sum, y + shift);
    }
  }
}
