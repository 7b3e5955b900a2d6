/**
 * linear in WGSL. Each product comes in several shapes (tiles.ts), which all add up in order of depth with fused multiply-adds: which one an adapter
 * is fastest with changes no bit of the result.
 */
import { definePasses } from '../launch';
import { groupTile, narrowTile, registerTile, type Product } from './tiles';

const LANES = 64;
const groupsOf = (invocations: number): number => Math.ceil(invocations / LANES);

type Size = 'rows' | 'deep' | 'wide';
type ForwardOperand = 'x' | 'weight' | 'bias' | 'residual' | 'slope' | 'y';

/** GELU in its tanh form, written x·σ(2u); exp's argument is held where float32 ends. */
const GELU = `
fn gate(x: f32) -> f32 { return 1.0 / (1.0 + exp(clamp(-x * (1.5957691216 + 0.0713548128 * x * x), -87.0, 87.0))); }
fn slopeOf(x: f32, g: f32) -> f32 { return g + x * g * (1.0 - g) * (1.5957691216 + 0.2140644384 * x * x); }`;

/** What happens to four sums of a row before they are stored at `at`, in fours. */
const finishForward = (has: (operand: ForwardOperand) => boolean): string => `${GELU}
fn finish(sum: vec4<f32>, at: u32, column: u32) {
  var out = sum${has('bias') ? ' + bias[column]' : ''};
  ${has('slope') ? 'slope[at] = vec4<f32>(1.0);' : ''}
  if (sizes.gelu != 0) {
    let g = vec4<f32>(gate(out.x), gate(out.y), gate(out.z), gate(out.w));
    ${has('slope') ? 'slope[at] = vec4<f32>(slopeOf(out.x, g.x), slopeOf(out.y, g.y), slopeOf(out.z, g.z), slopeOf(out.w, g.w));' : ''}
    out *= g;
  }
  y[at] = out${has('residual') ? ' + residual[at]' : ''};
}`;

const forward: Product<ForwardOperand, Size | 'gelu'> = {
  left: 'x', isLeftTransposed: false, right: 'weight', isRightTransposed: false,
  height: 'rows', depth: 'deep', width: 'wide',
  fours: ['bias', 'residual', 'slope', 'y'],
  finish: finishForward,
};

export const linearPasses = definePasses<ForwardOperand, Size | 'gelu'>({
  variants: [
    registerTile(forward, 8, 4, 64),
    registerTile(forward, 16, 16, 16),
    registerTile(forward, 32, 8, 16, true),
    groupTile(forward),
    narrowTile(forward),
    {
      name: 'one by one',
      lanes: LANES,
      groups: ({ rows, wide }) => groupsOf(rows * wide),
      code: (has) => `${GELU}
fn kernel(group: u32, lane: u32) {
  let wide = u32(sizes.wide);
  let deep = u32(sizes.deep);
  let at = group * ${LANES}u + lane;
  if (at >= u32(sizes.rows) * wide) { return; }
  let column = at % wide;
  let row = (at / wide) * deep;
  var sum = 0.0;
  for (var k = 0u; k < deep; k++) { sum = fma(x[row + k], weight[k * wide + column], sum); }
  ${has('bias') ? 'sum += bias[column];' : ''}
  ${has('slope') ? 'slope[at] = 1.0;' : ''}
  if (sizes.gelu != 0) {
    let g = gate(sum);
    ${has('slope') ? 'slope[at] = slopeOf(sum, g);' : ''}
    sum *= g;
  }
  y[at] = sum${has('residual') ? ' + residual[at]' : ''};
}`,
    },
  ],
});

const input: Product<'dy' | 'weight' | 'slope' | 'dx', Size> = {
  left: 'dy', isLeftTransposed: false, right: 'weight', isRightTransposed: true,
  height: 'rows', depth: 'wide', width: 'deep',
  fours: ['slope', 'dx'],
  finish: (has) => `
fn finish(sum: vec4<f32>, at: u32, column: u32) { dx[at] = sum${has('slope') ? ' * slope[at]' : ''}; }`,
};

export const linearInputPasses = definePasses<'dy' | 'weight' | 'slope' | 'dx', Size>({
  variants: [
    registerTile(input, 4, 4, 64),
    registerTile(input, 16, 16, 16),
    registerTile(input, 32, 8, 16, true),
    groupTile(input),
    {
      name: 'one by one',
      lanes: LANES,
      groups: ({ rows, deep }) => groupsOf(rows * deep),
      code: (has) => `
fn kernel(group: u32, lane: u32) {
  let deep = u32(sizes.deep);
  let wide = u32(sizes.wide);
  let at = group * ${LANES}u + lane;
  if (at >= u32(sizes.rows) * deep) { return; }
  let row = (at / deep) * wide;
  let other = (at % deep) * wide;
  var sum = 0.0;
  for (var k = 0u; k < wide; k++) { sum = fma(dy[row + k], weight[other + k], sum); }
  dx[at] = sum${has('slope') ? ' * slope[at]' : ''};
}`,
    },
  ],
});

const weights: Product<'x' | 'dy' | 'dWeight' | 'dBias', Size> = {
  left: 'x', isLeftTransposed: true, right: 'dy', isRightTransposed: false,
  height: 'deep', depth: 'rows', width: 'wide',
  columnSums: 'dBias',
  fours: ['dWeight', 'dBias'],
  finish: () => `
fn finish(sum: vec4<f32>, at: u32, column: u32) { dWeight[at] += sum; }`,
};

export const linearWeightsPasses = definePasses<'x' | 'dy' | 'dWeight' | 'dBias', Size>({
  variants: [
    registerTile(weights, 8, 4, 64),
    registerTile(weights, 16, 16, 16),
    registerTile(weights, 32, 8, 16, true),
    groupTile(weights),
    {
      name: 'one by one',
      lanes: LANES,
      groups: ({ deep, wide }) => groupsOf(deep * wide),
      code: (has) => `
fn kernel(group: u32, lane: u32) {
  let wide = u32(sizes.wide);
  let deep = u32(sizes.deep);
  let index = group * ${LANES}u + lane;
  if (index >= deep * wide) { return; }
  var sum = 0.0;
  ${has('dBias') ? 'var total = 0.0;' : ''}
  for (var row = 0u; row < u32(sizes.rows); row++) {
    let d = dy[row * wide + index % wide];
    sum = fma(x[row * deep + index / wide], d, sum);
    ${has('dBias') ? 'total += d;' : ''}
  }
  dWeight[index] += sum;
  ${has('dBias') ? 'if (index < wide) { dBias[index] += total; }' : ''}
}`,
    },
  ],
});
