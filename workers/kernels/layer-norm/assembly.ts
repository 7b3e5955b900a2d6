/** layerNorm on WASM, a row at a time. */
import { splat, sumOf } from '../assembly/math';

const EPSILON: f32 = 1e-5;

export function layerNormForward(x: usize, weight: usize, bias: usize, y: usize, stats: usize, rows: i32, width: i32): void {
  const bytes = <usize>width << 2;
  for (let row = 0; row < rows; row++, x += bytes, y += bytes, stats += 8) {
    let sums = splat(0);
    let i = 0;
    for (; i + 4 <= width; i += 4) sums = f32x4.add(sums, v128.load(x + (<usize>i << 2)));
    let sum = sumOf(sums);
    for (; i < width; i++) sum += load<f32>(x + (<usize>i << 2));
    const mean = sum / <f32>width;
    sums = splat(0);
    for (i = 0; i + 4 <= width; i += 4) {
      const centred = f32x4.sub(v128.load(x + (<usize>i << 2)), splat(mean));
      sums = f32x4.add(sums, f32x4.mul(centred, centred));
    }
    sum = sumOf(sums);
    for (; i < width; i++) {
      const centred = load<f32>(x + (<usize>i << 2)) - mean;
      sum += centred * centred;
    }
    const inverse: f32 = 1 / sqrt<f32>(sum / <f32>width + EPSILON);
    for (i = 0; i + 4 <= width; i += 4) {
      const at = <usize>i << 2;
      const normal = f32x4.mul(f32x4.sub(v128.load(x + at), splat(mean)), splat(inverse));
      v128.store(y + at, f32x4.add(f32x4.mul(normal, v128.load(weight + at)), v128.load(bias + at)));
    }
    for (; i < width; i++) {
      const at = <usize>i << 2;
      store<f32>(y + at, (load<f32>(x + at) - mean) * inverse * load<f32>(weight + at) + load<f32>(bias + at));
    }
    store<f32>(stats, mean);
    store<f32>(stats, inverse, 4);
  }
}

export function layerNormBackward(dy: usize, x: usize, weight: usize, stats: usize, residual: usize, dx: usize, dWeight: usize, dBias: usize, rows: i32, width: i32): void {
  const bytes = <usize>width << 2;
  const share: f32 = 1 / <f32>width;
  for (let row = 0; row < rows; row++, dy += bytes, x += bytes, dx += bytes, stats += 8) {
    const mean = load<f32>(stats);
    const inverse = load<f32>(stats, 4);
    let sums = splat(0);
    let products = splat(0);
    let i = 0;
    for (; i + 4 <= width; i += 4) {
      const at = <usize>i << 2;
      const slope = v128.load(dy + at);
      const normal = f32x4.mul(f32x4.sub(v128.load(x + at), splat(mean)), splat(inverse));
      const dNormal = f32x4.mul(slope, v128.load(weight + at));
      sums = f32x4.add(sums, dNormal);
      const product = f32x4.mul(slope, normal);
      products = f32x4.add(products, f32x4.mul(dNormal, normal));
      v128.store(dWeight + at, f32x4.add(v128.load(dWeight + at), product));
      v128.store(dBias + at, f32x4.add(v128.load(dBias + at), slope));
    }
    let sum = sumOf(sums);
    let product = sumOf(products);
    for (; i < width; i++) {
      const at = <usize>i << 2;
      const slope = load<f32>(dy + at);
      const normal = (load<f32>(x + at) - mean) * inverse;
      const dNormal = slope * load<f32>(weight + at);
      sum += dNormal;
      product += dNormal * normal;
      store<f32>(dWeight + at, load<f32>(dWeight + at) + slope * normal);
      store<f32>(dBias + at, load<f32>(dBias + at) + slope);
    }
    sum *= share;
    product *= share;
    for (i = 0; i + 4 <= width; i += 4) {
      const at = <usize>i << 2;
      const normal = f32x4.mul(f32x4.sub(v128.load(x + at), splat(mean)), splat(inverse));
      const dNormal = f32x4.mul(v128.load(dy + at), v128.load(weight + at));
      let slope = f32x4.mul(splat(inverse), f32x4.sub(f32x4.sub(dNormal, splat(sum)), f32x4.mul(normal, splat(product))));
      if (residual) slope = f32x4.add(slope, v128.load(residual + at));
      v128.store(dx + at, slope);
    }
    for (; i < width; i++) {
      const at = <usize>i << 2;
      const normal = (load<f32>(x + at) - mean) * inverse;
      const slope = inverse * (load<f32>(dy + at) * load<f32>(weight + at) - sum - normal * product);
      store<f32>(dx + at, residual ? slope + load<f32>(residual + at) : slope);
    }
    if (residual) residual += bytes;
  }
}
