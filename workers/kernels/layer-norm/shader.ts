/** layerNorm in WGSL: a row each, then a column each for weight and bias. */
import { definePasses } from '../launch';

const LANES = 64;

type Size = 'rows' | 'width';

export const layerNormPasses = definePasses<'x' | 'weight' | 'bias' | 'y' | 'stats', Size>({
  variants: [
    {
      name: 'a row each',
      lanes: LANES,
      groups: ({ rows }) => Math.ceil(rows / LANES),
      code: () => `
fn kernel(group: u32, lane: u32) {
  let row = group * ${LANES}u + lane;
  if (row >= u32(sizes.rows)) { return; }
  let width = u32(sizes.width);
  let first = row * width;
  var mean = 0.0;
  for (var i = 0u; i < width; i++) { mean += x[first + i]; }
  mean /= f32(width);
  var variance = 0.0;
  for (var i = 0u; i < width; i++) { let centred = x[first + i] - mean; variance += centred * centred; }
  let inverse = 1.0 / sqrt(variance / f32(width) + 1e-5);
  for (var i = 0u; i < width; i++) { y[first + i] = (x[first + i] - mean) * inverse * weight[i] + bias[i]; }
  stats[row * 2u] = mean;
  stats[row * 2u + 1u] = inverse;
}`,
    },
  ],
});

export const layerNormBackwardPasses = definePasses<'dy' | 'x' | 'weight' | 'stats' | 'residual' | 'dx' | 'dWeight' | 'dBias', Size>(
  {
    binds: ['dy', 'x', 'weight', 'stats', 'residual', 'dx'],
    variants: [
      {
        name: 'a row each',
        lanes: LANES,
        groups: ({ rows }) => Math.ceil(rows / LANES),
        code: (has) => `
fn kernel(group: u32, lane: u32) {
  let row = group * ${LANES}u + lane;
  if (row >= u32(sizes.rows)) { return; }
  let width = u32(sizes.width);
  let first = row * width;
  let mean = stats[row * 2u];
  let inverse = stats[row * 2u + 1u];
  var sum = 0.0;
  var product = 0.0;
  for (var i = 0u; i < width; i++) {
    let slope = dy[first + i] * weight[i];
    sum += slope;
    product += slope * (x[first + i] - mean) * inverse;
  }
  sum /= f32(width);
  product /= f32(width);
  for (var i = 0u; i < width; i++) {
    let at = first + i;
    dx[at] = inverse * (dy[at] * weight[i] - sum - (x[at] - mean) * inverse * product)${has('residual') ? ' + residual[at]' : ''};
  }
}`,
      },
    ],
  },
  {
    binds: ['dy', 'x', 'stats', 'dWeight', 'dBias'],
    variants: [
      {
        name: 'a column each',
        lanes: LANES,
        groups: ({ width }) => Math.ceil(width / LANES),
        code: () => `
fn kernel(group: u32, lane: u32) {
  let width = u32(sizes.width);
  let column = group * ${LANES}u + lane;
  if (column >= width) { return; }
  var weights = 0.0;
  var biases = 0.0;
  for (var row = 0u; row < u32(sizes.rows); row++) {
    let slope = dy[row * width + column];
    weights += slope * (x[row * width + column] - stats[row * 2u]) * stats[row * 2u + 1u];
    biases += slope;
  }
  dWeight[column] += weights;
  dBias[column] += biases;
}`,
      },
    ],
  },
);
