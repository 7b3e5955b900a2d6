/**
 * What all functions here share: fused multiply-add where the build has it, exp and log of four numbers at once, sums across lanes.
 * exp and log are the polynomials of Cephes (Moshier 1992), good to about one unit in the last place; no library's, so that every browser makes the same bits.
 */

/** a·b + c: one rounding in the relaxed build where the machine can, two in the plain build on every machine. */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

@inline
export function splat(x: f32): v128 {
  return f32x4.splat(x);
}

/** Below this, exp is 0 here; above its opposite, nearly the largest float. */
const LOWEST: f32 = -87.3;
const HIGHEST: f32 = 88.0;

/**
 * Adding this pushes a float's fraction out, so that it is rounded to the nearest whole number: 1.5·2²³, and 127 more, so that what is left in the
 * lowest bits is already the exponent of 2ⁿ.
 */
const ROUNDER: f32 = 12583039.0;

/** exp of four numbers; NaN stays NaN. Its smaller-of and larger-of are SIMD's plain ones: those that order NaN cost six instructions each. */
@inline
export function exp4(input: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(input, splat(HIGHEST)), splat(LOWEST));
  const rounded = f32x4.add(f32x4.mul(x, splat(1.4426950408889634)), splat(ROUNDER));
  const n = f32x4.sub(rounded, splat(ROUNDER));
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(n, splat(0.693359375))), f32x4.mul(n, splat(-2.12194440e-4)));
  let p = splat(1.9875691500e-4);
  p = madd(p, r, splat(1.3981999507e-3));
  p = madd(p, r, splat(8.3334519073e-3));
  p = madd(p, r, splat(4.1665795894e-2));
  p = madd(p, r, splat(1.6666665459e-1));
  p = madd(p, r, splat(5.0000001201e-1));
  p = f32x4.add(madd(f32x4.mul(r, r), p, r), splat(1));
  return v128.andnot(f32x4.mul(p, i32x4.shl(rounded, 23)), f32x4.lt(input, splat(LOWEST)));
}

@inline
export function exp1(x: f32): f32 {
  return f32x4.extract_lane(exp4(splat(x)), 0);
}

/** Natural logarithm of positive, normal numbers. */
@inline
export function log4(x: v128): v128 {
  // x = m·2^e with m in [√½, √2)
  let e = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(126)));
  let m = v128.or(v128.and(x, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000)); // [½, 1)
  const isLow = f32x4.lt(m, splat(0.7071067811865476));
  e = f32x4.sub(e, v128.and(splat(1), isLow));
  m = f32x4.sub(f32x4.add(m, v128.and(m, isLow)), splat(1));
  const z = f32x4.mul(m, m);
  let p = splat(7.0376836292e-2);
  p = madd(p, m, splat(-1.1514610310e-1));
  p = madd(p, m, splat(1.1676998740e-1));
  p = madd(p, m, splat(-1.2420140846e-1));
  p = madd(p, m, splat(1.4249322787e-1));
  p = madd(p, m, splat(-1.6668057665e-1));
  p = madd(p, m, splat(2.0000714765e-1));
  p = madd(p, m, splat(-2.4999993993e-1));
  p = madd(p, m, splat(3.3333331174e-1));
  let y = f32x4.mul(f32x4.mul(p, m), z);
  y = madd(e, splat(-2.12194440e-4), y);
  y = madd(z, splat(-0.5), y);
  return madd(e, splat(0.693359375), f32x4.add(m, y));
}

@inline
export function log1(x: f32): f32 {
  return f32x4.extract_lane(log4(splat(x)), 0);
}

@inline
export function sumOf(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

@inline
export function maxOf(v: v128): f32 {
  return max(max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)), max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)));
}

/** Sets `count` numbers to 0. */
export function zero(at: usize, count: i32): void {
  memory.fill(at, 0, <usize>count << 2);
}
