/**
 * Functions that browsers may round each in their own way (ECMAScript leaves `Math.cos`, `Math.exp`, `Math.log` and `**` to them, and Node 20 and Chromium 156 differ
 * in the last digit of all four), made of additions, products and quotients alone, which IEEE 754 rounds everywhere alike: a run, its data and its metrics are then the
 * same on every machine, and can be verified there. What is only drawn or said on the page may use JavaScript's own.
 */

/** ln 2, and what is left of it beyond a double's digits: the first part has so few bits that products with small whole numbers are exact (Cody and Waite 1980). */
const LN2_HIGH = 0.693147180369123816490;
const LN2_LOW = 1.90821492927058770002e-10;

const factors = (from: number, to: number): number[] => Array.from({ length: (to - from) / 2 + 1 }, (_, i) => 1 / ((from + 2 * i) * (from + 2 * i - 1)));
/** 1 / (2 × 1), 1 / (4 × 3), …: from one even power to the next; 1 / (3 × 2), 1 / (5 × 4), … between odd ones. */
const EVEN = factors(2, 16);
const ODD = factors(3, 17);

/** 1 − s·c₀·(1 − s·c₁·(1 − …)), from the inside out. */
const series = (squared: number, parts: readonly number[]): number => parts.reduceRight((sum, part) => 1 - squared * part * sum, 1);

export const square = (x: number): number => x * x;

/** cos(π · turn), within 4.5 · 10⁻¹⁶ of it. @param turn 0 to 1 */
export function cosineOf(turn: number): number {
  if (turn > 0.5) return -cosineOf(1 - turn);
  // Taylor's series of the nearer of cosine at 0 and sine at a quarter: at most an eighth of a circle away.
  const angle = Math.PI * (turn <= 0.25 ? turn : 0.5 - turn);
  return turn <= 0.25 ? series(angle * angle, EVEN) : angle * series(angle * angle, ODD);
}

/** base to the n, by squaring. @param n whole, from 0 */
export function power(base: number, n: number): number {
  let [product, squared] = [1, base];
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) product *= squared;
    squared *= squared;
  }
  return product;
}

/** 1/1!, 1/2!, … to 1/14!. */
const INVERSE_FACTORIALS = Array.from({ length: 14 }, (_, i) => Array.from({ length: i + 1 }, (_, j) => j + 1).reduce((product, n) => product * n, 1)).map((factorial) => 1 / factorial);

/** e to the x, within some units in the last place. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x > 709.782712893384) return Infinity;
  if (x < -745.2) return 0;
  // e^x = 2^k · e^rest with |rest| ≤ ln 2 / 2, where Taylor's series has all its digits after fourteen powers.
  const k = Math.round(x / Math.LN2);
  const rest = x - k * LN2_HIGH - k * LN2_LOW;
  const near = 1 + rest * INVERSE_FACTORIALS.reduceRight((sum, inverse) => inverse + rest * sum, 0);
  // In two halves: 2^k alone may be larger than any double, or smaller.
  const half = Math.trunc(k / 2);
  return near * twoTo(half) * twoTo(k - half);
}

const twoTo = (n: number): number => (n >= 0 ? power(2, n) : 1 / power(2, -n));

const bits = new DataView(new ArrayBuffer(8));

/** Natural logarithm, within some units in the last place; NaN below 0. */
export function log(x: number): number {
  if (Number.isNaN(x) || x < 0) return NaN;
  if (x === 0) return -Infinity;
  if (x === Infinity) return Infinity;
  if (x < 2.2250738585072014e-308) return log(x * 18014398509481984) - 54 * Math.LN2; // too small for a whole mantissa: times 2⁵⁴ first
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  let exponent = (high >>> 20) - 1023;
  bits.setUint32(0, (high & 0xfffff) | 0x3ff00000);
  let mantissa = bits.getFloat64(0);
  if (mantissa > Math.SQRT2) [mantissa, exponent] = [mantissa / 2, exponent + 1];
  // ln m = 2 artanh((m − 1) / (m + 1)), whose argument is at most 0.172.
  const s = (mantissa - 1) / (mantissa + 1);
  let sum = 0;
  for (let odd = 23; odd >= 3; odd -= 2) sum = s * s * (1 / odd + sum);
  return exponent * LN2_HIGH + (2 * s + (2 * s * sum + exponent * LN2_LOW));
}

/** ln(1 + x) where digits of a small x must not be lost: Kahan's quotient. @param x above −1 */
export function log1p(x: number): number {
  const sum = 1 + x;
  return sum === 1 ? x : (log(sum) * x) / (sum - 1);
}

export const log10 = (x: number): number => log(x) / Math.LN10;

export function tanh(x: number): number {
  if (Math.abs(x) > 20) return Math.sign(x);
  const twice = exp(2 * x);
  return (twice - 1) / (twice + 1);
}
