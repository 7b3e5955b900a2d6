/** causalAttention in WGSL: a query of a head each, streaming over the keys before it with its sums in registers; backward a query each, then a key each. */
import { definePasses } from '../launch';

const LANES = 64;

type Size = 'batch' | 'columns' | 'heads' | 'width';

const invocations = ({ batch, columns, heads }: Record<Size, number>): number => Math.ceil((batch * columns * heads) / LANES);
/** Numbers of a head. */
const deepOf = ({ width, heads }: Record<Size, number>): number => width / heads;

/** Where an invocation stands: head fastest, so that neighbours read neighbouring numbers. */
const PLACE = `
  let heads = u32(sizes.heads);
  let width = u32(sizes.width);
  let columns = u32(sizes.columns);
  let index = group * ${LANES}u + lane;
  if (index >= u32(sizes.batch) * columns * heads) { return; }
  let h = index % heads;
  let n = index / heads;
  let t = n % columns;
  let b = n / columns;
  let stride = 3u * width;
  let own = n * stride + h * DEEP;
  let first = b * columns;
`;

const lengthOf = (has: (operand: 'lengths') => boolean): string => (has('lengths') ? 'u32(clamp(lengths[b], 0, sizes.columns))' : 'columns');

export const attentionPasses = definePasses<'qkv' | 'lengths' | 'y' | 'logSumExp', Size>({
  variants: [
    {
      name: 'a query each',
      constants: ['width', 'heads'],
      lanes: LANES,
      groups: invocations,
      code: (has, sizes) => `
const DEEP = ${deepOf(sizes)}u;
fn kernel(group: u32, lane: u32) {${PLACE}
  let out = n * width + h * DEEP;
  if (t >= ${lengthOf(has)}) {
    for (var i = 0u; i < DEEP; i++) { y[out + i] = 0.0; }
    logSumExp[index] = 0.0;
    return;
  }
  var query: array<f32, DEEP>;
  var sums: array<f32, DEEP>;
  for (var i = 0u; i < DEEP; i++) { query[i] = qkv[own + i] * ${1 / Math.sqrt(deepOf(sizes))}; sums[i] = 0.0; }
  var highest = -3.0e38;
  var total = 0.0;
  for (var s = 0u; s <= t; s++) {
    let key = (first + s) * stride + width + h * DEEP;
    var logit = 0.0;
    for (var i = 0u; i < DEEP; i++) { logit = fma(query[i], qkv[key + i], logit); }
    let top = max(highest, logit);
    let keep = exp(highest - top);
    let share = exp(logit - top);
    highest = top;
    total = total * keep + share;
    for (var i = 0u; i < DEEP; i++) { sums[i] = sums[i] * keep + share * qkv[key + width + i]; }
  }
  for (var i = 0u; i < DEEP; i++) { y[out + i] = sums[i] / total; }
  logSumExp[index] = highest + log(total);
}`,
    },
  ],
});

export const attentionBackwardPasses = definePasses<'qkv' | 'y' | 'logSumExp' | 'dy' | 'lengths' | 'scratch' | 'dQkv', Size>(
  {
    variants: [
      {
        name: 'a query each',
        constants: ['width', 'heads'],
        lanes: LANES,
        groups: invocations,
        code: (has, sizes) => `
const DEEP = ${deepOf(sizes)}u;
const SCALE = ${1 / Math.sqrt(deepOf(sizes))};
fn kernel(group: u32, lane: u32) {${PLACE}
  let out = n * width + h * DEEP;
  if (t >= ${lengthOf(has)}) {
    for (var i = 0u; i < DEEP; i++) { dQkv[own + i] = 0.0; }
    scratch[index] = 0.0;
    return;
  }
  var query: array<f32, DEEP>;
  var slope: array<f32, DEEP>;
  var sums: array<f32, DEEP>;
  var mean = 0.0;
  for (var i = 0u; i < DEEP; i++) { query[i] = qkv[own + i]; slope[i] = dy[out + i]; sums[i] = 0.0; mean = fma(slope[i], y[out + i], mean); }
  for (var s = 0u; s <= t; s++) {
    let key = (first + s) * stride + width + h * DEEP;
    var logit = 0.0;
    var rise = 0.0;
    for (var i = 0u; i < DEEP; i++) { logit = fma(query[i], qkv[key + i], logit); rise = fma(slope[i], qkv[key + width + i], rise); }
    let d = exp(logit * SCALE - logSumExp[index]) * (rise - mean) * SCALE;
    for (var i = 0u; i < DEEP; i++) { sums[i] = fma(d, qkv[key + i], sums[i]); }
  }
  for (var i = 0u; i < DEEP; i++) { dQkv[own + i] = sums[i]; }
  scratch[index] = mean;
}`,
      },
    ],
  },
  {
    binds: ['qkv', 'logSumExp', 'dy', 'lengths', 'scratch', 'dQkv'],
    variants: [
      {
        name: 'a key each',
        constants: ['width', 'heads'],
        lanes: LANES,
        groups: invocations,
        code: (has, sizes) => `
const DEEP = ${deepOf(sizes)}u;
const SCALE = ${1 / Math.sqrt(deepOf(sizes))};
fn kernel(group: u32, lane: u32) {${PLACE}
  var key: array<f32, DEEP>;
  var value: array<f32, DEEP>;
  var dKey: array<f32, DEEP>;
  var dValue: array<f32, DEEP>;
  for (var i = 0u; i < DEEP; i++) { key[i] = qkv[own + width + i]; value[i] = qkv[own + 2u * width + i]; dKey[i] = 0.0; dValue[i] = 0.0; }
  for (var s = t; s < ${lengthOf(has)}; s++) {
    let query = (first + s) * stride + h * DEEP;
    let out = (first + s) * width + h * DEEP;
    let place = (first + s) * heads + h;
    var logit = 0.0;
    var rise = 0.0;
    for (var i = 0u; i < DEEP; i++) { logit = fma(key[i], qkv[query + i], logit); rise = fma(value[i], dy[out + i], rise); }
    let share = exp(logit * SCALE - logSumExp[place]);
    let d = share * (rise - scratch[place]) * SCALE;
    for (var i = 0u; i < DEEP; i++) { dKey[i] = fma(d, qkv[query + i], dKey[i]); dValue[i] = fma(share, dy[out + i], dValue[i]); }
  }
  for (var i = 0u; i < DEEP; i++) { dQkv[own + width + i] = dKey[i]; dQkv[own + 2u * width + i] = dValue[i]; }
}`,
      },
    ],
  },
);
