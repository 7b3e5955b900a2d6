/**
 * C = A·B + starting values, for any strides and either factor transposed: Goto and van de Geijn (2008) in small. Blocks of A are packed as strips of four rows,
 * panels of B as eight columns, and a 4 × 8 tile of C is held in registers while the depth is walked. Every number of C is summed in order of depth,
 * whatever the sizes, so a row's result does not depend on the rows beside it.
 */
import { madd, splat } from './math';
import { BLOCK, edgeTile, leftBlock, rightPanel } from './scratch';

/** What is known to be zero, where a factor belongs to causal attention. */
export const FULL: i32 = 0;
/** Only columns ≤ row of C are wanted (in tiles). */
export const LOWER_RESULT: i32 = 1;
/** A is lower triangular: row m needs depth ≤ m only. */
export const LOWER_LEFT: i32 = 2;
/** A is upper triangular: row m needs depth ≥ m only. */
export const UPPER_LEFT: i32 = 3;

/**
 * C [M, N] = A [M, K] · B [K, N] + start + base. Strides are bytes between rows as they stand in memory.
 * @param isATransposed A stands in memory as [K, M] @param isBTransposed B stands as [N, K]
 * @param start, base starting values with their strides (0 repeats one row), or 0 for none. `start` may be C itself: then products are added to it.
 */
export function matmul(
  M: i32, N: i32, K: i32,
  a: usize, aStride: usize, isATransposed: bool,
  b: usize, bStride: usize, isBTransposed: bool,
  c: usize, cStride: usize,
  start: usize, startStride: usize, base: usize, baseStride: usize,
  zeros: i32,
): void {
  if (M < 4 && !isBTransposed && !isATransposed) return fewRows(M, N, K, a, aStride, b, bStride, c, cStride, start, startStride, base, baseStride);
  for (let row = 0; row < M; row += BLOCK) {
    const rows = min(BLOCK, M - row);
    for (let depth = 0; depth < K; depth += BLOCK) {
      const deep = min(BLOCK, K - depth);
      if (zeros === LOWER_LEFT && depth > row + rows - 1) break;
      if (zeros === UPPER_LEFT && depth + deep <= row) continue;
      packLeft(rows, deep, isATransposed ? a + <usize>depth * aStride + (<usize>row << 2) : a + <usize>row * aStride + (<usize>depth << 2), aStride, isATransposed);
      const isFirst = zeros === UPPER_LEFT ? depth <= row : depth === 0;
      for (let column = 0; column < N; column += 8) {
        const columns = min(8, N - column);
        if (zeros === LOWER_RESULT && column > row + rows - 1) break;
        packRight(deep, columns, isBTransposed ? b + <usize>column * bStride + (<usize>depth << 2) : b + <usize>depth * bStride + (<usize>column << 2), bStride, isBTransposed);
        const shift = <usize>column << 2;
        for (let m = 0; m < rows; m += 4) {
          const r = row + m;
          if (zeros === LOWER_RESULT && column > r + 3) continue;
          let from = 0;
          let to = deep;
          let isStart = isFirst;
          if (zeros === LOWER_LEFT) to = min(deep, r + 4 - depth);
          if (zeros === UPPER_LEFT) {
            from = max(0, r - depth);
            isStart = depth <= r;
          }
          if (to <= from) continue;
          const place = c + <usize>r * cStride + shift;
          // Past the first block of depth, what is there already is where to go on from.
          const s = isStart ? (start ? start + <usize>r * startStride + shift : 0) : place;
          const sStride = isStart ? startStride : cStride;
          const e = isStart && base ? base + <usize>r * baseStride + shift : 0;
          const left = leftBlock() + ((<usize>m * BLOCK + (<usize>from << 2)) << 2);
          const right = rightPanel() + (<usize>from << 5);
          const height = min(4, rows - m);
          if (height === 4 && columns === 8) tile(left, right, to - from, place, cStride, s, sStride, e, baseStride);
          else edge(left, right, to - from, place, cStride, s, sStride, e, baseStride, height, columns);
        }
      }
    }
  }
}

/** 4 × 8 numbers of C in eight registers. Inlined: called, V8 of Node 20 and of Chromium 156 run its loop at five sixths of the speed. */
@inline
function tile(a: usize, b: usize, deep: i32, c: usize, cStride: usize, s: usize, sStride: usize, e: usize, eStride: usize): void {
  let c00 = splat(0), c01 = splat(0), c10 = splat(0), c11 = splat(0), c20 = splat(0), c21 = splat(0), c30 = splat(0), c31 = splat(0);
  if (s) {
    c00 = v128.load(s);
    c01 = v128.load(s, 16);
    s += sStride;
    c10 = v128.load(s);
    c11 = v128.load(s, 16);
    s += sStride;
    c20 = v128.load(s);
    c21 = v128.load(s, 16);
    s += sStride;
    c30 = v128.load(s);
    c31 = v128.load(s, 16);
  }
  if (e) {
    c00 = f32x4.add(c00, v128.load(e));
    c01 = f32x4.add(c01, v128.load(e, 16));
    e += eStride;
    c10 = f32x4.add(c10, v128.load(e));
    c11 = f32x4.add(c11, v128.load(e, 16));
    e += eStride;
    c20 = f32x4.add(c20, v128.load(e));
    c21 = f32x4.add(c21, v128.load(e, 16));
    e += eStride;
    c30 = f32x4.add(c30, v128.load(e));
    c31 = f32x4.add(c31, v128.load(e, 16));
  }
  // One depth at a time: written out for two or four, both V8 of Node 20 and Chromium's spill registers and lose up to half the speed.
  for (let k = 0; k < deep; k++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const x0 = v128.load32_splat(a);
    c00 = madd(x0, b0, c00);
    c01 = madd(x0, b1, c01);
    const x1 = v128.load32_splat(a, 4);
    c10 = madd(x1, b0, c10);
    c11 = madd(x1, b1, c11);
    const x2 = v128.load32_splat(a, 8);
    c20 = madd(x2, b0, c20);
    c21 = madd(x2, b1, c21);
    const x3 = v128.load32_splat(a, 12);
    c30 = madd(x3, b0, c30);
    c31 = madd(x3, b1, c31);
    a += 16;
    b += 32;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  c += cStride;
  v128.store(c, c10);
  v128.store(c, c11, 16);
  c += cStride;
  v128.store(c, c20);
  v128.store(c, c21, 16);
  c += cStride;
  v128.store(c, c30);
  v128.store(c, c31, 16);
}

/** A tile that is cut off by the matrix's edge: computed whole in a place of its own. */
function edge(a: usize, b: usize, deep: i32, c: usize, cStride: usize, s: usize, sStride: usize, e: usize, eStride: usize, height: i32, columns: i32): void {
  const own = edgeTile();
  memory.fill(own, 0, 128);
  if (s) for (let r = 0; r < height; r++) copyRow(own + (<usize>r << 5), s + <usize>r * sStride, columns);
  if (e) {
    for (let r = 0; r < height; r++) {
      for (let k = 0; k < columns; k++) {
        const place = own + (<usize>r << 5) + (<usize>k << 2);
        store<f32>(place, load<f32>(place) + load<f32>(e + <usize>r * eStride + (<usize>k << 2)));
      }
    }
  }
  tile(a, b, deep, own, 32, own, 32, 0, 0);
  for (let r = 0; r < height; r++) copyRow(c + <usize>r * cStride, own + (<usize>r << 5), columns);
}

/** One to eight numbers. */
@inline
function copyRow(to: usize, from: usize, count: i32): void {
  let k = 0;
  for (; k + 4 <= count; k += 4) v128.store(to + (<usize>k << 2), v128.load(from + (<usize>k << 2)));
  for (; k < count; k++) store<f32>(to + (<usize>k << 2), load<f32>(from + (<usize>k << 2)));
}

/** A block of A as strips of four rows: for each strip, for each depth, four numbers. Missing rows are 0. A strip is BLOCK deep. */
function packLeft(rows: i32, deep: i32, a: usize, stride: usize, isTransposed: bool): void {
  for (let m = 0; m < rows; m += 4) {
    let to = leftBlock() + ((<usize>m * BLOCK) << 2);
    const height = min(4, rows - m);
    if (isTransposed) {
      let from = a + (<usize>m << 2);
      if (height === 4) {
        for (let k = 0; k < deep; k++, from += stride, to += 16) v128.store(to, v128.load(from));
      } else {
        for (let k = 0; k < deep; k++, from += stride, to += 16) {
          for (let r = 0; r < 4; r++) store<f32>(to + (<usize>r << 2), r < height ? load<f32>(from + (<usize>r << 2)) : 0);
        }
      }
      continue;
    }
    const from = a + <usize>m * stride;
    let k = 0;
    if (height === 4) for (; k + 4 <= deep; k += 4, to += 64) transpose4(from + (<usize>k << 2), stride, to, 16);
    for (; k < deep; k++, to += 16) {
      for (let r = 0; r < 4; r++) store<f32>(to + (<usize>r << 2), r < height ? load<f32>(from + <usize>r * stride + (<usize>k << 2)) : 0);
    }
  }
}

/** A panel of B: for each depth, eight numbers. Missing columns are 0. */
function packRight(deep: i32, columns: i32, b: usize, stride: usize, isTransposed: bool): void {
  let to = rightPanel();
  if (columns === 8) {
    if (!isTransposed) {
      for (let k = 0; k < deep; k++, b += stride, to += 32) {
        v128.store(to, v128.load(b));
        v128.store(to, v128.load(b, 16), 16);
      }
      return;
    }
    let k = 0;
    for (; k + 4 <= deep; k += 4, to += 128) {
      transpose4(b + (<usize>k << 2), stride, to, 32);
      transpose4(b + 4 * stride + (<usize>k << 2), stride, to + 16, 32);
    }
    for (; k < deep; k++, to += 32) {
      for (let n = 0; n < 8; n++) store<f32>(to + (<usize>n << 2), load<f32>(b + <usize>n * stride + (<usize>k << 2)));
    }
    return;
  }
  for (let k = 0; k < deep; k++, to += 32) {
    for (let n = 0; n < 8; n++) {
      const from = isTransposed ? b + <usize>n * stride + (<usize>k << 2) : b + <usize>k * stride + (<usize>n << 2);
      store<f32>(to + (<usize>n << 2), n < columns ? load<f32>(from) : 0);
    }
  }
}

/** Four numbers of each of four rows, turned. */
@inline
function transpose4(from: usize, stride: usize, to: usize, toStride: usize): void {
  const r0 = v128.load(from);
  const r1 = v128.load(from + stride);
  const r2 = v128.load(from + 2 * stride);
  const r3 = v128.load(from + 3 * stride);
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  v128.store(to + toStride, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
  v128.store(to + 2 * toStride, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
  v128.store(to + 3 * toStride, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
}

/** One to three rows: packing would cost more than it saves. Sums in the same order as the tiles. */
function fewRows(M: i32, N: i32, K: i32, a: usize, aStride: usize, b: usize, bStride: usize, c: usize, cStride: usize, start: usize, startStride: usize, base: usize, baseStride: usize): void {
  for (let row = 0; row < M; row++) {
    const own = a + <usize>row * aStride;
    const s = start ? start + <usize>row * startStride : 0;
    const e = base ? base + <usize>row * baseStride : 0;
    const place = c + <usize>row * cStride;
    let n = 0;
    for (; n + 16 <= N; n += 16) {
      const shift = <usize>n << 2;
      let c0 = s ? v128.load(s + shift) : splat(0);
      let c1 = s ? v128.load(s + shift, 16) : splat(0);
      let c2 = s ? v128.load(s + shift, 32) : splat(0);
      let c3 = s ? v128.load(s + shift, 48) : splat(0);
      if (e) {
        c0 = f32x4.add(c0, v128.load(e + shift));
        c1 = f32x4.add(c1, v128.load(e + shift, 16));
        c2 = f32x4.add(c2, v128.load(e + shift, 32));
        c3 = f32x4.add(c3, v128.load(e + shift, 48));
      }
      let from = b + shift;
      for (let k = 0; k < K; k++, from += bStride) {
        const x = v128.load32_splat(own + (<usize>k << 2));
        c0 = madd(x, v128.load(from), c0);
        c1 = madd(x, v128.load(from, 16), c1);
        c2 = madd(x, v128.load(from, 32), c2);
        c3 = madd(x, v128.load(from, 48), c3);
      }
      v128.store(place + shift, c0);
      v128.store(place + shift, c1, 16);
      v128.store(place + shift, c2, 32);
      v128.store(place + shift, c3, 48);
    }
    for (; n < N; n++) {
      const shift = <usize>n << 2;
      // Four equal lanes, so that a fused product rounds here as it does above.
      let sum = splat((s ? load<f32>(s + shift) : 0) + (e ? load<f32>(e + shift) : 0));
      let from = b + shift;
      for (let k = 0; k < K; k++, from += bStride) sum = madd(v128.load32_splat(own + (<usize>k << 2)), v128.load32_splat(from), sum);
      store<f32>(place + shift, f32x4.extract_lane(sum, 0));
    }
  }
}
