/** linear on WASM: one packed matrix product each, with what happens before and after it. */
import { exp4, splat } from '../assembly/math';
import { FULL, matmul } from '../assembly/matmul';
import { free } from '../assembly/scratch';

const LINEAR: f32 = 1.5957691216057308; // 2·√(2/π)
const CUBIC: f32 = 0.07135481282553943; // 0.044715 of it

/** σ(2u), since ½(1 + tanh u) = σ(2u). */
@inline
function gate(x: v128): v128 {
  const u = f32x4.mul(x, f32x4.add(f32x4.mul(f32x4.mul(x, x), splat(CUBIC)), splat(LINEAR)));
  return f32x4.div(splat(1), f32x4.add(splat(1), exp4(f32x4.neg(u))));
}

/** GELU of four numbers in place; its derivative goes to `slope` where that is not 0. */
@inline
function gelu4(y: usize, slope: usize): void {
  const x = v128.load(y);
  const g = gate(x);
  const out = f32x4.mul(x, g);
  v128.store(y, out);
  if (!slope) return;
  const rise = f32x4.add(f32x4.mul(f32x4.mul(x, x), splat(3 * CUBIC)), splat(LINEAR));
  v128.store(slope, f32x4.add(g, f32x4.mul(f32x4.mul(out, rise), f32x4.sub(splat(1), g))));
}

export function linearForward(x: usize, weight: usize, bias: usize, residual: usize, slope: usize, y: usize, rows: i32, deep: i32, wide: i32, gelu: i32): void {
  const row = <usize>wide << 2;
  matmul(rows, wide, deep, x, <usize>deep << 2, false, weight, row, false, y, row, bias, 0, gelu ? 0 : residual, row, FULL);
  const count = rows * wide;
  let i = 0;
  if (!gelu) {
    if (slope) for (; i < count; i++) store<f32>(slope + (<usize>i << 2), 1);
    return;
  }
  if (slope) for (; i + 4 <= count; i += 4) gelu4(y + (<usize>i << 2), slope + (<usize>i << 2));
  else for (; i + 4 <= count; i += 4) gelu4(y + (<usize>i << 2), 0);
  if (i < count) {
    // The last one to three, in a place of their own.
    const rest = free();
    const places = count - i;
    memory.fill(rest, 0, 32);
    memory.copy(rest, y + (<usize>i << 2), <usize>places << 2);
    gelu4(rest, rest + 16);
    memory.copy(y + (<usize>i << 2), rest, <usize>places << 2);
    if (slope) memory.copy(slope + (<usize>i << 2), rest + 16, <usize>places << 2);
  }
  if (residual) for (i = 0; i < count; i++) store<f32>(y + (<usize>i << 2), load<f32>(y + (<usize>i << 2)) + load<f32>(residual + (<usize>i << 2)));
}

export function linearInput(dy: usize, weight: usize, slope: usize, dx: usize, rows: i32, deep: i32, wide: i32): void {
  const row = <usize>wide << 2;
  matmul(rows, deep, wide, dy, row, false, weight, row, true, dx, <usize>deep << 2, 0, 0, 0, 0, FULL);
  if (!slope) return;
  const count = rows * deep;
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const at = <usize>i << 2;
    v128.store(dx + at, f32x4.mul(v128.load(dx + at), v128.load(slope + at)));
  }
  for (; i < count; i++) store<f32>(dx + (<usize>i << 2), load<f32>(dx + (<usize>i << 2)) * load<f32>(slope + (<usize>i << 2)));
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
