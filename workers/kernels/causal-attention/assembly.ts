/**
 * causalAttention on WASM: for each sequence and head, small packed matrix products that skip what the causal mask makes zero.
 * One [T, T] tile for a single head stands in scratch at a time; for long contexts it is made for a band of queries.
 */
import { exp4, log1, madd, maxOf, splat, sumOf, zero } from '../assembly/math';
import { LOWER_LEFT, LOWER_RESULT, matmul, UPPER_LEFT } from '../assembly/matmul';
import { free } from '../assembly/scratch';

@inline
function lengthOf(lengths: usize, b: i32, columns: i32): i32 {
  return lengths ? min(columns, max(0, load<i32>(lengths + (<usize>b << 2)))) : columns;
}

/** Gives the numbers from `t + 1` to the end of its tile of four: 0 where products skip by tiles, the lowest where a softmax runs over whole tiles. */
@inline
function closeTile(row: usize, t: i32, value: f32): void {
  for (let s = t + 1; s & 3; s++) store<f32>(row + (<usize>s << 2), value);
}

export function attentionForward(qkv: usize, lengths: usize, y: usize, logSumExp: usize, batch: i32, columns: i32, heads: i32, width: i32): void {
  const d = width / heads;
  const scale: f32 = 1 / sqrt<f32>(<f32>d);
  const bytes = <usize>width << 2;
  const stride = <usize>((columns + 3) & ~3) << 2;
  const weights = free();
  for (let b = 0; b < batch; b++) {
    const T = lengthOf(lengths, b, columns);
    const own = qkv + <usize>(b * columns) * 3 * bytes;
    const out = y + <usize>(b * columns) * bytes;
    for (let h = 0; h < heads; h++) {
      const shift = <usize>(h * d) << 2;
      matmul(T, T, d, own + shift, 3 * bytes, false, own + bytes + shift, 3 * bytes, true, weights, stride, 0, 0, 0, 0, LOWER_RESULT);
      for (let t = 0; t < T; t++) {
        const row = weights + <usize>t * stride;
        closeTile(row, t, -f32.MAX_VALUE);
        const sum = softmax(row, (t + 4) & ~3, scale);
        store<f32>(logSumExp + (<usize>((b * columns + t) * heads + h) << 2), sum);
      }
      matmul(T, d, T, weights, stride, false, own + 2 * bytes + shift, 3 * bytes, false, out + shift, bytes, 0, 0, 0, 0, LOWER_LEFT);
    }
    if (T < columns) {
      zero(out + <usize>T * bytes, (columns - T) * width);
      zero(logSumExp + (<usize>((b * columns + T) * heads) << 2), (columns - T) * heads);
    }
  }
}

/** Softmax of scaled logits in place. @param count a multiple of four @returns their log-sum-exp */
function softmax(row: usize, count: i32, scale: f32): f32 {
  const end = row + (<usize>count << 2);
  let tops = splat(-f32.MAX_VALUE);
  for (let at = row; at < end; at += 16) tops = f32x4.pmax(tops, v128.load(at));
  const highest = maxOf(tops) * scale;
  let sums = splat(0);
  for (let at = row; at < end; at += 16) {
    const share = exp4(f32x4.sub(f32x4.mul(v128.load(at), splat(scale)), splat(highest)));
    sums = f32x4.add(sums, share);
    v128.store(at, share);
  }
  const sum = sumOf(sums);
  const part = splat(1 / sum);
  for (let at = row; at < end; at += 16) v128.store(at, f32x4.mul(v128.load(at), part));
  return highest + log1(sum);
}

/** Σ a·b over numbers of one head. */
@inline
function dot(a: usize, b: usize, count: i32): f32 {
  let sums = splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4) sums = madd(v128.load(a + (<usize>i << 2)), v128.load(b + (<usize>i << 2)), sums);
  let sum = sumOf(sums);
  for (; i < count; i++) sum += load<f32>(a + (<usize>i << 2)) * load<f32>(b + (<usize>i << 2));
  return sum;
}

export function attentionBackward(qkv: usize, y: usize, logSumExp: usize, dy: usize, lengths: usize, scratch: usize, dQkv: usize, batch: i32, columns: i32, heads: i32, width: i32): void {
  const d = width / heads;
  const scale: f32 = 1 / sqrt<f32>(<f32>d);
  const bytes = <usize>width << 2;
  const padded = (columns + 3) & ~3;
  const stride = <usize>padded << 2;
  const weights = free();
  const slopes = weights + <usize>padded * stride;
  for (let b = 0; b < batch; b++) {
    const T = lengthOf(lengths, b, columns);
    const first = <usize>(b * columns);
    const own = qkv + first * 3 * bytes;
    const dOwn = dQkv + first * 3 * bytes;
    const out = y + first * bytes;
    const dOut = dy + first * bytes;
    for (let h = 0; h < heads; h++) {
      const shift = <usize>(h * d) << 2;
      matmul(T, T, d, own + shift, 3 * bytes, false, own + bytes + shift, 3 * bytes, true, weights, stride, 0, 0, 0, 0, LOWER_RESULT);
      matmul(T, T, d, dOut + shift, bytes, false, own + 2 * bytes + shift, 3 * bytes, true, slopes, stride, 0, 0, 0, 0, LOWER_RESULT);
      for (let t = 0; t < T; t++) {
        const row = weights + <usize>t * stride;
        const dRow = slopes + <usize>t * stride;
        const sum = load<f32>(logSumExp + (<usize>((b * columns + t) * heads + h) << 2));
        const place = <usize>t * bytes + shift;
        const mean = dot(dOut + place, out + place, d);
        for (let s = 0; s <= t; s += 4) {
          const at = <usize>s << 2;
          const share = exp4(f32x4.sub(f32x4.mul(v128.load(row + at), splat(scale)), splat(sum)));
          v128.store(row + at, share);
          v128.store(dRow + at, f32x4.mul(f32x4.mul(share, f32x4.sub(v128.load(dRow + at), splat(mean))), splat(scale)));
        }
        closeTile(row, t, 0);
        closeTile(dRow, t, 0);
      }
      matmul(T, d, T, slopes, stride, false, own + bytes + shift, 3 * bytes, false, dOwn + shift, 3 * bytes, 0, 0, 0, 0, LOWER_LEFT);
      matmul(T, d, T, slopes, stride, true, own + shift, 3 * bytes, false, dOwn + bytes + shift, 3 * bytes, 0, 0, 0, 0, UPPER_LEFT);
      matmul(T, d, T, weights, stride, true, dOut + shift, bytes, false, dOwn + 2 * bytes + shift, 3 * bytes, 0, 0, 0, 0, UPPER_LEFT);
    }
    if (T < columns) zero(dOwn + <usize>T * 3 * bytes, (columns - T) * 3 * width);
  }
}
