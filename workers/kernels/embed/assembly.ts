/** embed on WASM. The gradient is added up row after row, in order. */

export function embedForward(ids: usize, tokens: usize, positions: usize, chosen: usize, x: usize, rows: i32, columns: i32, stride: i32, start: i32, width: i32, vocabulary: i32): void {
  const bytes = <usize>width << 2;
  for (let row = 0; row < rows; row++, x += bytes) {
    const group = row / columns;
    const column = start + (row % columns);
    const sequence = chosen ? load<i32>(chosen + (<usize>group << 2)) : group;
    const id = load<i32>(ids + (<usize>(sequence * stride + column) << 2));
    if (id < 0 || id >= vocabulary) {
      for (let i = 0; i < width; i++) store<f32>(x + (<usize>i << 2), <f32>NaN);
      continue;
    }
    const token = tokens + <usize>id * bytes;
    const position = positions + <usize>column * bytes;
    let i = 0;
    for (; i + 4 <= width; i += 4) {
      const at = <usize>i << 2;
      v128.store(x + at, f32x4.add(v128.load(token + at), v128.load(position + at)));
    }
    for (; i < width; i++) {
      const at = <usize>i << 2;
      store<f32>(x + at, load<f32>(token + at) + load<f32>(position + at));
    }
  }
}

@inline
function addTo(to: usize, from: usize, width: i32): void {
  let i = 0;
  for (; i + 4 <= width; i += 4) {
    const at = <usize>i << 2;
    v128.store(to + at, f32x4.add(v128.load(to + at), v128.load(from + at)));
  }
  for (; i < width; i++) {
    const at = <usize>i << 2;
    store<f32>(to + at, load<f32>(to + at) + load<f32>(from + at));
  }
}

export function embedBackward(ids: usize, dx: usize, dTokens: usize, dPositions: usize, _scratch: usize, rows: i32, columns: i32, stride: i32, start: i32, width: i32, vocabulary: i32): void {
  const bytes = <usize>width << 2;
  for (let row = 0; row < rows; row++, dx += bytes) {
    const column = start + (row % columns);
    const id = load<i32>(ids + (<usize>((row / columns) * stride + column) << 2));
    if (id < 0 || id >= vocabulary) continue;
    addTo(dTokens + <usize>id * bytes, dx, width);
    addTo(dPositions + <usize>column * bytes, dx, width);
  }
}
