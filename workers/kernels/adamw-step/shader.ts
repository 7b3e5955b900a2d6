/** adamWStep in WGSL: 256 parts of the sum of squares, then every workgroup adds them up for itself and moves its numbers. */
import { definePasses } from '../launch';

const LANES = 64;
const PARTS = 256;

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
    variants: [
      {
        name: 'a number each',
        lanes: LANES,
        groups: ({ count }) => Math.ceil(count / (LANES * 4)),
        code: () => `
fn kernel(group: u32, lane: u32) {
  var squares = 0.0;
  for (var part = 0u; part < ${PARTS}u; part++) { squares += scratch[part]; }
  let length = sqrt(squares);
  if (group == 0u && lane == 0u) { norm[0] = length; }
  let rate = knobs[0];
  let beta1 = knobs[1];
  let beta2 = knobs[2];
  let scale = min(1.0, knobs[5] / (length + 1e-6));
  for (var step = 0u; step < 4u; step++) {
    let i = (group * 4u + step) * ${LANES}u + lane;
    if (i >= u32(sizes.count)) { return; }
    let g = gradient[i] * scale;
    let first = beta1 * m[i] + (1.0 - beta1) * g;
    let second = beta2 * v[i] + (1.0 - beta2) * g * g;
    m[i] = first;
    v[i] = second;
    let kept = select(1.0, 1.0 - rate * knobs[4], i < u32(sizes.decayed));
    parameters[i] = parameters[i] * kept - rate * (first / knobs[6]) / (sqrt(second / knobs[7]) + knobs[3]);
  }
}`,
      },
    ],
  },
);
