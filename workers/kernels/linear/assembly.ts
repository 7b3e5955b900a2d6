/** linear on WASM: one packed matrix product each, with what happens before and after it. */
import { exp4, splat } from '../assembly/math';
import { FULL, matmul } from '../assembly/matmul';

const LINEAR: f32 = 1.5957691216057308; // 2·√(2/π)
const CUBIC: f32 = 0.07135481282553943; // 0.044715 of it

/** σ(2u), since ½(1 + tanh u) = σ(2u). */
@inline
function gate(x: v128): v128 {
  const u = f32x4.mul(x, f32x4.add(f32x4.mul(f32x4.mul(x, x), splat(CUBIC)), splat(LINEAR)));
  return f32x4.div(splat(1), f32x4.add(splat(1), exp4(f32x4.neg(u))));
}

@inline
function slope(x: v128): v128 {
  const g = gate(x);
  const rise = f32x4.add(f32x4.mul(f32x4.mul(x, x), splat(3 * CUBIC)), splat(LINEAR));
  return f32x4.add(g, f32x4.mul(f32x4.mul(x, rise), f32x4.mul(g, f32x4.sub(splat(1), g))));
}

export function linearForward(x: usize, weight: usize, bias: usize, residual: usize, before: usize, y: usize, rows: i32, deep: i32, wide: i32, gelu: i32): void {
  const row = <usize>wide << 2;
  const out = gelu && before ? before : y;
  matmul(rows, wide, deep, x, <usize>deep << 2, false, weight, row, false, out, row, bias, 0, gelu ? 0 : residual, row, FULL);
  const count = rows * wide;
  if (!gelu) {
    if (before) memory.copy(before, y, <usize>count << 2);
    return;
  }
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const at = <usize>i << 2;
    const v = v128.load(out + at);
    v128.store(y + at, f32x4.mul(v, gate(v)));
  }
  for (; i < count; i++) {
    const at = <usize>i << 2;
    const v = v128.load32_splat(out + at);
    store<f32>(y + at, f32x4.extract_lane(f32x4.mul(v, gate(v)), 0));
  }
  if (residual) for (i = 0; i < count; i++) store<f32>(y + (<usize>i << 2), load<f32>(y + (<usize>i << 2)) + load<f32>(residual + (<usize>i << 2)));
}

export function linearInput(dy: usize, weight: usize, before: usize, dx: usize, rows: i32, deep: i32, wide: i32): void {
  const row = <usize>wide << 2;
  matmul(rows, deep, wide, dy, row, false, weight, row, true, dx, <usize>deep << 2, 0, 0, 0, 0, FULL);
  if (!before) return;
  const count = rows * deep;
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const at = <usize>i << 2;
    v128.store(dx + at, f32x4.mul(v128.load(dx + at), slope(v128.load(before + at))));
  }
  for (; i < count; i++) {
    const at = <usize>i << 2;
    store<f32>(dx + at, load<f32>(dx + at) * f32x4.extract_lane(slope(v128.load32_splat(before + at)), 0));
  }
}

export function linearWeights(x: usize, dy: usize, dWeight: usize, dBias: usize, rows: i32, deep: i32, wide: i32): void {
  const row = <usize>wide << 2;
  matmul(deep, wide, rows, x, <usize>deep << 2, true, dy, row, false, dWeight, row, dWeight, row, 0, 0, FULL);
  if (!dBias) return;
  for (let n = 0; n < rows; n++, dy += row) {
    let i = 0;
    for (; i + 4 <= wide; i += 4) {
      const at = <usize>i << 2;
      v128.store(dBias + at, f32x4.add(v128.load(dBias + at), v128.load(dy + at)));
    }
    for (; i < wide; i++) {
      const at = <usize>i << 2;
      store<f32>(dBias + at, load<f32>(dBias + at) + load<f32>(dy + at));
    }
  }
}
