/** pickRows on WASM. */
import { zero } from '../assembly/math';

export function pickRowsForward(x: usize, mask: usize, y: usize, batch: i32, columns: i32, width: i32): void {
  const bytes = <usize>width << 2;
  for (let b = 0; b < batch; b++, y += bytes) {
    zero(y, width);
    for (let t = 0; t < columns; t++, x += bytes, mask += 4) {
      const share = load<f32>(mask);
      if (share === 0) continue;
      for (let i = 0; i < width; i++) {
        const at = <usize>i << 2;
        store<f32>(y + at, load<f32>(y + at) + share * load<f32>(x + at));
      }
    }
  }
}

export function pickRowsBackward(dy: usize, mask: usize, dx: usize, batch: i32, columns: i32, width: i32): void {
  const bytes = <usize>width << 2;
  for (let b = 0; b < batch; b++, dy += bytes) {
    for (let t = 0; t < columns; t++, dx += bytes, mask += 4) {
      const share = load<f32>(mask);
      if (share === 0) zero(dx, width);
      else for (let i = 0; i < width; i++) store<f32>(dx + (<usize>i << 2), share * load<f32>(dy + (<usize>i << 2)));
    }
  }
}
