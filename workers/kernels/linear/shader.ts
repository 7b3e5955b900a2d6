/**
 * linear in WGSL. Tiles of numbers in registers, without workgroup memory: barriers are what software adapters are slowest at.
 * Lanes of a workgroup stand side by side along the columns, so that a GPU reads them together.
 */
import { definePasses } from '../launch';

const LANES = 64;

/** GELU in its tanh form, written x·σ(2u); exp's argument is held where float32 ends. */
const GELU = `
fn gate(x: f32) -> f32 { return 1.0 / (1.0 + exp(clamp(-x * (1.5957691216 + 0.0713548128 * x * x), -87.0, 87.0))); }
fn slopeOf(x: f32, g: f32) -> f32 { return g + x * g * (1.0 - g) * (1.5957691216 + 0.2140644384 * x * x); }
`;

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const lines = (count: number, line: (i: number) => string): string => range(count).map(line).join('\n');
const groupsOf = (invocations: number): number => Math.ceil(invocations / LANES);

type ForwardOperand = 'x' | 'weight' | 'bias' | 'residual' | 'slope' | 'y';
type ForwardSize = 'rows' | 'deep' | 'wide' | 'gelu';

/** What happens to four sums of a row before they are stored at `at`, in fours. */
const finish = (has: (operand: ForwardOperand) => boolean): string => `
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

const FOURS = { weight: 'vec4<f32>', bias: 'vec4<f32>', residual: 'vec4<f32>', slope: 'vec4<f32>', y: 'vec4<f32>' } as const;

export const linearPasses = definePasses<ForwardOperand, ForwardSize>({
  variants: [
    {
      name: 'eight rows by four',
      fits: ({ deep, wide }) => deep % 4 === 0 && wide % 4 === 0,
      elements: { ...FOURS, x: 'vec4<f32>' },
      lanes: LANES,
      groups: ({ rows, wide }) => groupsOf(Math.ceil(rows / 8) * (wide / 4)),
      code: (has) => `${GELU}${finish(has)}
fn kernel(group: u32, lane: u32) {
  let fours = u32(sizes.wide) / 4u;
  let deep = u32(sizes.deep) / 4u;
  let rows = u32(sizes.rows);
  let index = group * ${LANES}u + lane;
  let column = index % fours;
  let first = (index / fours) * 8u;
  if (first >= rows) { return; }
  ${lines(8, (r) => `let row${r} = min(first + ${r}u, rows - 1u) * deep; var sum${r} = vec4<f32>();`)}
  for (var k = 0u; k < deep; k++) {
    let w = k * 4u * fours + column;
    let w0 = weight[w]; let w1 = weight[w + fours]; let w2 = weight[w + 2u * fours]; let w3 = weight[w + 3u * fours];
    ${lines(8, (r) => `let x${r} = x[row${r} + k]; sum${r} = fma(vec4<f32>(x${r}.w), w3, fma(vec4<f32>(x${r}.z), w2, fma(vec4<f32>(x${r}.y), w1, fma(vec4<f32>(x${r}.x), w0, sum${r}))));`)}
  }
  ${lines(8, (r) => `if (first + ${r}u < rows) { finish(sum${r}, (first + ${r}u) * fours + column, column); }`)}
}`,
    },
    {
      name: 'four rows by four',
      fits: ({ wide }) => wide % 4 === 0,
      elements: FOURS,
      lanes: LANES,
      groups: ({ rows, wide }) => groupsOf(Math.ceil(rows / 4) * (wide / 4)),
      code: (has) => `${GELU}${finish(has)}
fn kernel(group: u32, lane: u32) {
  let fours = u32(sizes.wide) / 4u;
  let deep = u32(sizes.deep);
  let rows = u32(sizes.rows);
  let index = group * ${LANES}u + lane;
  let column = index % fours;
  let first = (index / fours) * 4u;
  if (first >= rows) { return; }
  ${lines(4, (r) => `let row${r} = min(first + ${r}u, rows - 1u) * deep; var sum${r} = vec4<f32>();`)}
  for (var k = 0u; k < deep; k++) {
    let w = weight[k * fours + column];
    ${lines(4, (r) => `sum${r} = fma(vec4<f32>(x[row${r} + k]), w, sum${r});`)}
  }
  ${lines(4, (r) => `if (first + ${r}u < rows) { finish(sum${r}, (first + ${r}u) * fours + column, column); }`)}
}`,
    },
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
  var sum = ${has('bias') ? 'bias[column]' : '0.0'};
  for (var k = 0u; k < deep; k++) { sum = fma(x[row + k], weight[k * wide + column], sum); }
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

export const linearInputPasses = definePasses<'dy' | 'weight' | 'slope' | 'dx', 'rows' | 'deep' | 'wide'>({
  variants: [
    {
      name: 'four rows by four',
      fits: ({ wide }) => wide % 4 === 0,
      elements: { dy: 'vec4<f32>', weight: 'vec4<f32>' },
      lanes: LANES,
      groups: ({ rows, deep }) => groupsOf(Math.ceil(rows / 4) * Math.ceil(deep / 4)),
      code: (has) => `
fn store(sum: f32, row: u32, column: u32) {
  if (row >= u32(sizes.rows) || column >= u32(sizes.deep)) { return; }
  let at = row * u32(sizes.deep) + column;
  dx[at] = sum${has('slope') ? ' * slope[at]' : ''};
}
fn kernel(group: u32, lane: u32) {
  let wide = u32(sizes.wide) / 4u;
  let deep = u32(sizes.deep);
  let rows = u32(sizes.rows);
  let across = (deep + 3u) / 4u;
  let index = group * ${LANES}u + lane;
  let column = (index % across) * 4u;
  let first = (index / across) * 4u;
  if (first >= rows) { return; }
  ${lines(4, (i) => `let row${i} = min(first + ${i}u, rows - 1u) * wide; let of${i} = min(column + ${i}u, deep - 1u) * wide;`)}
  ${lines(16, (i) => `var sum${i} = 0.0;`)}
  for (var k = 0u; k < wide; k++) {
    ${lines(4, (i) => `let a${i} = dy[row${i} + k]; let b${i} = weight[of${i} + k];`)}
    ${lines(16, (i) => `sum${i} += dot(a${i >> 2}, b${i & 3});`)}
  }
  ${lines(16, (i) => `store(sum${i}, first + ${i >> 2}u, column + ${i & 3}u);`)}
}`,
    },
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

export const linearWeightsPasses = definePasses<'x' | 'dy' | 'dWeight' | 'dBias', 'rows' | 'deep' | 'wide'>(
  {
    binds: ['x', 'dy', 'dWeight'],
    variants: [
      {
        name: 'eight by four',
        fits: ({ deep, wide }) => deep % 8 === 0 && wide % 4 === 0,
        elements: { x: 'vec4<f32>', dy: 'vec4<f32>', dWeight: 'vec4<f32>' },
        lanes: LANES,
        groups: ({ deep, wide }) => groupsOf((deep / 8) * (wide / 4)),
        code: () => `
fn kernel(group: u32, lane: u32) {
  let fours = u32(sizes.wide) / 4u;
  let deep = u32(sizes.deep) / 4u;
  let index = group * ${LANES}u + lane;
  let column = index % fours;
  let first = (index / fours) * 2u;
  if (first >= deep) { return; }
  ${lines(8, (i) => `var sum${i} = vec4<f32>();`)}
  for (var row = 0u; row < u32(sizes.rows); row++) {
    let d = dy[row * fours + column];
    let a = x[row * deep + first];
    let b = x[row * deep + first + 1u];
    ${lines(8, (i) => `sum${i} = fma(vec4<f32>(${i < 4 ? 'a' : 'b'}.${'xyzw'[i % 4]!}), d, sum${i});`)}
  }
  ${lines(8, (i) => `dWeight[(first * 4u + ${i}u) * fours + column] += sum${i};`)}
}`,
      },
      {
        name: 'four columns',
        fits: ({ wide }) => wide % 4 === 0,
        elements: { dy: 'vec4<f32>', dWeight: 'vec4<f32>' },
        lanes: LANES,
        groups: ({ deep, wide }) => groupsOf(deep * (wide / 4)),
        code: () => `
fn kernel(group: u32, lane: u32) {
  let fours = u32(sizes.wide) / 4u;
  let deep = u32(sizes.deep);
  let index = group * ${LANES}u + lane;
  if (index >= deep * fours) { return; }
  let column = index % fours;
  let k = index / fours;
  var sum = vec4<f32>();
  for (var row = 0u; row < u32(sizes.rows); row++) { sum = fma(vec4<f32>(x[row * deep + k]), dy[row * fours + column], sum); }
  dWeight[index] += sum;
}`,
      },
      {
        name: 'one by one',
        lanes: LANES,
        groups: ({ deep, wide }) => groupsOf(deep * wide),
        code: () => `
fn kernel(group: u32, lane: u32) {
  let wide = u32(sizes.wide);
  let deep = u32(sizes.deep);
  let index = group * ${LANES}u + lane;
  if (index >= deep * wide) { return; }
  var sum = 0.0;
  for (var row = 0u; row < u32(sizes.rows); row++) { sum = fma(x[row * deep + index / wide], dy[row * wide + index % wide], sum); }
  dWeight[index] += sum;
}`,
      },
    ],
  },
  {
    binds: ['dy', 'dBias'],
    needs: 'dBias',
    variants: [
      {
        name: 'a column each',
        lanes: LANES,
        groups: ({ wide }) => groupsOf(wide),
        code: () => `
fn kernel(group: u32, lane: u32) {
  let wide = u32(sizes.wide);
  let column = group * ${LANES}u + lane;
  if (column >= wide) { return; }
  var sum = 0.0;
  for (var row = 0u; row < u32(sizes.rows); row++) { sum += dy[row * wide + column]; }
  dBias[column] += sum;
}`,
      },
    ],
  },
);
