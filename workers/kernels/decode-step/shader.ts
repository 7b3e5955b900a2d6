/** decodeAttention in WGSL: a head of a sequence each, streaming over its cache. What this column adds is read from qkv, not from the cache it was just written to. */
import { definePasses, type Variant } from '../launch';

const LANES = 64;

type Operand = 'qkv' | 'chosen' | 'cache' | 'y';
type Size = 'rows' | 'context' | 'column' | 'heads' | 'width';

const lines = (count: number, line: (i: number) => string): string => Array.from({ length: count }, (_, i) => line(i)).join('\n');

/** With a head's numbers in vectors of four, or one by one where they do not come out even. */
const way = (step: 4 | 1): Variant<Operand, Size> => ({
  name: step === 4 ? 'a head each, in fours' : 'a head each',
  fits: ({ width, heads }) => (width / heads) % step === 0,
  constants: ['width', 'heads'],
  elements: step === 4 ? { qkv: 'vec4<f32>', cache: 'vec4<f32>', y: 'vec4<f32>' } : {},
  lanes: LANES,
  groups: ({ rows, heads }) => Math.ceil((rows * heads) / LANES),
  code: (has, { width: wide, heads }) => {
    const deep = wide / heads / step;
    const width = wide / step;
    const dot = (a: string, b: string, sum: string): string => (step === 4 ? ['x', 'y', 'z', 'w'].reduce((inner, axis) => `fma(${a}.${axis}, ${b}.${axis}, ${inner})`, sum) : `fma(${a}, ${b}, ${sum})`);
    return `
fn kernel(group: u32, lane: u32) {
  let heads = u32(sizes.heads);
  let index = group * ${LANES}u + lane;
  if (index >= u32(sizes.rows) * heads) { return; }
  let row = index / heads;
  let head = index % heads;
  let shift = head * ${deep}u;
  let sequence = ${has('chosen') ? 'u32(chosen[row])' : 'row'};
  let own = (sequence * heads + head) * u32(sizes.context) * ${2 * deep}u;
  let column = u32(sizes.column);
  let fresh = row * ${3 * width}u + shift;
  let here = own + column * ${2 * deep}u;
  var highest = 0.0;
  ${lines(deep, (i) => `let query${i} = qkv[fresh + ${i}u] * ${1 / Math.sqrt(wide / heads)};
  let key${i} = qkv[fresh + ${width + i}u];
  var sum${i} = qkv[fresh + ${2 * width + i}u];
  cache[here + ${i}u] = key${i};
  cache[here + ${deep + i}u] = sum${i};
  highest = ${dot(`query${i}`, `key${i}`, 'highest')};`)}
  var total = 1.0;
  for (var t = 0u; t < column; t++) {
    let past = own + t * ${2 * deep}u;
    var logit = 0.0;
    ${lines(deep, (i) => `let old${i} = cache[past + ${i}u]; logit = ${dot(`query${i}`, `old${i}`, 'logit')};`)}
    let isHigher = logit > highest;
    let less = exp(-abs(logit - highest)); // of what is lower, whichever that is
    let keep = select(1.0, less, isHigher);
    let share = select(less, 1.0, isHigher);
    highest = max(highest, logit);
    total = fma(total, keep, share);
    ${lines(deep, (i) => `sum${i} = sum${i} * keep + share * cache[past + ${deep + i}u];`)}
  }
  ${lines(deep, (i) => `y[row * ${width}u + shift + ${i}u] = sum${i} / total;`)}
}`;
  },
});

export const decodeAttentionPasses = definePasses<Operand, Size>({ variants: [way(4), way(1)] });
