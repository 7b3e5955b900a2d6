/**
 * The two laws of Gao, Schulman and Hilton 2022 (arXiv:2210.10760), with d = √KL to the first policy: best-of-n earns R = d(a − b·d),
 * reinforcement learning R = d(a − b·ln d), both 0 at d = 0. Linear in a and b, so least squares has a closed form.
 */

export interface Point {
  /** √KL, √nats. */
  x: number;
  /** Reward less that of the first policy. */
  y: number;
}

export type Law = 'best-of-n' | 'rl';

export interface Fit {
  law: Law;
  a: number;
  b: number;
  /** Share of the variance of R that the law explains; 1 is all of it. */
  r2: number;
}

/** d·d for best-of-n, d·ln d for RL, with its limit 0 at d = 0. */
const bend = (law: Law, d: number): number => (law === 'best-of-n' ? d * d : d > 0 ? d * Math.log(d) : 0);

export const predicted = ({ law, a, b }: Omit<Fit, 'r2'>, d: number): number => a * d - b * bend(law, d);

/** Points needed before two numbers fitted to them mean anything. */
export const FEWEST = 5;

/** Least squares over all points. Undefined where they are too few, do not vary, or all lie at one distance. */
export function fitOf(law: Law, points: readonly Point[]): Fit | undefined {
  if (points.length < FEWEST) return undefined;
  // Normal equations of R ≈ a·u + b·v with u = d and v = −bend(d).
  let [uu, uv, vv, ur, vr] = [0, 0, 0, 0, 0];
  for (const { x: u, y } of points) {
    const v = -bend(law, u);
    uu += u * u;
    uv += u * v;
    vv += v * v;
    ur += u * y;
    vr += v * y;
  }
  const determinant = uu * vv - uv * uv;
  if (determinant <= 1e-12 * uu * vv) return undefined;
  const a = (ur * vv - vr * uv) / determinant;
  const b = (vr * uu - ur * uv) / determinant;
  const mean = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  const total = points.reduce((sum, { y }) => sum + (y - mean) ** 2, 0);
  if (!(total > 0)) return undefined;
  const left = points.reduce((sum, { x, y }) => sum + (y - predicted({ law, a, b }, x)) ** 2, 0);
  return { law, a, b, r2: 1 - left / total };
}

/** Distance at which a fitted gold reward is highest; undefined where it never turns down. */
export function turnOf({ law, a, b }: Fit): number | undefined {
  if (!(b > 0)) return undefined;
  if (law === 'best-of-n') return a > 0 ? a / (2 * b) : undefined;
  return Math.exp(a / b - 1);
}
