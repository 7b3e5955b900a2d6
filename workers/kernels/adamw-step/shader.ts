/** adamWStep in WGSL: parts of the sum of squares, parts of those, then every invocation adds up what is left for itself and moves its numbers. */
import { definePasses } from '../launch';

const LANES = 64;
const PARTS = 1024;
/** Parts of parts. */
const FEW = 32;
/** Numbers of `scratch`: both kinds, the few behind the many. */
export const SCRATCH = PARTS + FEW;
/** Numbers an invocation moves. */
const SHARE = 8;

type Operand = 'gradient' | 'knobs' | 'parameters' | 'm' | 'v' | 'scratch' | 'norm';

export const adamWPasses = definePasses<Operand, 'count' | 'decayed'>(
  {
    binds: ['gradient', 'scratch'],
    variants: [
      {
        name: 'a part each',
        lanes: LANES,
        groups: () => PARTS / LANES,
        code: () => `
fn kernel(group: u32, lane: u32) {
  let part = group * ${LANES}u + lane;
  if (part >= ${PARTS}u) { return; }
  var sum = 0.0;
  for (var i = part; i < u32(sizes.count); i += ${PARTS}u) { sum = fma(gradient[i], gradient[i], sum); }
  scratch[part] = sum;
}`,
      },
    ],
  },
  {
    binds: ['scratch'],
    variants: [
      {
        name: 'a part of parts each',
        lanes: FEW,
        groups: () => 1,
        code: () => `
fn kernel(group: u32, lane: u32) {
  if (group > 0u) { return; }
  var sum = 0.0;
  for (var i = lane; i < ${PARTS}u; i += ${FEW}u) { sum += scratch[i]; }
  scratch[${PARTS}u + lane] = sum;
}`,
      },
    ],
  },
  {
    variants: [
      {
        name: 'some numbers each',
        lanes: LANES,
        groups: ({ count }) => Math.ceil(count / (LANES * SHARE)),
        code: () => `
fn kernel(group: u32, lane: u32) {
  var squares = 0.0;
  for (var part = 0u; part < ${FEW}u; part++) { squares += scratch[${PARTS}u + part]; }
  let length = sqrt(squares);
  if (group == 0u && lane == 0u) { norm[0] = length; }
  let rate = knobs[0];
  let beta1 = knobs[1];
  let beta2 = knobs[2];
  let epsilon = knobs[3];
  let shrunk = 1.0 - rate * knobs[4];
  let scale = min(1.0, knobs[5] / (length + 1e-6));
  let correction1 = knobs[6];
  let correction2 = knobs[7];
  for (var step = 0u; step < ${SHARE}u; step++) {
    let i = (group * ${SHARE}u + step) * ${LANES}u + lane;
    if (i >= u32(sizes.count)) { return; }
    let g = gradient[i] * scale;
    let first = beta1 * m[i] + (1.0 - beta1) * g;
    let second = beta2 * v[i] + (1.0 - beta2) * g * g;
    m[i] = first;
    v[i] = second;
    let kept = select(1.0, shrunk, i < u32(sizes.decayed));
    parameters[i] = parameters[i] * kept - rate * (first / correction1) / (sqrt(second / correction2) + epsilon);
  }
}`,
      },
    ],
  },
);
