/** decodeAttention on WASM. */
import { exp1, splat, sumOf } from '../assembly/math';
import { free } from '../assembly/scratch';

export function decodeAttention(qkv: usize, chosen: usize, cache: usize, y: usize, rows: i32, context: i32, column: i32, heads: i32, width: i32): void {
  const bytes = <usize>width << 2;
  const d = width / heads;
  const scale: f32 = 1 / sqrt<f32>(<f32>d);
  const logits = free();
  for (let row = 0; row < rows; row++, qkv += 3 * bytes, y += bytes) {
    const sequence = chosen ? load<i32>(chosen + (<usize>row << 2)) : row;
    const own = cache + <usize>sequence * <usize>context * 2 * bytes;
    memory.copy(own + <usize>column * 2 * bytes, qkv + bytes, 2 * bytes);
    for (let h = 0; h < heads; h++) {
      const shift = <usize>(h * d) << 2;
      const query = qkv + shift;
      let highest = -f32.MAX_VALUE;
      for (let t = 0; t <= column; t++) {
        const key = own + <usize>t * 2 * bytes + shift;
        let sums = splat(0);
        let i = 0;
        for (; i + 4 <= d; i += 4) sums = f32x4.add(sums, f32x4.mul(v128.load(query + (<usize>i << 2)), v128.load(key + (<usize>i << 2))));
        let dot = sumOf(sums);
        for (; i < d; i++) dot += load<f32>(query + (<usize>i << 2)) * load<f32>(key + (<usize>i << 2));
        dot *= scale;
        highest = max(highest, dot);
        store<f32>(logits + (<usize>t << 2), dot);
      }
      let sum: f32 = 0;
      for (let t = 0; t <= column; t++) {
        const share = exp1(load<f32>(logits + (<usize>t << 2)) - highest);
        sum += share;
        store<f32>(logits + (<usize>t << 2), share);
      }
      const part: f32 = 1 / sum;
      let i = 0;
      for (; i + 4 <= d; i += 4) {
        let value = own + bytes + shift + (<usize>i << 2);
        let sums = splat(0);
        for (let t = 0; t <= column; t++, value += 2 * bytes) sums = f32x4.add(sums, f32x4.mul(v128.load32_splat(logits + (<usize>t << 2)), v128.load(value)));
        v128.store(y + shift + (<usize>i << 2), f32x4.mul(sums, splat(part)));
      }
      for (; i < d; i++) {
        let value = own + bytes + shift + (<usize>i << 2);
        let mix: f32 = 0;
        for (let t = 0; t <= column; t++, value += 2 * bytes) mix += load<f32>(logits + (<usize>t << 2)) * load<f32>(value);
        store<f32>(y + shift + (<usize>i << 2), mix * part);
      }
    }
  }
}
