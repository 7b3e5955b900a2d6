/** adamWStep on WASM: the norm, then one walk over all four vectors. */
import { splat, sumOf } from '../assembly/math';

/** Numbers summed in single precision before they go into the double total. */
const RUN: i32 = 1024;

export function adamWUpdate(gradient: usize, knobs: usize, parameters: usize, m: usize, v: usize, scratch: usize, norm: usize, count: i32, decayed: i32): void {
  let squares: f64 = 0;
  let i = 0;
  while (i + 4 <= count) {
    const end = min(i + RUN, count & ~3);
    let run = splat(0);
    for (; i < end; i += 4) {
      const g = v128.load(gradient + (<usize>i << 2));
      run = f32x4.add(run, f32x4.mul(g, g));
    }
    squares += <f64>sumOf(run);
  }
  for (; i < count; i++) {
    const g = load<f32>(gradient + (<usize>i << 2));
    squares += <f64>(g * g);
  }
  const length = <f32>sqrt(squares);
  store<f32>(norm, length);

  const learningRate = load<f32>(knobs);
  const beta1 = load<f32>(knobs, 4);
  const beta2 = load<f32>(knobs, 8);
  const epsilon = load<f32>(knobs, 12);
  const weightDecay = load<f32>(knobs, 16);
  const clipNorm = load<f32>(knobs, 20);
  const rate: f32 = learningRate / load<f32>(knobs, 24);
  const second: f32 = 1 / load<f32>(knobs, 28);
  const scale: f32 = min<f32>(1, clipNorm / (length + 1e-6));
  const kept: f32 = 1 - learningRate * weightDecay;
  const few = count & ~3;
  for (i = 0; i < few; i += 4) {
    const at = <usize>i << 2;
    const g = f32x4.mul(v128.load(gradient + at), splat(scale));
    const first = f32x4.add(f32x4.mul(v128.load(m + at), splat(beta1)), f32x4.mul(g, splat(1 - beta1)));
    const square = f32x4.add(f32x4.mul(v128.load(v + at), splat(beta2)), f32x4.mul(f32x4.mul(g, g), splat(1 - beta2)));
    v128.store(m + at, first);
    v128.store(v + at, square);
    const share = i + 4 <= decayed ? splat(kept) : i >= decayed ? splat(1) : f32x4(kept, i + 1 < decayed ? kept : 1, i + 2 < decayed ? kept : 1, 1);
    const step = f32x4.div(f32x4.mul(first, splat(rate)), f32x4.add(f32x4.sqrt(f32x4.mul(square, splat(second))), splat(epsilon)));
    v128.store(parameters + at, f32x4.sub(f32x4.mul(v128.load(parameters + at), share), step));
  }
  for (i = few; i < count; i++) {
    const at = <usize>i << 2;
    const g = load<f32>(gradient + at) * scale;
    const first = load<f32>(m + at) * beta1 + g * (1 - beta1);
    const square = load<f32>(v + at) * beta2 + g * g * (1 - beta2);
    store<f32>(m + at, first);
    store<f32>(v + at, square);
    const share: f32 = i < decayed ? kept : 1;
    store<f32>(parameters + at, load<f32>(parameters + at) * share - (first * rate) / (sqrt<f32>(square * second) + epsilon));
  }
}
