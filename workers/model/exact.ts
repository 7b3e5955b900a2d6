/**
 * Functions that browsers may round each in their own way (ECMAScript leaves `Math.cos` and `**` to them, and Node 20 and Chromium 156 differ in the last digit),
 * made of additions and products alone, which IEEE 754 rounds everywhere alike: a run is then the same run on every machine, and can be verified there.
 */

/** 1 / (2 × 1), 1 / (4 × 3), …: from one even power to the next. */
const EVEN = [2, 4, 6, 8, 10, 12, 14, 16].map((n) => 1 / (n * (n - 1)));
/** 1 / (3 × 2), 1 / (5 × 4), …: from one odd power to the next. */
const ODD = [3, 5, 7, 9, 11, 13, 15, 17].map((n) => 1 / (n * (n - 1)));

/** 1 − s·c₀·(1 − s·c₁·(1 − …)), from the inside out. */
const series = (square: number, factors: readonly number[]): number => factors.reduceRight((sum, factor) => 1 - square * factor * sum, 1);

/** cos(π · turn), within 2.3 · 10⁻¹⁶ of it. @param turn 0 to 1 */
export function cosineOf(turn: number): number {
  if (turn > 0.5) return -cosineOf(1 - turn);
  // Taylor's series of the nearer of cosine at 0 and sine at a quarter: at most an eighth of a circle away.
  const angle = Math.PI * (turn <= 0.25 ? turn : 0.5 - turn);
  return turn <= 0.25 ? series(angle * angle, EVEN) : angle * series(angle * angle, ODD);
}

/** base to the n, by squaring. @param n whole, from 0 */
export function power(base: number, n: number): number {
  let [product, square] = [1, base];
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) product *= square;
    square *= square;
  }
  return product;
}
